package io.heddle.openflow.codec;

import io.netty.buffer.ByteBuf;

/** The message that removes all connections of a zone. Source: nx_zone_id and NXT_CT_FLUSH_ZONE of Open vSwitch 2.5. */
public final class ZoneFlush {
    private static final int CT_FLUSH_ZONE = 29;
    private static final int PADDING = 6;

    private ZoneFlush() {}

    /** Writes the message. @param zone 0 to 65535 */
    public static void write(ByteBuf out, int xid, int zone) {
        int start = Wire.begin(out, Wire.EXPERIMENTER, xid);
        out.writeInt(NiciraCodec.NICIRA)
                .writeInt(CT_FLUSH_ZONE)
                .writeZero(PADDING)
                .writeShort(zone);
        Wire.end(out, start);
    }
}
