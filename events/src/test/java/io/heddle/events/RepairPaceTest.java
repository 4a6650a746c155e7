package io.heddle.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RepairPaceTest {
    private static final long SECOND = 1_000_000_000L;
    private final RepairPace pace = new RepairPace();

    @Test
    void repairsOccasionalChangesAtOnce() {
        for (int i = 1; i < 50; i++) {
            RepairPace.Verdict v = pace.drifted(i * 11 * SECOND);
            assertEquals(0, v.pauseMillis());
            assertTrue(v.isReported() && !v.isRepeated());
        }
    }

    @Test
    void pausesLongerForRepeatedChangesUntilAMinuteWasQuiet() {
        long now = SECOND;
        for (int i = 0; i < 5; i++) {
            assertEquals(0, pace.drifted(now).pauseMillis());
        }
        RepairPace.Verdict sixth = pace.drifted(now);
        assertTrue(sixth.isRepeated() && !sixth.isReported());
        assertEquals(5000, sixth.pauseMillis());
        long[] pauses = {10_000, 20_000, 30_000, 30_000};
        for (long pause : pauses) {
            now += 20 * SECOND;
            RepairPace.Verdict v = pace.drifted(now);
            assertEquals(pause, v.pauseMillis());
            assertFalse(v.isRepeated() || v.isReported());
        }
        RepairPace.Verdict later = pace.drifted(now + 61 * SECOND);
        assertEquals(0, later.pauseMillis());
        assertTrue(later.isReported());
    }
}
