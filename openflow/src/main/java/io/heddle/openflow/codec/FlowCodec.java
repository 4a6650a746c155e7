package io.heddle.openflow.codec;

import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes flow entries as FLOW_MODs, and reads flow statistics. Source: OpenFlow 1.3.5 §7.3.4, §7.3.5.2. */
public final class FlowCodec {
    /** The table number that means all tables (OFPTT_ALL). */
    public static final int ALL_TABLES = 0xff;

    private static final int ADD = 0;
    private static final int DELETE = 3;
    private static final int DELETE_STRICT = 4;
    private static final int SEND_FLOW_REM = 1;
    private static final int STATS_FIXED = 48;

    private FlowCodec() {}

    /**
     * A flow entry as a switch reports it.
     *
     * @param entry the entry; empty if its match has a field that Heddle does not support
     */
    public record Reported(
            Optional<FlowEntry> entry, int table, int priority, long cookie, long packets, long bytes, int seconds) {}

    /** Writes a FLOW_MOD that adds an entry, or replaces the one with the same key. */
    public static void writeAdd(ByteBuf out, int xid, FlowEntry e) {
        int start = begin(out, xid, e.cookie(), 0, e.table(), ADD);
        out.writeShort(e.idleTimeout())
                .writeShort(e.hardTimeout())
                .writeShort(e.priority())
                .writeInt(-1);
        out.writeInt(Wire.ANY)
                .writeInt(Wire.ANY)
                .writeShort(e.notifyRemoval() ? SEND_FLOW_REM : 0)
                .writeZero(2);
        OxmCodec.writeMatch(out, e.match());
        ActionCodec.writeInstructions(out, e.instructions());
        Wire.end(out, start);
    }

    /** Writes a FLOW_MOD that removes exactly this entry, if the entry on the switch has the same cookie. */
    public static void writeRemove(ByteBuf out, int xid, FlowEntry e) {
        int start = begin(out, xid, e.cookie(), -1L, e.table(), DELETE_STRICT);
        writeRemoval(out, e.priority(), e.match());
        Wire.end(out, start);
    }

    /**
     * Writes a FLOW_MOD that removes all matching entries of a table, or of {@link #ALL_TABLES}.
     *
     * @param cookie removes only entries whose cookie equals this in the bits of {@code cookieMask}
     */
    public static void writeRemoveAll(ByteBuf out, int xid, int table, long cookie, long cookieMask, Match match) {
        int start = begin(out, xid, cookie, cookieMask, table, DELETE);
        writeRemoval(out, 0, match);
        Wire.end(out, start);
    }

    private static int begin(ByteBuf out, int xid, long cookie, long cookieMask, int table, int command) {
        int start = Wire.begin(out, Wire.FLOW_MOD, xid);
        out.writeLong(cookie).writeLong(cookieMask).writeByte(table).writeByte(command);
        return start;
    }

    private static void writeRemoval(ByteBuf out, int priority, Match match) {
        out.writeInt(0)
                .writeShort(priority)
                .writeInt(-1)
                .writeInt(Wire.ANY)
                .writeInt(Wire.ANY)
                .writeInt(0);
        OxmCodec.writeMatch(out, match);
    }

    /** Writes a multipart request for all entries whose cookie equals {@code cookie} in the bits of {@code mask}. */
    public static void writeStatsRequest(ByteBuf out, int xid, int table, long cookie, long mask) {
        int start = Wire.begin(out, Wire.MULTIPART_REQUEST, xid);
        out.writeShort(Wire.STATS_FLOW).writeShort(0).writeInt(0);
        out.writeByte(table).writeZero(3).writeInt(Wire.ANY).writeInt(Wire.ANY).writeInt(0);
        out.writeLong(cookie).writeLong(mask);
        OxmCodec.writeMatch(out, Match.ALL);
        Wire.end(out, start);
    }

    /**
     * Reads the entries of one part of a flow statistics reply. Each entry has a length field, so an entry that Heddle
     * cannot read does not hide the next ones.
     *
     * @param body the part, after the multipart header
     */
    public static void readStats(ByteBuf body, Consumer<Reported> out) {
        while (body.readableBytes() >= STATS_FIXED) {
            int start = body.readerIndex();
            int length = body.readUnsignedShort();
            if (length < STATS_FIXED || start + length > body.writerIndex()) {
                throw new IllegalArgumentException("flow statistics entry of " + length + " bytes in a part with "
                        + (body.writerIndex() - start) + " left");
            }
            int table = body.readUnsignedByte();
            body.skipBytes(1);
            int seconds = body.readInt();
            body.skipBytes(4);
            int priority = body.readUnsignedShort();
            int idle = body.readUnsignedShort();
            int hard = body.readUnsignedShort();
            boolean notify = (body.readUnsignedShort() & SEND_FLOW_REM) != 0;
            body.skipBytes(4);
            long cookie = body.readLong();
            long packets = body.readLong();
            long bytes = body.readLong();
            Optional<Match> match = OxmCodec.readMatch(body);
            Instructions instructions = ActionCodec.readInstructions(body, start + length);
            body.readerIndex(start + length);
            Optional<FlowEntry> entry =
                    match.map(m -> new FlowEntry(table, priority, m, instructions, cookie, idle, hard, notify));
            out.accept(new Reported(entry, table, priority, cookie, packets, bytes, seconds));
        }
    }

    /** Reads the key and cookie of a FLOW_REMOVED's entry; empty if its match has a field Heddle does not support. */
    public static Optional<FlowEntry> readRemoved(ByteBuf message) {
        ByteBuf in = message.duplicate().skipBytes(Wire.HEADER);
        long cookie = in.readLong();
        int priority = in.readUnsignedShort();
        in.skipBytes(1);
        int table = in.readUnsignedByte();
        in.skipBytes(8 + 4 + 16);
        return OxmCodec.readMatch(in).map(m -> new FlowEntry(table, priority, m, Instructions.DROP, cookie));
    }
}
