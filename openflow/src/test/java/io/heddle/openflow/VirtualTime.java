package io.heddle.openflow;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A clock that only the test advances, and its timers. */
final class VirtualTime {
    private record Timer(long at, long number, Runnable task) {}

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::number));
    private long now = 1;
    private long numbers;

    long nanos() {
        return now;
    }

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

    /** Advances the clock without running due timers. */
    void advance(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
