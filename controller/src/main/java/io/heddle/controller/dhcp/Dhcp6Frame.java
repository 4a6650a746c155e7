package io.heddle.controller.dhcp;

import io.heddle.openflow.codec.Checksum;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An Ethernet frame with a UDP datagram of IPv6 for a DHCPv6 server or client.
 *
 * @param destination MAC
 * @param source MAC
 * @param tags the VLAN tags, as on the wire; empty for none
 * @param from source address
 * @param to destination address
 * @param fromPort source port
 * @param toPort destination port
 */
public record Dhcp6Frame(
        long destination,
        long source,
        byte[] tags,
        InetAddress from,
        InetAddress to,
        int fromPort,
        int toPort,
        byte[] payload) {
    public static final int SERVER_PORT = 547;
    public static final int CLIENT_PORT = 546;

    /** A frame from the other port of DHCPv6 than the one that it goes to. */
    public Dhcp6Frame(
            long destination, long source, byte[] tags, InetAddress from, InetAddress to, int toPort, byte[] payload) {
        this(destination, source, tags, from, to, SERVER_PORT + CLIENT_PORT - toPort, toPort, payload);
    }

    private static final int MACS = 12;
    private static final int IPV6 = 0x86dd;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IP_HEADER = 40;
    private static final int ADDRESS = 16;
    private static final int HOPS = 64;

    /**
     * Reads a frame; empty if it is no such datagram, or has extension headers. Does not verify checksums: a guest may
     * leave them to checksum offload.
     */
    public static Optional<Dhcp6Frame> read(byte[] in) {
        int type = DhcpFrame.type(in);
        int ip = type + Short.BYTES;
        int udp = ip + IP_HEADER;
        if (in.length < udp + UDP_HEADER || DhcpFrame.u16(in, type) != IPV6) {
            return Optional.empty();
        }
        int end = udp + DhcpFrame.u16(in, ip + 4);
        int toPort = DhcpFrame.u16(in, udp + 2);
        int length = DhcpFrame.u16(in, udp + 4);
        if ((in[ip] >> 4 & 0xf) != 6
                || in[ip + 6] != UDP
                || end > in.length
                || length < UDP_HEADER
                || udp + length > end
                || toPort != SERVER_PORT && toPort != CLIENT_PORT) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(in);
        return Optional.of(new Dhcp6Frame(
                bytes.getLong(0) >>> 16,
                bytes.getLong(4) & DhcpFrame.ALL_MACS,
                Arrays.copyOfRange(in, MACS, type),
                address(in, ip + 8),
                address(in, ip + 8 + ADDRESS),
                DhcpFrame.u16(in, udp),
                toPort,
                Arrays.copyOfRange(in, udp + UDP_HEADER, udp + length)));
    }

    /** The IPv6 address at a place, even one that stands for an IPv4 address. */
    static InetAddress address(byte[] in, int at) {
        try {
            return Inet6Address.getByAddress(null, Arrays.copyOfRange(in, at, at + ADDRESS), -1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", e);
        }
    }

    /** The bytes of the frame. */
    public byte[] write() {
        int ip = MACS + tags.length + Short.BYTES;
        int udp = ip + IP_HEADER;
        int length = UDP_HEADER + payload.length;
        ByteBuffer out = ByteBuffer.allocate(udp + length);
        out.putLong(destination << 16).position(6);
        out.putShort((short) (source >>> 32)).putInt((int) source).put(tags).putShort((short) IPV6);
        out.putInt(0x6000_0000).putShort((short) length).put((byte) UDP).put((byte) HOPS);
        out.put(from.getAddress()).put(to.getAddress());
        out.putShort((short) fromPort)
                .putShort((short) toPort)
                .putShort((short) length)
                .putShort((short) 0);
        out.put(payload);
        byte[] frame = out.array();
        int pseudo = Checksum.add(frame, ip + 8, 2 * ADDRESS, UDP + length);
        short sum = Checksum.of(frame, udp, length, pseudo);
        // A sum of zero is not allowed (RFC 8200 §8.1).
        out.putShort(udp + 6, sum == 0 ? (short) 0xffff : sum);
        return frame;
    }
}
