package io.heddle.openflow.codec;

import io.netty.buffer.ByteBuf;

/** Reads port statistics. Source: OpenFlow 1.3.5 §7.3.5.7. */
public final class PortCodec {
    private static final int STATS_PORT = 4;
    private static final int STATS_BYTES = 112;

    private PortCodec() {}

    /** Receives the counters of one port. */
    public interface Counted {
        /** @param port its OpenFlow number */
        void count(int port, PortCount count);
    }

    /** Writes a request for the counters of all ports. */
    public static void writeStatsRequest(ByteBuf out, int xid) {
        int start = Wire.begin(out, Wire.MULTIPART_REQUEST, xid);
        out.writeShort(STATS_PORT).writeShort(0).writeInt(0).writeInt(Wire.ANY).writeInt(0);
        Wire.end(out, start);
    }

    /** Reads one part of the reply. */
    public static void readStats(ByteBuf body, Counted out) {
        for (int at = body.readerIndex(); at + STATS_BYTES <= body.writerIndex(); at += STATS_BYTES) {
            out.count(
                    body.getInt(at),
                    new PortCount(
                            counter(body, at, 0),
                            counter(body, at, 1),
                            counter(body, at, 2),
                            counter(body, at, 3),
                            counter(body, at, 4),
                            counter(body, at, 5),
                            counter(body, at, 6),
                            counter(body, at, 7)));
        }
    }

    /** Reads a counter; 0 for one that the switch does not support, which it reports as all ones. */
    private static long counter(ByteBuf body, int port, int index) {
        return Math.max(0, body.getLong(port + 8 + index * 8));
    }
}
