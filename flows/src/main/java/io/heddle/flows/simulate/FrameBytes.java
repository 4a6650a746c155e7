package io.heddle.flows.simulate;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Frames as bytes: their headers read as the exact match that they satisfy. Source: IEEE 802.3, RFC 791, 826, 8200. */
public final class FrameBytes {
    private static final int TAG = 0x8100;
    private static final int SERVICE_TAG = 0x88a8;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int ARP = 0x0806;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;
    private static final int FRAGMENT = 0x1fff;

    private FrameBytes() {
    }

    /** What can be told of a frame from its first bytes; those that were cut off are left out. */
    public static Match read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Match[] match = {Match.ALL};
        try {
            read(in, match);
        } catch (BufferUnderflowException cut) {
            // What was read so far is what there is.
        }
        return match[0];
    }

    private static void read(ByteBuffer in, Match[] m) {
        m[0] = m[0].with(Field.ETH_DST, mac(in));
        m[0] = m[0].with(Field.ETH_SRC, mac(in));
        int type = in.getShort() & 0xffff;
        Masked vid = Masked.exact(Field.VLAN_VID, 0);
        if (type == TAG || type == SERVICE_TAG) {
            vid = Masked.exact(Field.VLAN_VID, Field.VLAN_PRESENT | in.getShort() & 0xfff);
            type = in.getShort() & 0xffff;
        }
        m[0] = m[0].with(Field.VLAN_VID, vid).with(Field.ETH_TYPE, type);
        switch (type) {
            case IPV4 -> ipv4(in, m);
            case IPV6 -> ipv6(in, m);
            case ARP -> arp(in, m);
            default -> { }
        }
    }

    private static void ipv4(ByteBuffer in, Match[] m) {
        int start = in.position();
        int options = (in.get() & 0x0f) * 4;
        in.position(start + 6);
        boolean first = (in.getShort() & FRAGMENT) == 0;
        in.get();
        int proto = in.get() & 0xff;
        in.getShort();
        m[0] = m[0].with(Field.IP_PROTO, proto).with(Field.IPV4_SRC, in.getInt() & 0xffffffffL);
        m[0] = m[0].with(Field.IPV4_DST, in.getInt() & 0xffffffffL);
        if (first && start + options <= in.limit()) {
            in.position(start + options);
            transport(in, proto, m);
        }
    }

    private static void ipv6(ByteBuffer in, Match[] m) {
        in.getInt();
        in.getShort();
        int proto = in.get() & 0xff;
        in.get();
        m[0] = m[0].with(Field.IP_PROTO, proto).with(Field.IPV6_SRC, Masked.exact(Field.IPV6_SRC, in.getLong(), in.getLong()));
        m[0] = m[0].with(Field.IPV6_DST, Masked.exact(Field.IPV6_DST, in.getLong(), in.getLong()));
        transport(in, proto, m);
    }

    private static void transport(ByteBuffer in, int proto, Match[] m) {
        switch (proto) {
            case TCP -> pair(in, m, Field.TCP_SRC, Field.TCP_DST);
            case UDP -> pair(in, m, Field.UDP_SRC, Field.UDP_DST);
            case SCTP -> pair(in, m, Field.SCTP_SRC, Field.SCTP_DST);
            case ICMP -> m[0] = m[0].with(Field.ICMP_TYPE, in.get() & 0xff).with(Field.ICMP_CODE, in.get() & 0xff);
            case ICMPV6 -> m[0] = m[0].with(Field.ICMPV6_TYPE, in.get() & 0xff).with(Field.ICMPV6_CODE, in.get() & 0xff);
            default -> { }
        }
    }

    private static void pair(ByteBuffer in, Match[] m, Field source, Field destination) {
        m[0] = m[0].with(source, in.getShort() & 0xffff).with(destination, in.getShort() & 0xffff);
    }

    private static void arp(ByteBuffer in, Match[] m) {
        in.position(in.position() + 6);
        m[0] = m[0].with(Field.ARP_OP, in.getShort());
        m[0] = m[0].with(Field.ARP_SHA, mac(in)).with(Field.ARP_SPA, in.getInt() & 0xffffffffL);
        m[0] = m[0].with(Field.ARP_THA, mac(in)).with(Field.ARP_TPA, in.getInt() & 0xffffffffL);
    }

    private static long mac(ByteBuffer in) {
        return (in.getShort() & 0xffffL) << 32 | in.getInt() & 0xffffffffL;
    }
}
