package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DrainingTest {
    private static final long LONG_MILLIS = 60_000;

    private final Draining draining = new Draining();

    @Test
    void waitsForTheRequestsInProgressAndLetsNoOtherBegin() {
        assertTrue(draining.begin());
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> draining.close(LONG_MILLIS));
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            while (draining.begin()) {
                draining.end();
                Thread.onSpinWait();
            }
            assertFalse(closed.isDone());
            draining.end();
            closed.join();
        });
    }

    @Test
    void waitsNoLongerThanItShould() {
        assertTrue(draining.begin());
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> draining.close(50));
        assertFalse(draining.begin());
    }
}
