package io.heddle.openflow.codec;

import io.heddle.flows.program.Match;
import io.netty.buffer.ByteBuf;
import java.util.function.LongConsumer;

/**
 * The ONF's extensions to OpenFlow 1.3 that OVS supports: bundles (EXT-230) for atomic changes, and flow monitors
 * (EXT-187), by which a switch reports external changes.
 */
public final class OnfCodec {
    private static final int BUNDLE_CONTROL = 2300;
    private static final int BUNDLE_ADD = 2301;
    private static final int FLOW_MONITOR = 1870;
    private static final int ATOMIC_ORDERED = 3;
    private static final int MONITOR_ADD_DELETE_MODIFY = 0x0e;
    private static final int EVENT_ABBREVIATED = 3;

    /** Types of bundle control requests; the type of the reply is one higher. */
    public static final int OPEN_REQUEST = 0;

    public static final int COMMIT_REQUEST = 4;

    private OnfCodec() {}

    /** Writes a bundle control message. */
    public static void writeControl(ByteBuf out, int xid, int bundle, int request) {
        int start = Wire.begin(out, Wire.EXPERIMENTER, xid);
        out.writeInt(Wire.ONF).writeInt(BUNDLE_CONTROL);
        out.writeInt(bundle).writeShort(request).writeShort(ATOMIC_ORDERED);
        Wire.end(out, start);
    }

    /** Begins a bundle add message. Write the message to add, with the same xid, then call {@link Wire#end}. */
    public static int beginAdd(ByteBuf out, int xid, int bundle) {
        int start = Wire.begin(out, Wire.EXPERIMENTER, xid);
        out.writeInt(Wire.ONF).writeInt(BUNDLE_ADD);
        out.writeInt(bundle).writeShort(0).writeShort(ATOMIC_ORDERED);
        return start;
    }

    /** The type of a bundle control message, or -1 for another message. */
    public static int bundleReply(ByteBuf message) {
        int at = message.readerIndex() + Wire.HEADER;
        return message.readableBytes() >= 24
                        && message.getInt(at) == Wire.ONF
                        && message.getInt(at + 4) == BUNDLE_CONTROL
                ? message.getUnsignedShort(at + 12)
                : -1;
    }

    /** Writes a request to report every added, changed and removed entry. */
    public static void writeMonitorRequest(ByteBuf out, int xid, int monitor) {
        int start = Wire.begin(out, Wire.MULTIPART_REQUEST, xid);
        out.writeShort(Wire.STATS_EXPERIMENTER).writeShort(0).writeInt(0);
        out.writeInt(Wire.ONF).writeInt(FLOW_MONITOR);
        out.writeInt(monitor).writeShort(MONITOR_ADD_DELETE_MODIFY).writeShort(4);
        out.writeInt(Wire.ANY).writeByte(0xff).writeZero(3);
        OxmCodec.writeMatch(out, Match.ALL);
        Wire.end(out, start);
    }

    /**
     * Reads the cookies of the entries in a monitor's message. The switch reports Heddle's own changes as abbreviated
     * events, which are skipped.
     *
     * @param body the multipart reply's body, at the experimenter number
     */
    public static void readMonitor(ByteBuf body, LongConsumer cookies) {
        if (body.readableBytes() < 8 || body.readInt() != Wire.ONF || body.readInt() != FLOW_MONITOR) {
            return;
        }
        while (body.readableBytes() >= 8) {
            int start = body.readerIndex();
            int length = body.readUnsignedShort();
            int event = body.readUnsignedShort();
            if (length < 8 || start + length > body.writerIndex()) {
                return;
            }
            if (event != EVENT_ABBREVIATED && length >= 24) {
                cookies.accept(body.getLong(start + 16));
            }
            body.readerIndex(start + length);
        }
    }
}
