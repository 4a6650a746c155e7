package io.heddle.openflow.codec;

import io.netty.buffer.ByteBuf;

/** Reads group descriptions. Source: OpenFlow 1.3.5 §7.3.5.10. */
public final class GroupCodec {
    private static final int STATS_GROUP_DESC = 7;
    private static final int HEAD = 8;
    private static final int BUCKET_HEAD = 16;
    private static final String[] TYPES = {"all", "select", "indirect", "ff"};

    private GroupCodec() {}

    /** Receives one group. */
    public interface Described {
        /** @param type as ovs-ofctl prints it: all, select, indirect or ff (fast failover) */
        void group(long id, String type, int buckets);
    }

    /** Writes a request for all groups. */
    public static void writeRequest(ByteBuf out, int xid) {
        int start = Wire.begin(out, Wire.MULTIPART_REQUEST, xid);
        out.writeShort(STATS_GROUP_DESC).writeShort(0).writeInt(0);
        Wire.end(out, start);
    }

    /** Reads one part of the reply. */
    public static void read(ByteBuf body, Described out) {
        int at = body.readerIndex();
        while (at + HEAD <= body.writerIndex()) {
            int length = body.getUnsignedShort(at);
            if (length < HEAD || at + length > body.writerIndex()) {
                throw new IllegalArgumentException(
                        "group of " + length + " bytes in a part with " + (body.writerIndex() - at) + " left");
            }
            int type = body.getUnsignedByte(at + 2);
            out.group(
                    body.getUnsignedInt(at + 4),
                    type < TYPES.length ? TYPES[type] : Integer.toString(type),
                    buckets(body, at + HEAD, at + length));
            at += length;
        }
    }

    private static int buckets(ByteBuf body, int from, int to) {
        int count = 0;
        for (int at = from; at + BUCKET_HEAD <= to; at += Math.max(BUCKET_HEAD, body.getUnsignedShort(at))) {
            count++;
        }
        return count;
    }
}
