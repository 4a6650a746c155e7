package io.heddle.controller.fleet;

import io.heddle.controller.concurrent.ModelThread;
import io.heddle.openflow.SwitchConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requests to compile the programs of switches, whose ports have changed. At most one request a switch waits on the
 * model thread, and a switch is not compiled again within its pause: thousands of port changes cost a few programs.
 * Guests together get a part of the model thread's time. Thread-safe.
 */
final class PendingPrograms {
    /** @param at the time of the last program, from {@link System#nanoTime} */
    private record Last(long at, boolean waits) {}

    private final Map<SwitchConnection, Last> switches = new ConcurrentHashMap<>();
    private final ModelThread modelThread;
    private final Consumer<SwitchConnection> program;
    private final GuestQueue<SwitchConnection> guests;

    /** @param program compiles the program of a switch, on the model thread */
    PendingPrograms(ModelThread modelThread, Consumer<SwitchConnection> program) {
        this.modelThread = modelThread;
        this.program = program;
        this.guests = new GuestQueue<>(System::nanoTime, modelThread::schedule, this::compile);
    }

    /** Compiles soon: at once if the last request is older than the pause. */
    void request(SwitchConnection connection, long pauseMillis) {
        Last known = switches.get(connection);
        if (known != null && known.waits) {
            // The usual case in a flood: it allocates nothing.
            return;
        }
        long now = System.nanoTime();
        switches.compute(connection, (c, last) -> {
            if (last != null && last.waits) {
                return last;
            }
            long passed = last == null ? pauseMillis : TimeUnit.NANOSECONDS.toMillis(now - last.at);
            modelThread.schedule(() -> run(c), Math.max(0, pauseMillis - passed));
            return new Last(last == null ? now : last.at, true);
        });
    }

    private void run(SwitchConnection connection) {
        if (connection.isGuest()) {
            guests.take(connection);
        } else {
            compile(connection);
        }
    }

    private void compile(SwitchConnection connection) {
        long begun = System.nanoTime();
        if (switches.computeIfPresent(connection, (c, last) -> new Last(begun, false)) != null
                && connection.isActive()) {
            program.accept(connection);
        }
    }

    /** A switch has gone. */
    void forget(SwitchConnection connection) {
        switches.remove(connection);
    }
}
