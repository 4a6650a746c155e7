package io.heddle.openflow.codec;

import io.netty.buffer.ByteBuf;

/** The OpenFlow header and its constants. Source: OpenFlow 1.3.5 §7.1. */
public final class Wire {
    /** OpenFlow 1.3. */
    public static final int VERSION = 4;
    /** Bytes of the header of every message. */
    public static final int HEADER = 8;

    public static final int ERROR = 1;
    public static final int ECHO_REQUEST = 2;
    public static final int ECHO_REPLY = 3;
    public static final int EXPERIMENTER = 4;
    public static final int PACKET_IN = 10;
    public static final int FLOW_REMOVED = 11;
    public static final int PACKET_OUT = 13;
    public static final int FLOW_MOD = 14;
    public static final int MULTIPART_REQUEST = 18;
    public static final int MULTIPART_REPLY = 19;
    public static final int BARRIER_REQUEST = 20;
    /** Multipart types: flow statistics and experimenter. */
    public static final int STATS_FLOW = 1;

    public static final int STATS_EXPERIMENTER = 0xffff;
    /** The ONF's experimenter number. */
    public static final int ONF = 0x4f4e4600;
    /** Any port, any group: no filter. */
    static final int ANY = 0xffffffff;

    private Wire() {}

    /** Writes a header whose length {@link #end} fills in. @return the offset of the message */
    public static int begin(ByteBuf out, int type, int xid) {
        int start = out.writerIndex();
        out.writeByte(VERSION).writeByte(type).writeShort(0).writeInt(xid);
        return start;
    }

    /** Fills in the length of the message that starts at {@code start}. */
    public static void end(ByteBuf out, int start) {
        out.setShort(start + 2, out.writerIndex() - start);
    }

    /** The message's type. */
    public static int type(ByteBuf message) {
        return message.getUnsignedByte(message.readerIndex() + 1);
    }

    /** The message's transaction id. */
    public static int xid(ByteBuf message) {
        return message.getInt(message.readerIndex() + 4);
    }
}
