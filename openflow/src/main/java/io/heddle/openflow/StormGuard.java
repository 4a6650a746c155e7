package io.heddle.openflow;

import io.heddle.apps.Purpose;
import io.heddle.flows.model.Bridge;
import io.heddle.openflow.codec.MeterCodec;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the packet-ins of one switch from taking the time of the others, and reports storms of unknown hosts. The
 * switch itself meters what it copies, see {@link Purpose}. While many packet-ins arrive, the guard asks the switch
 * whether the learning meter drops copies. In addition Heddle reads no switch faster than its share, whether or not it
 * has meters: beyond that, TCP holds it back. On the switch's event loop.
 */
final class StormGuard {
    private static final int METER = Purpose.LEARNING.meter();
    private static final int QUIET_SECONDS = 30;
    private static final int LOOK_SECONDS = 2;
    private static final int SHARE_PER_SECOND = 200_000;
    private static final int SHARE_BURST = 1_000;
    /** How long to pause reading from a peer that does not drain its replies; bounded, or both could wait for ever. */
    private static final long DEAF_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SwitchConnection connection;
    private final Rate share = new Rate(SHARE_PER_SECOND, SHARE_BURST, System.nanoTime());
    /** What a switch without meters may send; more is a storm. */
    private final Rate unmetered =
            new Rate(Bridge.DEFAULT_LEARNING_RATE, 5 * Bridge.DEFAULT_LEARNING_RATE, System.nanoTime());

    private long second;
    private int inSecond;
    private long loudAt;
    private boolean watching;
    private boolean storm;
    /** What the meter had dropped when the switch was last asked, -1 before the first answer. */
    private long dropped;

    StormGuard(SwitchConnection connection) {
        this.connection = connection;
    }

    /** A read has brought packet-ins. @param nanos of the clock that {@link System#nanoTime} reads */
    void saw(int count, long nanos) {
        if (nanos - second >= TimeUnit.SECONDS.toNanos(1)) {
            second = nanos;
            inSecond = 0;
        }
        inSecond += count;
        boolean excess = unmetered.take(count, nanos) > 0;
        OptionalLong rate = connection.sync().rate(METER);
        if (rate.isEmpty() ? excess : inSecond >= rate.getAsLong() / 2) {
            loudAt = nanos;
            watch(rate.isPresent());
        }
        long owed = share.take(count, nanos);
        if (!connection.channel().isWritable()) {
            connection.pause(DEAF_NANOS);
        } else if (owed > 0) {
            connection.pause(owed);
        }
    }

    /** Begins to look at what the switch sends, until it has been quiet for a while. */
    private void watch(boolean metered) {
        if (watching) {
            return;
        }
        watching = true;
        dropped = -1;
        if (!metered) {
            begins("it has no meter that would hold them back, so Heddle reads from it more slowly");
        }
        look();
    }

    private void look() {
        long quiet = System.nanoTime() - loudAt;
        if (!connection.isActive() || quiet > TimeUnit.SECONDS.toNanos(QUIET_SECONDS)) {
            end();
            return;
        }
        if (connection.sync().rate(METER).isPresent()) {
            ask();
        }
        connection.loop().schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void ask() {
        long[] now = {0};
        Multipart.read(
                connection,
                (out, xid) -> MeterCodec.writeStatsRequest(out, xid, METER),
                part -> MeterCodec.readStats(part, (id, packets, bytes) -> now[0] = packets),
                why -> {
                    if (why == null) {
                        judge(now[0]);
                    }
                });
    }

    private void judge(long drops) {
        if (dropped >= 0 && drops > dropped) {
            loudAt = System.nanoTime();
            begins("its meter drops the copies beyond that, and the frames themselves are forwarded");
        }
        dropped = drops;
    }

    private void begins(String consequence) {
        if (!storm) {
            storm = true;
            long rate = connection.sync().rate(METER).orElse(Bridge.DEFAULT_LEARNING_RATE);
            connection.report(
                    "packet-in-storm",
                    "sends more than " + rate + " frames of unknown hosts a second: a loop, or somebody makes up"
                            + " addresses; " + consequence);
        }
    }

    private void end() {
        watching = false;
        if (storm && connection.isActive()) {
            connection.report(
                    "packet-in-storm",
                    "quiet for " + QUIET_SECONDS + " s: copies of all frames of unknown hosts reach the controller");
        }
        storm = false;
    }
}
