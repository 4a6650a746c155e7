package io.heddle.controller.concurrent;

import io.heddle.events.Journal;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one thread that writes the model. A failed task is reported as an event, and later tasks still run. After
 * {@link #close} tasks are discarded.
 */
public final class ModelThread implements Executor, AutoCloseable {
    private static final int RESPONSE_SECONDS = 5;

    private final Journal journal;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1,
            r -> {
                Thread t = new Thread(r, "heddle-model");
                t.setDaemon(true);
                return t;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    public ModelThread(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(reported(task));
    }

    /** Runs a task after a delay. */
    public void schedule(Runnable task, long millis) {
        thread.schedule(reported(task), millis, TimeUnit.MILLISECONDS);
    }

    private Runnable reported(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                journal.add("failed", "controller", "a task of the model thread failed; other tasks continue: " + e);
            }
        };
    }

    /** The number of waiting tasks; any thread. */
    public int waiting() {
        return thread.getQueue().size();
    }

    /** Whether the thread runs a task within seconds. Any thread; may block that long. */
    public boolean responds() {
        try {
            thread.submit(() -> {}).get(RESPONSE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
