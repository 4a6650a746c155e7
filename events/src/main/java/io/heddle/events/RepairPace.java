package io.heddle.events;

/**
 * Decides when external changes are repaired: at once, unless they are repeated. After {@value #PATIENCE} in a row each
 * repair waits longer than the last, until a minute was quiet. So Heddle does not fight another program at full speed.
 * Confined to one thread.
 */
public final class RepairPace {
    private static final int PATIENCE = 5;
    private static final long IN_A_ROW_NANOS = 10_000_000_000L;
    private static final long QUIET_NANOS = 60_000_000_000L;
    private static final long FIRST_PAUSE_MILLIS = 5_000;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private int inARow;
    private long last;
    private long pauseMillis;

    /**
     * How to treat an external change.
     *
     * @param pauseMillis milliseconds until its repair
     * @param isRepeated whether it is the first whose repair waits: the caller reports this
     * @param isReported whether the caller reports its repair
     */
    public record Verdict(long pauseMillis, boolean isRepeated, boolean isReported) {
        /** The text of the event that reports that repairs wait. @param found the external change, in words */
        public String announcement(String found) {
            return "repeated external change: " + found + "; repairs now wait " + pauseMillis / 1000
                    + " s, later up to " + LONGEST_PAUSE_MILLIS / 1000
                    + " s, and are not reported until a minute was quiet";
        }
    }

    /** Takes an external change. @param now the time of a monotonic clock in nanoseconds */
    public Verdict drifted(long now) {
        long since = now - last;
        if (inARow > 0 && since > (pauseMillis > 0 ? QUIET_NANOS : IN_A_ROW_NANOS)) {
            inARow = 0;
            pauseMillis = 0;
        }
        last = now;
        inARow++;
        if (inARow <= PATIENCE) {
            return new Verdict(0, false, true);
        }
        boolean first = pauseMillis == 0;
        pauseMillis = first ? FIRST_PAUSE_MILLIS : Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        return new Verdict(pauseMillis, first, false);
    }
}
