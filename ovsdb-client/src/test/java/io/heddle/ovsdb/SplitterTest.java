package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitterTest {
    private static final List<String> OBJECTS =
            List.of("{}", "{\"a\":[{\"b\":\"}]\\\"{\"}]}", "{\"c\":\"\\\\\"}", "{\"ü\":\"\\u00fc\"}");

    private final Splitter splitter = new Splitter(100);

    private List<String> take(byte[] bytes, int from, int to) throws IOException {
        List<String> out = new ArrayList<>();
        splitter.take(
                Unpooled.wrappedBuffer(bytes, from, to - from),
                (b, begin, end) -> out.add(new String(b, begin, end - begin, StandardCharsets.UTF_8)));
        return out;
    }

    @Test
    void objectsAreFoundWhereverTheStreamIsCut() throws IOException {
        byte[] all = String.join(" \r\n\t", OBJECTS).getBytes(StandardCharsets.UTF_8);
        assertEquals(OBJECTS, take(all, 0, all.length));
        for (int first = 0; first <= all.length; first++) {
            for (int second = first; second <= all.length; second++) {
                List<String> found = take(all, 0, first);
                found.addAll(take(all, first, second));
                found.addAll(take(all, second, all.length));
                assertEquals(OBJECTS, found, "cut at " + first + " and " + second);
            }
        }
        List<String> found = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            found.addAll(take(all, i, i + 1));
        }
        assertEquals(OBJECTS, found);
    }

    @Test
    void whatBeginsNoObjectIsRefusedAndSoIsOneTooLong() throws IOException {
        assertThrows(IOException.class, () -> take("GET / HTTP/1.1".getBytes(StandardCharsets.UTF_8), 0, 5));
        byte[] long1 = ("{\"a\":\"" + "x".repeat(90)).getBytes(StandardCharsets.UTF_8);
        assertTrue(new SplitterTest().take(long1, 0, long1.length).isEmpty());
        SplitterTest other = new SplitterTest();
        other.take(long1, 0, long1.length);
        IOException refused = assertThrows(IOException.class, () -> other.take(long1, 6, 20));
        assertTrue(refused.getMessage().contains("more than 100 bytes"), refused.getMessage());
    }
}
