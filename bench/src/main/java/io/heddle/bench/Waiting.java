package io.heddle.bench;

import java.io.IOException;
import java.util.function.Supplier;

/** Waits for what another process does. */
final class Waiting {
    private static final int LOOK_MILLIS = 20;

    private Waiting() {}

    /** Something that is so, or not yet. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Looks again and again. @throws IOException when it takes longer, saying {@code otherwise} */
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
