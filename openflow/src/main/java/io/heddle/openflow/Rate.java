package io.heddle.openflow;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket that stores the time at which it is full again instead of a number of tokens. So frequent calls lose
 * nothing to rounding, and rare calls cause no overflow. All times are from {@link System#nanoTime}.
 */
public final class Rate {
    private final long each;
    private final long burst;
    /** The time at which the bucket is full again. */
    private long whole;

    /** @param burst the capacity in tokens; the bucket is full at {@code nanos} */
    public Rate(int perSecond, int burst, long nanos) {
        each = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burst = burst * each;
        whole = nanos;
    }

    /** Takes one token if there is one. @return whether there was */
    public boolean tryTake(long nanos) {
        boolean left = Math.max(0, whole - nanos) + each <= burst;
        if (left) {
            take(1, nanos);
        }
        return left;
    }

    /** Takes tokens, also more than there are. @return nanoseconds until the debt is paid; 0 or less without a debt */
    long take(int count, long nanos) {
        whole = Math.max(0, whole - nanos) + nanos + count * each;
        return whole - nanos - burst;
    }
}
