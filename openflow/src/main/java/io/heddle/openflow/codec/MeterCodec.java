package io.heddle.openflow.codec;

import io.heddle.flows.program.Meter;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Writes METER_MODs, and reads meter statistics and configurations. Source: OpenFlow 1.3.5 §7.3.4.5, §7.3.5.13. */
public final class MeterCodec {
    /** METER_MOD commands. */
    public static final int ADD = 0;

    public static final int MODIFY = 1;
    public static final int DELETE = 2;

    private static final int METER_MOD = 29;
    private static final int STATS_METER = 9;
    private static final int STATS_METER_CONFIG = 10;
    private static final int STATS_HEAD = 40;
    private static final int ALL = 0xffffffff;
    private static final int KBPS = 1;
    private static final int PKTPS = 2;
    private static final int BURST = 4;
    private static final int STATS = 8;
    private static final int BAND_DROP = 1;
    private static final int BAND_BYTES = 16;

    private MeterCodec() {}

    /** Writes a METER_MOD that adds, modifies or removes a meter. */
    public static void write(ByteBuf out, int xid, int command, Meter m) {
        int start = Wire.begin(out, METER_MOD, xid);
        out.writeShort(command)
                .writeShort((m.packets() ? PKTPS : KBPS) | BURST | STATS)
                .writeInt(m.id());
        if (command != DELETE) {
            out.writeShort(BAND_DROP)
                    .writeShort(BAND_BYTES)
                    .writeInt((int) m.rate())
                    .writeInt((int) m.burst());
            out.writeInt(0);
        }
        Wire.end(out, start);
    }

    /** Writes a METER_MOD that removes a meter; the switch then also removes the flow entries that refer to it. */
    public static void writeRemove(ByteBuf out, int xid, int id) {
        write(out, xid, DELETE, new Meter(id, false, 1, 1));
    }

    /** Receives the counters of a meter's dropped frames. */
    public interface Dropped {
        /** Counts {@code packets} and {@code bytes} beyond the rate of the meter's first band. */
        void count(int id, long packets, long bytes);
    }

    /** Writes a request for the statistics of all meters. */
    public static void writeStatsRequest(ByteBuf out, int xid) {
        request(out, xid, STATS_METER, ALL);
    }

    /** Asks what one meter has dropped. */
    public static void writeStatsRequest(ByteBuf out, int xid, int id) {
        request(out, xid, STATS_METER, id);
    }

    /** Reads one part of the statistics reply. */
    public static void readStats(ByteBuf body, Dropped out) {
        while (body.readableBytes() >= STATS_HEAD) {
            int start = body.readerIndex();
            int id = body.getInt(start);
            int length = body.getUnsignedShort(start + 4);
            if (length < STATS_HEAD || start + length > body.writerIndex()) {
                throw new IllegalArgumentException("statistics of a meter of " + length + " bytes in a part with "
                        + (body.writerIndex() - start) + " left");
            }
            if (length >= STATS_HEAD + 16) {
                out.count(id, body.getLong(start + STATS_HEAD), body.getLong(start + STATS_HEAD + 8));
            }
            body.readerIndex(start + length);
        }
    }

    /** Writes a request for the configurations of all meters. */
    public static void writeConfigRequest(ByteBuf out, int xid) {
        request(out, xid, STATS_METER_CONFIG, ALL);
    }

    private static void request(ByteBuf out, int xid, int type, int id) {
        int start = Wire.begin(out, Wire.MULTIPART_REQUEST, xid);
        out.writeShort(type).writeShort(0).writeInt(0).writeInt(id).writeInt(0);
        Wire.end(out, start);
    }

    /** Reads one part of the configuration reply. A meter of a form that Heddle never sends gets rate and burst 1. */
    public static void readConfig(ByteBuf body, Consumer<Meter> out) {
        while (body.readableBytes() >= 8) {
            int start = body.readerIndex();
            int length = body.readUnsignedShort();
            if (length < 8 || start + length > body.writerIndex()) {
                throw new IllegalArgumentException(
                        "meter of " + length + " bytes in a part with " + (body.writerIndex() - start) + " left");
            }
            int flags = body.readUnsignedShort();
            int id = body.readInt();
            boolean ours =
                    length == 8 + BAND_BYTES && (flags & BURST) != 0 && body.getUnsignedShort(start + 8) == BAND_DROP;
            out.accept(new Meter(
                    id,
                    (flags & PKTPS) != 0,
                    ours ? Math.max(1, body.getUnsignedInt(start + 12)) : 1,
                    ours ? Math.max(1, body.getUnsignedInt(start + 16)) : 1));
            body.readerIndex(start + length);
        }
    }
}
