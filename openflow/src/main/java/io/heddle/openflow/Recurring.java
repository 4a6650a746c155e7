package io.heddle.openflow;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What is done for a switch at intervals, as long as there is something to do. Confined to the switch's event loop. */
final class Recurring {
    private final SwitchConnection connection;
    private final int seconds;
    private final BooleanSupplier needed;
    private final Runnable does;
    private boolean waiting;

    /** @param seconds the interval @param does writes messages, which are then flushed */
    Recurring(SwitchConnection connection, int seconds, BooleanSupplier needed, Runnable does) {
        this.connection = connection;
        this.seconds = seconds;
        this.needed = needed;
        this.does = does;
    }

    /** Starts, or goes on, if it is needed. */
    void start() {
        if (waiting || !needed.getAsBoolean() || !connection.isActive()) {
            return;
        }
        waiting = true;
        connection.loop().schedule(this::now, seconds, TimeUnit.SECONDS);
    }

    private void now() {
        waiting = false;
        does.run();
        connection.flush();
        start();
    }
}
