package io.heddle.openflow;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections of switches that no longer do their part: they are silent, do not complete their handshake, or
 * answer echo requests but not the others. Confined to the switch's event loop.
 */
final class Liveness {
    private static final int MISSED_ECHOES = 3;

    private final SwitchConnection connection;
    private final PendingRequests requests;
    private ScheduledFuture<?> handshake;
    private ScheduledFuture<?> answers;
    private int silentFor;

    Liveness(SwitchConnection connection, PendingRequests requests) {
        this.connection = connection;
        this.requests = requests;
    }

    /** The connection is open. */
    void start() {
        handshake = connection
                .loop()
                .schedule(this::endHandshake, connection.limits().handshakeSeconds(), TimeUnit.SECONDS);
        long answer = TimeUnit.SECONDS.toNanos(connection.limits().answerSeconds());
        answers = connection
                .loop()
                .scheduleWithFixedDelay(() -> endOverdue(answer), answer, answer / 4, TimeUnit.NANOSECONDS);
    }

    private void endHandshake() {
        if (!connection.isAccepted() && connection.isActive()) {
            connection.counters().count("openflow_bad_connections_total");
            connection.close(
                    "no complete handshake within " + connection.limits().handshakeSeconds() + " s");
        }
    }

    /** A switch that answers echo requests, but not another one, would stay in its last state for ever. */
    private void endOverdue(long nanos) {
        if (requests.isOverdue(nanos)) {
            connection.close(
                    "a request was not answered for " + connection.limits().answerSeconds() + " s");
        }
    }

    /** The switch has sent something. */
    void heard() {
        silentFor = 0;
    }

    /** The switch has sent nothing for one interval: asks whether it is alive. */
    void silent(boolean afterHandshake) {
        if (!afterHandshake) {
            connection.counters().count("openflow_bad_connections_total");
            connection.close("silent before its handshake was done");
        } else if (++silentFor > MISSED_ECHOES) {
            connection.close("no answer to " + MISSED_ECHOES + " echo requests");
        } else {
            connection.send(SwitchConnection.MESSAGES
                    .buildEchoRequest()
                    .setXid(connection.nextXid())
                    .build());
        }
    }

    /** The connection has ended. A timer that is left would hold all that the connection holds until its time. */
    void stop() {
        handshake.cancel(false);
        answers.cancel(false);
    }
}
