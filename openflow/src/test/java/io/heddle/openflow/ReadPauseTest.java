package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadPauseTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();
    private final ReadPause pause = new ReadPause(
            reading -> log.add((reading ? "on at " : "off at ") + time.millis()),
            time::nanos,
            (task, nanos) -> time.schedule(task, TimeUnit.NANOSECONDS.toMillis(nanos)));

    private void pass() {
        while (time.next(10_000)) {
            // The next timer.
        }
    }

    @Test
    void theLongestPauseHolds() {
        pause.begin(TimeUnit.MILLISECONDS.toNanos(500));
        pause.begin(TimeUnit.MILLISECONDS.toNanos(50));
        pass();
        assertEquals(List.of("off at 0", "on at 500"), log);
        log.clear();
        pause.begin(TimeUnit.MILLISECONDS.toNanos(50));
        time.advance(20);
        pause.begin(TimeUnit.MILLISECONDS.toNanos(500));
        pass();
        assertEquals(List.of("off at 500", "on at 1020"), log);
    }
}
