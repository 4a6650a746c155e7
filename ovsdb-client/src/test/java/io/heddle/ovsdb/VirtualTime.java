package io.heddle.ovsdb;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A clock that advances only when a test says so, and its timers. */
final class VirtualTime {
    private record Timer(long at, long number, Runnable task) {}

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::number));
    private long now = 1;
    private long numbers;

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(now);
    }

    void schedule(Runnable task, long millis) {
        timers.add(new Timer(now + TimeUnit.MILLISECONDS.toNanos(millis), numbers++, task));
    }

    /** Advances to the next timer, if it is due within {@code millis}, and runs it. @return whether there was one */
    boolean next(long millis) {
        Timer first = timers.peek();
        if (first == null || first.at > now + TimeUnit.MILLISECONDS.toNanos(millis)) {
            return false;
        }
        timers.remove();
        now = Math.max(now, first.at);
        first.task.run();
        return true;
    }

    /** Whether a timer is due within {@code millis}. */
    boolean isDue(long millis) {
        return !timers.isEmpty() && timers.peek().at <= now + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Advances without running due timers. */
    void advance(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
