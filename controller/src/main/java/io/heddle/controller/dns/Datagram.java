package io.heddle.controller.dns;

import io.heddle.openflow.codec.Checksum;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An Ethernet frame with a UDP datagram of IPv4 or IPv6.
 *
 * @param destination MAC
 * @param source MAC
 * @param tags the VLAN tags, as on the wire; empty for none
 * @param from source address
 * @param to destination address, of the same IP version
 */
record Datagram(
        long destination,
        long source,
        byte[] tags,
        InetAddress from,
        InetAddress to,
        int fromPort,
        int toPort,
        byte[] payload) {
    /** Headers of IP and UDP. */
    static final int HEADERS_4 = 28;

    static final int HEADERS_6 = 48;

    private static final long GROUP_MAC = 0x0100_0000_0000L;
    private static final int MACS = 12;
    private static final int TAG = 4;
    private static final int MOST_TAGS = 2;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int VLAN = 0x8100;
    private static final int SERVICE_VLAN = 0x88a8;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT = 0x3fff;
    private static final int TTL = 64;

    /**
     * Reads a frame; empty if it is no such datagram, is a fragment, or has IPv6 extension headers. Does not verify
     * checksums: a guest may leave them to checksum offload.
     */
    static Optional<Datagram> read(byte[] in) {
        int type = MACS;
        for (int i = 0; i < MOST_TAGS && isTag(in, type); i++) {
            type += TAG;
        }
        int ip = type + Short.BYTES;
        if (in.length < ip + IPV4_HEADER) {
            return Optional.empty();
        }
        return switch (u16(in, type)) {
            case IPV4 -> read4(in, type, ip);
            case IPV6 -> read6(in, type, ip);
            default -> Optional.empty();
        };
    }

    private static Optional<Datagram> read4(byte[] in, int type, int ip) {
        int header = (in[ip] & 0xf) * 4;
        boolean whole = (in[ip] >> 4 & 0xf) == 4
                && header >= IPV4_HEADER
                && in[ip + 9] == UDP
                && (u16(in, ip + 6) & FRAGMENT) == 0;
        return whole ? read(in, type, ip + 12, Integer.BYTES, ip + header, ip + u16(in, ip + 2)) : Optional.empty();
    }

    private static Optional<Datagram> read6(byte[] in, int type, int ip) {
        int udp = ip + IPV6_HEADER;
        boolean whole = in.length >= udp && (in[ip] >> 4 & 0xf) == 6 && in[ip + 6] == UDP;
        return whole ? read(in, type, ip + 8, 16, udp, udp + u16(in, ip + 4)) : Optional.empty();
    }

    /** @param end the byte behind the packet, as its header says */
    private static Optional<Datagram> read(byte[] in, int type, int addresses, int bytes, int udp, int end) {
        if (end > in.length || udp + UDP_HEADER > end) {
            return Optional.empty();
        }
        int length = u16(in, udp + 4);
        if (length < UDP_HEADER || udp + length > end) {
            return Optional.empty();
        }
        ByteBuffer macs = ByteBuffer.wrap(in);
        return Optional.of(new Datagram(
                macs.getLong(0) >>> 16,
                macs.getLong(4) & 0xffff_ffff_ffffL,
                Arrays.copyOfRange(in, MACS, type),
                address(in, addresses, bytes),
                address(in, addresses + bytes, bytes),
                u16(in, udp),
                u16(in, udp + 2),
                Arrays.copyOfRange(in, udp + UDP_HEADER, udp + length)));
    }

    private static InetAddress address(byte[] in, int at, int length) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(in, at, at + length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    private static boolean isTag(byte[] in, int at) {
        return at + TAG <= in.length && (u16(in, at) == VLAN || u16(in, at) == SERVICE_VLAN);
    }

    private static int u16(byte[] in, int at) {
        return (in[at] & 0xff) << 8 | in[at + 1] & 0xff;
    }

    /** Whether it is from one host to one host. Others get no answer. */
    boolean isBetweenHosts() {
        // Java takes an IPv6 address that stands for one of IPv4 for the latter; none is on the wire (RFC 4291
        // §2.5.5.2).
        return ((source | destination) & GROUP_MAC) == 0
                && from.getClass() == to.getClass()
                && !from.isMulticastAddress()
                && !from.isAnyLocalAddress()
                && !from.isLoopbackAddress()
                && !from.equals(to)
                && fromPort != 0;
    }

    /** The reply datagram. @param mac its source */
    Datagram back(long mac, byte[] answer) {
        return new Datagram(source, mac, tags, to, from, toPort, fromPort, answer);
    }

    /** The bytes of the frame. */
    byte[] write() {
        boolean v4 = from instanceof Inet4Address;
        int ip = MACS + tags.length + Short.BYTES;
        int udp = ip + (v4 ? IPV4_HEADER : IPV6_HEADER);
        int length = UDP_HEADER + payload.length;
        ByteBuffer out = ByteBuffer.allocate(udp + length);
        out.putLong(destination << 16).position(6);
        out.putShort((short) (source >>> 32)).putInt((int) source).put(tags);
        if (v4) {
            out.putShort((short) IPV4).putShort((short) 0x4500).putShort((short) (IPV4_HEADER + length));
            out.putInt(0).put((byte) TTL).put((byte) UDP).putShort((short) 0);
        } else {
            out.putShort((short) IPV6).putInt(0x6000_0000).putShort((short) length);
            out.put((byte) UDP).put((byte) TTL);
        }
        int addresses = out.position();
        out.put(from.getAddress()).put(to.getAddress());
        out.putShort((short) fromPort).putShort((short) toPort).putShort((short) length);
        out.putShort((short) 0).put(payload);
        byte[] frame = out.array();
        if (v4) {
            out.putShort(ip + 10, Checksum.of(frame, ip, IPV4_HEADER, 0));
        }
        int pseudo = Checksum.add(frame, addresses, udp - addresses, UDP + length);
        short sum = Checksum.of(frame, udp, length, pseudo);
        // A sum of zero means that there is none (RFC 768).
        out.putShort(udp + 6, sum == 0 ? (short) 0xffff : sum);
        return frame;
    }
}
