package io.heddle.controller.concurrent;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for answers of hosts and switches, with one deadline for all of them: several missing answers take no longer
 * than one. For threads that may block.
 */
public final class Futures {
    private static final int SECONDS = 10;

    private final long deadline;

    /** Sets the deadline: ten seconds from now. */
    public Futures() {
        this(SECONDS);
    }

    /** Sets the deadline, in seconds from now. */
    public Futures(int seconds) {
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** The answer; empty if the deadline passes first, or if the other side refuses or disconnects. */
    public <T> Optional<T> await(CompletableFuture<T> answer) {
        try {
            return Optional.ofNullable(answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
