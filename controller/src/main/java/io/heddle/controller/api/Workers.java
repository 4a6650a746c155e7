package io.heddle.controller.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads for work that would hold up the event loop. Work must end before the event loop does: its result goes
 * there. Thread-safe.
 */
final class Workers implements AutoCloseable {
    /** How long work may go on at the end, once by itself and once interrupted. */
    private static final int SECONDS = 1;

    /** Some threads. */
    final class Pool {
        private final WorkerExecutor threads;

        private Pool(String name, int threads) {
            this.threads = vertx.createSharedWorkerExecutor(name, threads);
        }

        /** Does some work. Its result comes on the event loop; the failure {@link Ended} if the controller ends. */
        <T> Future<T> run(Callable<T> work) {
            inProgress.register();
            if (ending) {
                inProgress.arriveAndDeregister();
                return Future.failedFuture(new Ended());
            }
            return threads.executeBlocking(() -> interruptible(work), false)
                    .onComplete(done -> inProgress.arriveAndDeregister());
        }
    }

    /** The work is not done, because the controller ends. */
    static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;

        private Ended() {
            super("the controller is stopping");
        }
    }

    private final Vertx vertx;
    private final Set<Thread> busy = ConcurrentHashMap.newKeySet();
    /** Has one party for each piece of work, and one for {@link #close}. */
    private final Phaser inProgress = new Phaser(1);

    private volatile boolean ending;

    Workers(Vertx vertx) {
        this.vertx = vertx;
    }

    Pool pool(String name, int threads) {
        return new Pool(name, threads);
    }

    private <T> T interruptible(Callable<T> work) throws Exception {
        busy.add(Thread.currentThread());
        try {
            return work.call();
        } finally {
            busy.remove(Thread.currentThread());
            // The next work of this thread is not meant.
            Thread.interrupted();
        }
    }

    /** Takes no more work, and waits until none is left; not on the event loop. */
    @Override
    public void close() {
        ending = true;
        int phase = inProgress.arrive();
        if (!isDone(phase)) {
            busy.forEach(Thread::interrupt);
            isDone(phase);
        }
    }

    private boolean isDone(int phase) {
        try {
            inProgress.awaitAdvanceInterruptibly(phase, SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
