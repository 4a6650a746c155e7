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
    private static final int SHORTEST = 60;
    /** Ethernet with a tag, IPv6, TCP. */
    private static final int LONGEST = 18 + 40 + 20;

    private FrameBytes() {
    }

    /**
     * A frame with these headers and this payload. Its transport checksum is wrong, so that a host which gets it does not
     * answer; fields that are not said are zero.
     */
    public static byte[] write(Match header, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(LONGEST + payload.length);
        putMac(out, value(header, Field.ETH_DST));
        putMac(out, value(header, Field.ETH_SRC));
        long vid = value(header, Field.VLAN_VID);
        if ((vid & Field.VLAN_PRESENT) != 0) {
            out.putShort((short) TAG).putShort((short) (vid & 0xfff));
        }
        int type = (int) value(header, Field.ETH_TYPE);
        out.putShort((short) type);
        switch (type) {
            case IPV4 -> putIpv4(out, header, payload.length);
            case IPV6 -> putIpv6(out, header, payload.length);
            case ARP -> {
                out.putShort((short) 1).putShort((short) IPV4).put((byte) 6).put((byte) 4);
                out.putShort((short) value(header, Field.ARP_OP));
                putMac(out, value(header, Field.ARP_SHA));
                out.putInt((int) value(header, Field.ARP_SPA));
                putMac(out, value(header, Field.ARP_THA));
                out.putInt((int) value(header, Field.ARP_TPA));
            }
            default -> { }
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
        out.putShort((short) (20 + transportLength(proto) + payload)).putInt(0);
        out.put((byte) 64).put((byte) proto).putShort((short) 0);
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
        out.putInt(0x6000_0000 | (int) (value(h, Field.IP_DSCP) << 2 | value(h, Field.IP_ECN)) << 20);
        out.putShort((short) (transportLength(proto) + payload)).put((byte) proto).put((byte) 64);
        for (Field f : new Field[] {Field.IPV6_SRC, Field.IPV6_DST}) {
            out.putLong(h.get(f).map(Masked::hi).orElse(0L)).putLong(value(h, f));
        }
        putTransport(out, h, proto, payload);
    }

    private static int transportLength(int proto) {
        return switch (proto) {
            case TCP -> 20;
            case UDP, ICMP, ICMPV6 -> 8;
            case SCTP -> 12;
            default -> 0;
        };
    }

    private static void putTransport(ByteBuffer out, Match h, int proto, int payload) {
        int start = out.position();
        int wrong = 0xbad0;
        switch (proto) {
            case TCP -> out.putShort((short) value(h, Field.TCP_SRC)).putShort((short) value(h, Field.TCP_DST)).putLong(0)
                    .putShort((short) 0x5002).putShort((short) 0).putShort((short) wrong).putShort((short) 0);
            case UDP -> out.putShort((short) value(h, Field.UDP_SRC)).putShort((short) value(h, Field.UDP_DST))
                    .putShort((short) (8 + payload)).putShort((short) wrong);
            case SCTP -> out.putShort((short) value(h, Field.SCTP_SRC)).putShort((short) value(h, Field.SCTP_DST))
                    .putInt(0).putInt(wrong);
            case ICMP -> out.put((byte) value(h, Field.ICMP_TYPE)).put((byte) value(h, Field.ICMP_CODE))
                    .putShort((short) wrong).putInt(0);
            case ICMPV6 -> out.put((byte) value(h, Field.ICMPV6_TYPE)).put((byte) value(h, Field.ICMPV6_CODE))
                    .putShort((short) wrong).putInt(0);
            default -> { }
        }
        assert out.position() - start == transportLength(proto);
    }

    private static void putMac(ByteBuffer out, long mac) {
        out.putShort((short) (mac >> 32)).putInt((int) mac);
    }

    private static long value(Match header, Field field) {
        return header.get(field).map(Masked::lo).orElse(0L);
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
        seek(in, start + 6);
        boolean first = (in.getShort() & FRAGMENT) == 0;
        in.get();
        int proto = in.get() & 0xff;
        in.getShort();
        m[0] = m[0].with(Field.IP_PROTO, proto).with(Field.IPV4_SRC, in.getInt() & 0xffffffffL);
        m[0] = m[0].with(Field.IPV4_DST, in.getInt() & 0xffffffffL);
        if (first) {
            seek(in, start + options);
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

    private static void seek(ByteBuffer in, int position) {
        if (position > in.limit()) {
            throw new BufferUnderflowException();
        }
        in.position(position);
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
        seek(in, in.position() + 6);
        m[0] = m[0].with(Field.ARP_OP, in.getShort());
        m[0] = m[0].with(Field.ARP_SHA, mac(in)).with(Field.ARP_SPA, in.getInt() & 0xffffffffL);
        m[0] = m[0].with(Field.ARP_THA, mac(in)).with(Field.ARP_TPA, in.getInt() & 0xffffffffL);
    }

    private static long mac(ByteBuffer in) {
        return (in.getShort() & 0xffffL) << 32 | in.getInt() & 0xffffffffL;
    }
}
