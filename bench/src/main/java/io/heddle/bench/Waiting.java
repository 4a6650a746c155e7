package io.heddle.bench;

import java.io.IOException;
import java.util.function.Supplier;

/** Polls for a condition that another process brings about. */
final class Waiting {
    private static final int LOOK_MILLIS = 20;

    private Waiting() {}

    /** A condition to wait for. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Polls the condition. @throws IOException with the message {@code otherwise} after {@code longestSeconds} */
    static void until(Condition condition, double longestSeconds, Supplier<String> otherwise)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if ((System.nanoTime() - begun) / 1e9 > longestSeconds) {
                throw new IOException(otherwise.get() + " after " + longestSeconds + " s");
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
