package io.heddle.controller.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GuestQueueTest {
    private static final long WORK = TimeUnit.MILLISECONDS.toNanos(2);

    private record Task(long at, Runnable run) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at));
    private final List<Integer> done = new ArrayList<>();
    private long now = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    private int timers;

    @Test
    void guestsAreServedInOrderAndTheirTimersDoNotAddUp() {
        GuestQueue<Integer> queue = new GuestQueue<>(
                () -> now,
                (task, millis) -> {
                    timers++;
                    tasks.add(new Task(now + TimeUnit.MILLISECONDS.toNanos(millis), task));
                },
                guest -> {
                    now += WORK;
                    done.add(guest);
                });
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            queue.take(i);
            all.add(i);
        }
        assertEquals(List.of(0), done, "the others wait");
        long begun = now;
        while (!tasks.isEmpty()) {
            Task next = tasks.remove();
            now = Math.max(now, next.at);
            next.run.run();
        }
        assertEquals(all, done);
        assertTrue(timers <= 2 * all.size(), timers + " timers");
        assertTrue(now - begun >= 3 * WORK * (all.size() - 1), "others get most of the time");
    }
}
