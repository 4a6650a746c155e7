package io.heddle.openflow;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket, reckoned in the time its tokens take to come back, so that nothing is rounded away however often it
 * is asked, and nothing overflows however seldom. Times are of the clock that {@link System#nanoTime} reads.
 */
final class Rate {
    private final long each;
    private final long burst;
    /** When all that was taken will have come back. */
    private long whole;

    /** @param burst how many may be taken at once from a bucket that is full, as it is at {@code nanos} */
    Rate(int perSecond, int burst, long nanos) {
        each = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burst = burst * each;
        whole = nanos;
    }

    /** Takes tokens, also when they are not there. @return after how many nanoseconds none is owed; not above 0 if none is */
    long take(int count, long nanos) {
        whole = Math.max(0, whole - nanos) + nanos + count * each;
        return whole - nanos - burst;
    }
}
