package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RateTest {
    private static final long SECOND = 1_000_000_000;
    /** {@link System#nanoTime} may be just below its overflow to negative numbers. */
    private static final long START = Long.MAX_VALUE - SECOND;

    @Test
    void owesNothingWhileTakenBelowTheRate() {
        Rate rate = new Rate(2_000, 10, START);
        for (int i = 1; i <= 100_000; i++) {
            assertTrue(rate.take(1, START + i * SECOND / 1_900) <= 0, "token " + i + " is owed");
        }
    }

    @Test
    void owesTimeOnceTheBurstIsUsedUp() {
        Rate rate = new Rate(2_000, 1_000, START);
        int taken = 0;
        long owed;
        do {
            taken++;
            owed = rate.take(1, START + taken * SECOND / 4_000);
        } while (owed <= 0);
        assertEquals(2_000, taken, 2, "half of the tokens come back while they are taken");
        assertTrue(owed <= SECOND / 2_000, "owed " + owed + " ns, expected at most one token");
    }

    @Test
    void fillsOnlyToTheBurstInMonthsOfQuiet() {
        Rate rate = new Rate(200_000, 1_000, START);
        long later = START + 200L * 86_400 * SECOND;
        assertTrue(rate.take(1_000, later) <= 0);
        assertEquals(SECOND / 200, rate.take(1_000, later));
    }
}
