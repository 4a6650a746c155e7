package io.heddle.controller.concurrent;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for what hosts and switches answer, until one deadline for all of them; on threads that may wait. However many do
 * not answer, the whole takes no longer than one that does not.
 */
public final class Futures {
    private static final int SECONDS = 10;

    private final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);

    /** Answers that are worth waiting for during the next ten seconds. */
    public Futures() {}

    /** The answer; empty where there is none by the deadline, or the other side refuses or goes away. */
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
