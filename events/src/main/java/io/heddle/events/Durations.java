package io.heddle.events;

import java.util.concurrent.atomic.LongAdder;

/** A histogram of durations, in buckets that double from 16 µs to 33 s. Safe from any thread, and cheap. */
public final class Durations {
    private static final int SHORTEST = 14;
    private static final int BUCKETS = 22;

    private final LongAdder[] buckets = new LongAdder[BUCKETS + 1];
    private final LongAdder nanos = new LongAdder();

    Durations() {
        for (int i = 0; i <= BUCKETS; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /** Counts one duration. @param took nanoseconds */
    public void add(long took) {
        int bits = 64 - Long.numberOfLeadingZeros(Math.max(0, took - 1));
        buckets[Math.min(BUCKETS, Math.max(0, bits - SHORTEST))].increment();
        nanos.add(took);
    }

    /** The upper bounds of the buckets in seconds; the last is infinite. */
    public static double[] bounds() {
        double[] out = new double[BUCKETS + 1];
        for (int i = 0; i < BUCKETS; i++) {
            out[i] = (1L << SHORTEST + i) / 1e9;
        }
        out[BUCKETS] = Double.POSITIVE_INFINITY;
        return out;
    }

    /** The number of durations in each bucket. */
    public long[] counts() {
        long[] out = new long[BUCKETS + 1];
        for (int i = 0; i <= BUCKETS; i++) {
            out[i] = buckets[i].sum();
        }
        return out;
    }

    /** The sum of all durations in seconds. */
    public double seconds() {
        return nanos.sum() / 1e9;
    }
}
