package io.heddle.openflow;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Stops reading from a peer for some time. Several may ask for a pause at once: the one that ends last holds. On the
 * connection's event loop.
 */
final class ReadPause {
    /** A timer. */
    interface Timer {
        void schedule(Runnable task, long nanos);
    }

    private final Consumer<Boolean> reading;
    private final LongSupplier clock;
    private final Timer timer;
    private boolean paused;
    private long until;

    /**
     * @param reading switches reading on and off
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    ReadPause(Consumer<Boolean> reading, LongSupplier clock, Timer timer) {
        this.reading = reading;
        this.clock = clock;
        this.timer = timer;
    }

    void begin(long nanos) {
        long end = clock.getAsLong() + nanos;
        if (paused) {
            until = end - until > 0 ? end : until;
            return;
        }
        paused = true;
        until = end;
        reading.accept(false);
        timer.schedule(this::over, nanos);
    }

    private void over() {
        long left = until - clock.getAsLong();
        if (left > 0) {
            timer.schedule(this::over, left);
        } else {
            paused = false;
            reading.accept(true);
        }
    }
}
