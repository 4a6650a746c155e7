package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work that is in progress when the controller stops. */
@Timeout(20)
class WorkersTest {
    private final Vertx vertx = Vertx.vertx();
    private final Workers workers = new Workers(vertx);
    private final Workers.Pool pool = workers.pool("test", 4);

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void workEndsBeforeTheEventLoop() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Future<String> work = pool.run(() -> {
            begun.countDown();
            Thread.sleep(300);
            return "done";
        });
        begun.await();
        workers.close();
        assertTrue(work.isComplete());
        assertEquals("done", work.result());
    }

    @Test
    void workThatWaitsIsInterrupted() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Future<String> work = pool.run(() -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return "never";
        });
        begun.await();
        workers.close();
        assertTrue(work.isComplete());
        assertInstanceOf(InterruptedException.class, work.cause());
    }

    @Test
    void nothingBeginsAfterwards() {
        workers.close();
        Future<String> work = pool.run(() -> "late");
        CompletionException why = assertThrows(
                CompletionException.class,
                () -> work.toCompletionStage()
                        .toCompletableFuture()
                        .orTimeout(5, TimeUnit.SECONDS)
                        .join());
        assertInstanceOf(Workers.Ended.class, why.getCause());
    }
}
