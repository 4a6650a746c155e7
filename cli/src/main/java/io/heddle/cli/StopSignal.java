package io.heddle.cli;

import java.util.concurrent.CountDownLatch;

/** The signal that ends a process which serves others. The process ends only when its work is done. */
final class StopSignal {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    /** Says that the process serves, and waits for the signal. @param ready the line to print */
    void await(String ready) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            asked.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        System.out.println(ready);
        asked.await();
    }

    /** Lets the process end. */
    void done() {
        done.countDown();
    }
}
