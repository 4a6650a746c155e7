package io.heddle.flows.simulate;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Converts frames between bytes and the exact match of their headers. As in Open vSwitch, first fragments have
 * transport ports of zero and later fragments have none; later IPv6 fragments have protocol 44, that of their fragment
 * header (ovs-fields(7), ip_frag). Source: IEEE 802.3, RFC 791, 826, 903, 3032, 8200, 9293.
 */
public final class FrameBytes {
    private static final int TAG = 0x8100;
    private static final int SERVICE_TAG = 0x88a8;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int ARP = 0x0806;
    private static final int RARP = 0x8035;
    private static final int MPLS = 0x8847;
    private static final int MPLS_MULTICAST = 0x8848;
    /** The smallest Ethernet type. A smaller value is a length, and the type, if any, is in a SNAP header. */
    private static final int LEAST_TYPE = 0x600;

    private static final int NO_TYPE = 0x05ff;
    private static final long SNAP = 0xaaaa_0300_0000L;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;
    private static final int OFFSET = 0x1fff;
    private static final int MORE = 0x2000;
    /** IPv6 extension headers, which precede the transport header. */
    private static final int HOP_BY_HOP = 0;

    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION = 60;
    private static final int NO_NEXT = 59;
    private static final int SYN = 2;
    private static final int TTL = 64;
    private static final int SHORTEST = 60;
    /** Bytes of the longest headers: Ethernet with a tag, IPv6, a fragment header, TCP. */
    private static final int LONGEST = 18 + 40 + 8 + 20;

    private FrameBytes() {}

    /**
     * A frame with these headers and this payload. Its transport checksum is wrong, so that a host that receives it
     * does not answer. Fields that the match lacks are zero, except that the TTL is 64 and the TCP flag SYN is set.
     */
    public static byte[] write(Match header, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(LONGEST + payload.length);
        putMac(out, value(header, Field.ETH_DST));
        putMac(out, value(header, Field.ETH_SRC));
        long vid = value(header, Field.VLAN_VID);
        if ((vid & Field.VLAN_PRESENT) != 0) {
            out.putShort((short) TAG).putShort((short) (value(header, Field.VLAN_PCP) << 13 | vid & 0xfff));
        }
        int type = (int) value(header, Field.ETH_TYPE);
        out.putShort((short) type);
        switch (type) {
            case IPV4 -> putIpv4(out, header, payload.length);
            case IPV6 -> putIpv6(out, header, payload.length);
            case MPLS, MPLS_MULTICAST ->
                out.putInt((int) (value(header, Field.MPLS_LABEL) << 12
                        | value(header, Field.MPLS_TC) << 9
                        | value(header, Field.MPLS_BOS) << 8
                        | value(header, Field.MPLS_TTL, TTL)));
            case ARP, RARP -> {
                out.putShort((short) 1).putShort((short) IPV4).put((byte) 6).put((byte) 4);
                out.putShort((short) value(header, Field.ARP_OP));
                putMac(out, value(header, Field.ARP_SHA));
                out.putInt((int) value(header, Field.ARP_SPA));
                putMac(out, value(header, Field.ARP_THA));
                out.putInt((int) value(header, Field.ARP_TPA));
            }
            default -> {}
        }
        out.put(payload);
        byte[] frame = new byte[Math.max(SHORTEST, out.position())];
        out.flip().get(frame, 0, out.limit());
        return frame;
    }

    private static void putIpv4(ByteBuffer out, Match h, int payload) {
        int start = out.position();
        int proto = (int) value(h, Field.IP_PROTO);
        out.put((byte) 0x45).put((byte) (value(h, Field.IP_DSCP) << 2 | value(h, Field.IP_ECN)));
        out.putShort((short) (20 + transportLength(h) + payload)).putShort((short) 0);
        // The smallest offset, eight bytes, makes it a later fragment.
        out.putShort((short) (isLater(h) ? 1 : isFragment(h) ? MORE : 0));
        out.put((byte) value(h, Field.IP_TTL, TTL)).put((byte) proto).putShort((short) 0);
        out.putInt((int) value(h, Field.IPV4_SRC)).putInt((int) value(h, Field.IPV4_DST));
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += out.getShort(start + i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        out.putShort(start + 10, (short) ~((sum & 0xffff) + (sum >>> 16)));
        putTransport(out, h, proto, payload);
    }

    private static void putIpv6(ByteBuffer out, Match h, int payload) {
        int proto = (int) value(h, Field.IP_PROTO);
        int trafficClass = (int) (value(h, Field.IP_DSCP) << 2 | value(h, Field.IP_ECN));
        out.putInt(0x6000_0000 | trafficClass << 20 | (int) value(h, Field.IPV6_LABEL));
        out.putShort((short) ((isFragment(h) ? 8 : 0) + transportLength(h) + payload));
        out.put((byte) (isFragment(h) ? FRAGMENT : proto)).put((byte) value(h, Field.IP_TTL, TTL));
        for (Field f : new Field[] {Field.IPV6_SRC, Field.IPV6_DST}) {
            out.putLong(h.get(f).map(Masked::hi).orElse(0L)).putLong(value(h, f));
        }
        if (isFragment(h)) {
            out.put((byte) (proto == FRAGMENT ? NO_NEXT : proto)).put((byte) 0);
            out.putShort((short) (isLater(h) ? 8 : 1)).putInt(0);
        }
        putTransport(out, h, proto, payload);
    }

    private static boolean isFragment(Match h) {
        return (value(h, Field.IP_FRAG) & Field.FRAGMENT) != 0;
    }

    private static boolean isLater(Match h) {
        return (value(h, Field.IP_FRAG) & Field.LATER_FRAGMENT) != 0;
    }

    private static int transportLength(Match h) {
        return isLater(h)
                ? 0
                : switch ((int) value(h, Field.IP_PROTO)) {
                    case TCP -> 20;
                    case UDP, ICMP, ICMPV6 -> 8;
                    case SCTP -> 12;
                    default -> 0;
                };
    }

    private static void putTransport(ByteBuffer out, Match h, int proto, int payload) {
        if (isLater(h)) {
            return;
        }
        int start = out.position();
        int wrong = 0xbad0;
        switch (proto) {
            case TCP ->
                out.putShort((short) value(h, Field.TCP_SRC))
                        .putShort((short) value(h, Field.TCP_DST))
                        .putLong(0)
                        .putShort((short) (0x5000 | value(h, Field.TCP_FLAGS, SYN)))
                        .putShort((short) 0)
                        .putShort((short) wrong)
                        .putShort((short) 0);
            case UDP ->
                out.putShort((short) value(h, Field.UDP_SRC))
                        .putShort((short) value(h, Field.UDP_DST))
                        .putShort((short) (8 + payload))
                        .putShort((short) wrong);
            case SCTP ->
                out.putShort((short) value(h, Field.SCTP_SRC))
                        .putShort((short) value(h, Field.SCTP_DST))
                        .putInt(0)
                        .putInt(wrong);
            case ICMP ->
                out.put((byte) value(h, Field.ICMP_TYPE))
                        .put((byte) value(h, Field.ICMP_CODE))
                        .putShort((short) wrong)
                        .putInt(0);
            case ICMPV6 ->
                out.put((byte) value(h, Field.ICMPV6_TYPE))
                        .put((byte) value(h, Field.ICMPV6_CODE))
                        .putShort((short) wrong)
                        .putInt(0);
            default -> {}
        }
        assert out.position() - start == transportLength(h);
    }

    private static void putMac(ByteBuffer out, long mac) {
        out.putShort((short) (mac >> 32)).putInt((int) mac);
    }

    private static long value(Match header, Field field) {
        return value(header, field, 0);
    }

    private static long value(Match header, Field field, long otherwise) {
        return header.get(field).map(Masked::lo).orElse(otherwise);
    }

    /** Reads the headers of a frame from its first bytes; leaves out fields that were cut off. */
    public static Match read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Match[] match = {Match.ALL};
        try {
            read(in, match);
        } catch (BufferUnderflowException cut) {
            // The frame was cut off: return the fields read so far.
        }
        return match[0];
    }

    private static void read(ByteBuffer in, Match[] m) {
        m[0] = m[0].with(Field.ETH_DST, mac(in));
        m[0] = m[0].with(Field.ETH_SRC, mac(in));
        int type = in.getShort() & 0xffff;
        Masked vid = Masked.exact(Field.VLAN_VID, 0);
        if (type == TAG || type == SERVICE_TAG) {
            int tci = in.getShort() & 0xffff;
            vid = Masked.exact(Field.VLAN_VID, Field.VLAN_PRESENT | tci & 0xfff);
            m[0] = m[0].with(Field.VLAN_PCP, tci >> 13);
            type = in.getShort() & 0xffff;
        }
        m[0] = m[0].with(Field.VLAN_VID, vid);
        type = type < LEAST_TYPE ? insideLength(in) : type;
        m[0] = m[0].with(Field.ETH_TYPE, type);
        switch (type) {
            case IPV4 -> ipv4(in, m);
            case IPV6 -> ipv6(in, m);
            case ARP, RARP -> arp(in, m);
            case MPLS, MPLS_MULTICAST -> {
                int entry = in.getInt();
                m[0] = m[0].with(Field.MPLS_LABEL, entry >>> 12)
                        .with(Field.MPLS_TC, entry >> 9 & 7)
                        .with(Field.MPLS_BOS, entry >> 8 & 1)
                        .with(Field.MPLS_TTL, entry & 0xff);
            }
            default -> {}
        }
    }

    /** The type of a frame with a length in place of its type: that of its SNAP header, if any. */
    private static int insideLength(ByteBuffer in) {
        int start = in.position();
        boolean snap = in.remaining() >= 8 && (in.getLong(start) >>> 16) == SNAP;
        int type = snap ? in.getShort(start + 6) & 0xffff : NO_TYPE;
        if (type < LEAST_TYPE) {
            return NO_TYPE;
        }
        in.position(start + 8);
        return type;
    }

    private static void ipv4(ByteBuffer in, Match[] m) {
        int start = in.position();
        int options = (in.get() & 0x0f) * 4;
        trafficClass(in.get() & 0xff, m);
        seek(in, start + 6);
        int offset = in.getShort() & 0xffff;
        m[0] = m[0].with(Field.IP_FRAG, fragment((offset & OFFSET) != 0, (offset & MORE) != 0));
        m[0] = m[0].with(Field.IP_TTL, in.get() & 0xff);
        int proto = in.get() & 0xff;
        in.getShort();
        m[0] = m[0].with(Field.IP_PROTO, proto).with(Field.IPV4_SRC, in.getInt() & 0xffffffffL);
        m[0] = m[0].with(Field.IPV4_DST, in.getInt() & 0xffffffffL);
        if (!isLater(m[0])) {
            seek(in, start + options);
            transport(in, proto, m);
        }
    }

    private static void trafficClass(int octet, Match[] m) {
        m[0] = m[0].with(Field.IP_DSCP, octet >> 2).with(Field.IP_ECN, octet & 3);
    }

    private static long fragment(boolean offset, boolean more) {
        return offset ? Field.FRAGMENT | Field.LATER_FRAGMENT : more ? Field.FRAGMENT : 0;
    }

    private static void ipv6(ByteBuffer in, Match[] m) {
        int first = in.getInt();
        trafficClass(first >> 20 & 0xff, m);
        m[0] = m[0].with(Field.IPV6_LABEL, first & 0xf_ffff);
        in.getShort();
        int next = in.get() & 0xff;
        m[0] = m[0].with(Field.IP_TTL, in.get() & 0xff);
        m[0] = m[0].with(Field.IPV6_SRC, Masked.exact(Field.IPV6_SRC, in.getLong(), in.getLong()));
        m[0] = m[0].with(Field.IPV6_DST, Masked.exact(Field.IPV6_DST, in.getLong(), in.getLong()));
        long kind = 0;
        while ((kind & Field.LATER_FRAGMENT) == 0
                && (next == HOP_BY_HOP
                        || next == ROUTING
                        || next == DESTINATION
                        || next == AUTHENTICATION
                        || next == FRAGMENT)) {
            int header = next;
            int start = in.position();
            next = in.get() & 0xff;
            int length = in.get() & 0xff;
            if (header == FRAGMENT) {
                int offset = in.getShort() & 0xffff;
                kind = fragment(offset >> 3 != 0, (offset & 1) != 0);
                next = (kind & Field.LATER_FRAGMENT) != 0 ? FRAGMENT : next;
            }
            seek(in, start + (header == FRAGMENT ? 8 : header == AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8));
        }
        m[0] = m[0].with(Field.IP_PROTO, next).with(Field.IP_FRAG, kind);
        transport(in, next, m);
    }

    private static void seek(ByteBuffer in, int position) {
        if (position > in.limit()) {
            throw new BufferUnderflowException();
        }
        in.position(position);
    }

    private static void transport(ByteBuffer in, int proto, Match[] m) {
        switch (proto) {
            case TCP -> {
                pair(in, m, Field.TCP_SRC, Field.TCP_DST, 2);
                seek(in, in.position() + 8);
                m[0] = m[0].with(Field.TCP_FLAGS, in.getShort() & 0xfff);
            }
            case UDP -> pair(in, m, Field.UDP_SRC, Field.UDP_DST, 2);
            case SCTP -> pair(in, m, Field.SCTP_SRC, Field.SCTP_DST, 2);
            case ICMP -> pair(in, m, Field.ICMP_TYPE, Field.ICMP_CODE, 1);
            case ICMPV6 -> pair(in, m, Field.ICMPV6_TYPE, Field.ICMPV6_CODE, 1);
            default -> {}
        }
    }

    /** Reads two numbers of {@code bytes} bytes each; sets them to zero if the packet is a fragment. */
    private static void pair(ByteBuffer in, Match[] m, Field source, Field destination, int bytes) {
        for (Field f : new Field[] {source, destination}) {
            int value = bytes == 1 ? in.get() & 0xff : in.getShort() & 0xffff;
            m[0] = m[0].with(f, isFragment(m[0]) ? 0 : value);
        }
    }

    private static void arp(ByteBuffer in, Match[] m) {
        seek(in, in.position() + 6);
        int op = in.getShort() & 0xffff;
        // Open vSwitch keeps eight bits of the operation, and reads larger values as 0.
        m[0] = m[0].with(Field.ARP_OP, op > 0xff ? 0 : op);
        m[0] = m[0].with(Field.ARP_SHA, mac(in)).with(Field.ARP_SPA, in.getInt() & 0xffffffffL);
        m[0] = m[0].with(Field.ARP_THA, mac(in)).with(Field.ARP_TPA, in.getInt() & 0xffffffffL);
    }

    private static long mac(ByteBuffer in) {
        return (in.getShort() & 0xffffL) << 32 | in.getInt() & 0xffffffffL;
    }
}
