package io.heddle.openflow;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Polls a switch, less often when its answers take long. Confined to the switch's event loop. */
final class Rounds {
    private static final long EVERY_MILLIS = 2000;
    /** Wait at least this many times as long as the last round took. */
    private static final int IDLE_FACTOR = 50;

    private final SwitchConnection connection;
    private final Consumer<Runnable> look;

    /** @param look begins a round, and runs its argument when the round is over */
    Rounds(SwitchConnection connection, Consumer<Runnable> look) {
        this.connection = connection;
        this.look = look;
    }

    void start() {
        next(0);
    }

    private void next(long tookNanos) {
        long pause = Math.max(EVERY_MILLIS, TimeUnit.NANOSECONDS.toMillis(tookNanos) * IDLE_FACTOR);
        connection
                .loop()
                .schedule(
                        () -> {
                            long begun = System.nanoTime();
                            if (connection.isActive()) {
                                look.accept(() -> next(System.nanoTime() - begun));
                            }
                        },
                        pause,
                        TimeUnit.MILLISECONDS);
    }
}
