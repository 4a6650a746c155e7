package io.heddle.controller.fleet;

import io.heddle.openflow.Turns;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Guests that wait for their turn on a thread, one behind the other. Only the first of them has a timer: a thousand
 * that woke up together would cost more than their work. On that thread.
 */
final class GuestQueue<G> {
    /** A timer of the thread. */
    interface Timer {
        void schedule(Runnable task, long millis);
    }

    private final Deque<G> waiting = new ArrayDeque<>();
    private final Turns turns = new Turns();
    private final LongSupplier clock;
    private final Timer timer;
    private final Consumer<G> work;

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    GuestQueue(LongSupplier clock, Timer timer, Consumer<G> work) {
        this.clock = clock;
        this.timer = timer;
        this.work = work;
    }

    /** Works for a guest: now, if it is its turn, or else behind those that wait already. */
    void take(G guest) {
        waiting.add(guest);
        if (waiting.size() == 1) {
            next();
        }
    }

    private void next() {
        long wait = turns.remaining(clock.getAsLong());
        if (wait > 0) {
            timer.schedule(this::next, Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)));
            return;
        }
        long begun = clock.getAsLong();
        try {
            work.accept(waiting.element());
        } finally {
            waiting.remove();
            long now = clock.getAsLong();
            turns.used(now - begun, now);
            if (!waiting.isEmpty()) {
                timer.schedule(this::next, 0);
            }
        }
    }
}
