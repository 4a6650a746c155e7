package io.heddle.controller.api;

import java.util.concurrent.TimeUnit;

/**
 * Lets requests in progress end before the controller does, so that each client learns whether its change was made. Any
 * thread.
 */
final class Draining {
    private int running;
    private boolean closing;

    /** A request begins. @return whether it may: the controller does not end yet */
    synchronized boolean begin() {
        if (closing) {
            return false;
        }
        running++;
        return true;
    }

    /** A request that has begun was answered. */
    synchronized void end() {
        running--;
        notifyAll();
    }

    /** Lets no more requests begin, and waits until all are answered, for so long at most. */
    synchronized void close(long millis) {
        closing = true;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            for (long left = millis; running > 0 && left > 0; ) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
