package io.heddle.openflow;

import io.heddle.apps.dhcp.DhcpApp;
import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.events.Durations;
import io.heddle.openflow.codec.PacketIn;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.LongAdder;

/**
 * All packet-ins of one switch: reads each where it lies, and hands it to the handler of its purpose. Confined to the
 * switch's event loop. What handlers write into the out-buffer leaves with the flush at the end of the read.
 */
final class PacketIns {
    /** Samples of dropped frames that are read a second. The switch's meter lets one through for each reason. */
    private static final int SAMPLES_PER_SECOND = 200;
    /** Decisions of access lists that are logged a second. The switch's meter lets as many through. */
    private static final int LOGS_PER_SECOND = 100;

    private final SwitchConnection connection;
    private final PacketInHandlers handlers;
    private final Learning learning;
    private final StormGuard guard;
    private final PacketIn packet = new PacketIn();
    private final LongAdder total;
    private final Durations batches;
    private int seen;
    /** Time of the first packet-in in the current read, from {@link System#nanoTime}; 0 if none came. */
    private long batchBegun;

    /** @param handlers those of all purposes but learning */
    PacketIns(SwitchConnection connection, PacketInHandlers handlers, Learning learning) {
        this.connection = connection;
        this.handlers = handlers.with(L2LearningApp.NUMBER, learning)
                .before(DhcpApp.NUMBER, learning::taught)
                .withOthers(learning::held)
                .limited(rate(SAMPLES_PER_SECOND), rate(LOGS_PER_SECOND));
        this.learning = learning;
        guard = new StormGuard(connection);
        total = connection.counters().of("openflow_packet_ins_total");
        batches = connection.counters().durations("packet_in_batch_seconds");
    }

    private static Rate rate(int perSecond) {
        return new Rate(perSecond, perSecond, System.nanoTime());
    }

    void received(ByteBuf message) {
        if (batchBegun == 0) {
            batchBegun = System.nanoTime();
            learning.begin(batchBegun);
        }
        seen++;
        if (!connection.channel().isWritable()) {
            connection.counters().count("openflow_packet_ins_unanswered_total");
        } else if (!packet.wrap(message)) {
            connection.counters().count("openflow_bad_packet_ins_total");
        } else {
            handlers.of(packet.cookie()).handle(connection, packet);
        }
    }

    /** A read is over, whether or not it had packet-ins: counts its packet-ins at once. */
    void readComplete() {
        learning.readComplete();
        if (batchBegun != 0) {
            learning.count();
            total.add(seen);
            guard.saw(seen, batchBegun);
            batches.add(System.nanoTime() - batchBegun);
            seen = 0;
            batchBegun = 0;
        }
    }
}
