package io.heddle.openflow;

import io.heddle.flows.program.Meter;
import io.heddle.openflow.codec.MeterCodec;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the packet-ins of one switch from taking the time of the others. A switch that goes on to send more than hosts
 * that come and go account for is told to send fewer: it gets a meter before its controller (OpenFlow 1.3.5 §5.7.1,
 * OFPM_CONTROLLER), until it has been quiet for a while. And no switch is read faster than its share, whether or not it
 * keeps a meter: beyond that, TCP holds it back. On the switch's event loop.
 */
final class StormGuard {
    /** The number of the meter that every packet-in passes. */
    private static final int CONTROLLER = 0xfffffffe;
    /** Open vSwitch on two cores sends two to five times as many when somebody makes up addresses as fast as he can. */
    private static final int METERED_PER_SECOND = 2_000;
    /** So many more than the meter would have let pass are a storm: a switch that has come back with all its hosts is soon done. */
    private static final int STORM = 10_000;
    /** A metered switch that still sends so many would send more. */
    private static final int LOUD_PER_SECOND = 1_500;

    private static final int QUIET_SECONDS = 30;
    private static final int LOOK_SECONDS = 5;
    private static final int SHARE_PER_SECOND = 200_000;
    private static final int BURST = 1_000;
    /** For so long a switch that does not read its answers is not read; each in turn could wait for the other for ever. */
    private static final long DEAF_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final Meter METER = new Meter(CONTROLLER, true, METERED_PER_SECOND, METERED_PER_SECOND);

    private final SwitchConnection connection;
    private Rate meant = meant();
    private final Rate share = new Rate(SHARE_PER_SECOND, BURST, System.nanoTime());
    private long second;
    private int inSecond;
    private long loudAt;
    private boolean metered;
    /** Whether the switch has refused such a meter. */
    private boolean refused;

    StormGuard(SwitchConnection connection) {
        this.connection = connection;
    }

    /** A switch may have been left with the meter by a controller that is gone. */
    void start() {
        Multipart.read(
                connection,
                MeterCodec::writeConfigRequest,
                part -> MeterCodec.readConfig(part, m -> metered |= m.equals(METER)),
                why -> {
                    if (metered) {
                        loudAt = System.nanoTime();
                        lookLater();
                    }
                });
    }

    /** A read has brought packet-ins. @param nanos of the clock that {@link System#nanoTime} reads */
    void saw(int count, long nanos) {
        if (nanos - second >= TimeUnit.SECONDS.toNanos(1)) {
            second = nanos;
            inSecond = 0;
        }
        inSecond += count;
        if (inSecond >= LOUD_PER_SECOND) {
            loudAt = nanos;
        }
        if (meant.take(count, nanos) > 0 && !metered && !refused) {
            meter();
        }
        long owed = share.take(count, nanos);
        if (!connection.channel().isWritable()) {
            pause(DEAF_NANOS);
        } else if (owed > 0) {
            pause(owed);
        }
    }

    private static Rate meant() {
        return new Rate(METERED_PER_SECOND, STORM, System.nanoTime());
    }

    private void pause(long nanos) {
        connection.channel().config().setAutoRead(false);
        connection.counters().count("openflow_reading_paused_total");
        connection.loop().schedule(() -> connection.channel().config().setAutoRead(true), nanos, TimeUnit.NANOSECONDS);
    }

    private void meter() {
        metered = true;
        MessageBatch<Meter> sent = MessageBatch.send(
                connection, List.of(METER), (out, xid, m) -> MeterCodec.write(out, xid, MeterCodec.ADD, m));
        connection.barrier(failed -> {
            refused = sent.end().isPresent();
            metered = !refused;
            if (failed == null) {
                connection.report(
                        "packet-in-storm",
                        "has sent " + STORM + " frames of unknown hosts more than "
                                + METERED_PER_SECOND + " a second: a loop, or somebody who makes up addresses; "
                                + (refused
                                        ? "it has no meter to hold them back, and is read more slowly"
                                        : "its meter lets " + METERED_PER_SECOND + " a second pass until it is quiet"));
            }
        });
        lookLater();
    }

    private void lookLater() {
        connection.loop().schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        if (!connection.isActive() || !metered) {
            return;
        }
        if (System.nanoTime() - loudAt < TimeUnit.SECONDS.toNanos(QUIET_SECONDS)) {
            lookLater();
            return;
        }
        metered = false;
        // What it owes from its storm is forgiven.
        meant = meant();
        MeterCodec.writeRemove(connection.out(), connection.nextXid(), CONTROLLER);
        connection.flush();
        connection.report(
                "packet-in-storm",
                "has been quiet for " + QUIET_SECONDS + " s: all frames of unknown hosts reach the controller again");
    }
}
