package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketInHandlersTest {
    @Test
    void theCookieTellsTheHandler() {
        List<String> calls = new ArrayList<>();
        PacketInHandlers handlers = PacketInHandlers.of((c, p) -> calls.add("drop"))
                .with(3, (c, p) -> calls.add("learning"))
                .with(Cookies.CAPTURE_APP, (c, p) -> calls.add("capture"))
                .withOthers((c, p) -> calls.add("foreign"));
        long[] cookies = {
            Cookies.of(3, Reason.note("unknown-source", "unknown source")),
            Cookies.of(3, Reason.drop("reflected", "reflected")),
            Cookies.of(2, 7, 9, true),
            Cookies.CAPTURE,
            0,
            -1,
            // Apps that nobody handles, below and above those that somebody does.
            Cookies.base(4),
            Cookies.base(255)
        };
        for (long cookie : cookies) {
            handlers.of(cookie).handle(null, null);
        }
        assertEquals(List.of("learning", "drop", "drop", "capture", "foreign", "foreign"), calls);
    }
}
