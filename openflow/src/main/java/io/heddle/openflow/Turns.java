package io.heddle.openflow;

import java.util.concurrent.TimeUnit;

/**
 * Shares out a part of one thread's time among all guests: whoever has used some of it makes the next wait until the
 * thread has had several times as much for others. So however many guests there are, others wait at most for one of
 * them. Not thread-safe. Times are from {@link System#nanoTime}.
 */
public final class Turns {
    /** Guests get one part of this many. */
    private static final int PARTS = 4;
    /** Shorter waits are not worth a timer. */
    private static final long LEAST_WAIT = TimeUnit.MICROSECONDS.toNanos(500);

    /** Whoever comes waits at most this long, however many wait already. */
    private static final long MOST_WAIT = TimeUnit.MILLISECONDS.toNanos(250);

    private long next = System.nanoTime();

    /**
     * A guest has used time.
     *
     * @param nanos how much
     * @param now the time after it
     * @return nanoseconds until the next turn; 0 if that is now
     */
    public long used(long nanos, long now) {
        next = Math.min(Math.max(next - now, 0) + nanos * (PARTS - 1), MOST_WAIT) + now;
        return remaining(now);
    }

    /** How long until the next turn, in nanoseconds; 0 if that is now. */
    public long remaining(long now) {
        return next - now < LEAST_WAIT ? 0 : next - now;
    }
}
