package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void guestsGetAQuarterOfTheTimeOneAfterTheOther() {
        Turns turns = new Turns();
        long start = System.nanoTime() + MILLI;
        long[] next = new long[50];
        long used = 0;
        long last = 0;
        for (long now = start; now < start + 1000 * MILLI; now += MILLI / 4) {
            for (int i = 0; i < next.length; i++) {
                if (next[i] <= now && turns.remaining(now) == 0) {
                    assertTrue(now - last >= MILLI, "two guests within " + (now - last) + " ns");
                    used += MILLI / 2;
                    last = now;
                    now += MILLI / 2;
                    next[i] = now + turns.used(MILLI / 2, now);
                }
            }
        }
        assertEquals(250 * MILLI, used, 40 * MILLI, "of a second");
    }

    @Test
    void guestsThatUseLittleNeverWait() {
        Turns turns = new Turns();
        long now = System.nanoTime() + MILLI;
        for (int i = 0; i < 100; i++, now += MILLI) {
            assertEquals(0, turns.used(MILLI / 10, now));
        }
    }
}
