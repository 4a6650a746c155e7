package io.heddle.controller.events;

/**
 * How fast drift is mended: at once, unless somebody insists. Who changes the same thing back again and again is not
 * fought at full speed: after {@value #PATIENCE} times in a row each mending waits, longer and longer, until a minute
 * was quiet. Confined to one thread.
 */
public final class MendPace {
    private static final int PATIENCE = 5;
    private static final long IN_A_ROW_NANOS = 10_000_000_000L;
    private static final long QUIET_NANOS = 60_000_000_000L;
    private static final long FIRST_PAUSE_MILLIS = 5_000;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private int inARow;
    private long last;
    private long pauseMillis;

    /**
     * What to do about drift that was found.
     *
     * @param pauseMillis how long to let it stand
     * @param insists whether it is the first that is let stand: the moment to say so
     * @param tell whether mending it is worth an event of its own
     */
    public record Verdict(long pauseMillis, boolean insists, boolean tell) {
    }

    /** Somebody changed what is ours. @param now nanoseconds of any clock that does not go back */
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
