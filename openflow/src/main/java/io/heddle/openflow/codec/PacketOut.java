package io.heddle.openflow.codec;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.PortNumber;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** PACKET_OUT messages: frames that the controller hands to the switch. Source: OpenFlow 1.3.5 §7.3.7. */
public final class PacketOut {
    private static final int NO_BUFFER = 0xffffffff;
    private static final int OUTPUT_BYTES = 16;

    private PacketOut() {}

    /**
     * Begins a message with one action, an output; the frame follows, then {@link Wire#end}.
     *
     * @param inPort the port that the frame is taken to have come in by
     * @param outPort a port number or one of {@link PortNumber}
     * @return where the message starts
     */
    public static int begin(ByteBuf out, int xid, int inPort, int outPort) {
        int start = Wire.begin(out, Wire.PACKET_OUT, xid);
        out.writeLong((long) NO_BUFFER << 32 | inPort & 0xffff_ffffL).writeLong((long) OUTPUT_BYTES << 48);
        out.writeLong((long) OUTPUT_BYTES << 32 | outPort & 0xffff_ffffL).writeLong(0);
        return start;
    }

    /** Writes a whole message with any actions. @param inPort see {@link #begin} */
    public static void write(ByteBuf out, int xid, int inPort, List<Action> actions, byte[] frame) {
        int start = Wire.begin(out, Wire.PACKET_OUT, xid);
        out.writeInt(NO_BUFFER).writeInt(inPort);
        int length = out.writerIndex();
        out.writeLong(0);
        int from = out.writerIndex();
        ActionCodec.write(out, actions);
        out.setShort(length, out.writerIndex() - from);
        out.writeBytes(frame);
        Wire.end(out, start);
    }

    /** Writes a whole message, see {@link #begin}. */
    public static void write(ByteBuf out, int xid, int inPort, int outPort, byte[] frame) {
        int start = begin(out, xid, inPort, outPort);
        out.writeBytes(frame);
        Wire.end(out, start);
    }
}
