package io.heddle.openflow;

import io.heddle.openflow.codec.PacketIn;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.LongAdder;

/**
 * All packet-ins of one switch: reads each where it lies, and hands it to the handler of its purpose. Confined to the
 * switch's event loop. What handlers write into the out-buffer leaves with the flush at the end of the read.
 */
final class PacketIns {
    private final SwitchConnection connection;
    private final PacketInHandlers handlers;
    private final PacketIn packet = new PacketIn();
    private final LongAdder total;
    private int seen;

    PacketIns(SwitchConnection connection, PacketInHandlers handlers) {
        this.connection = connection;
        this.handlers = handlers;
        total = connection.counters().of("openflow_packet_ins_total");
    }

    void received(ByteBuf message) {
        seen++;
        if (!connection.channel().isWritable()) {
            connection.counters().count("openflow_packet_ins_unanswered_total");
        } else if (!packet.wrap(message)) {
            connection.counters().count("openflow_bad_packet_ins_total");
        } else {
            handlers.of(packet.cookie()).handle(connection, packet);
        }
    }

    /** The read is over: counts its packet-ins at once. @return how many there were */
    int count() {
        int now = seen;
        total.add(now);
        seen = 0;
        return now;
    }
}
