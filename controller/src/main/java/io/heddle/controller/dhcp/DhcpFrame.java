package io.heddle.controller.dhcp;

import io.heddle.openflow.codec.Checksum;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An Ethernet frame with a UDP datagram of IPv4 for a DHCP server or client.
 *
 * @param destination MAC
 * @param source MAC
 * @param tags the VLAN tags, as on the wire; empty for none
 * @param from source address
 * @param to destination address
 * @param fromPort source port
 * @param toPort destination port
 */
public record DhcpFrame(
        long destination, long source, byte[] tags, int from, int to, int fromPort, int toPort, byte[] payload) {
    public static final int SERVER_PORT = 67;
    public static final int CLIENT_PORT = 68;
    /** All hosts: as a MAC and as an IPv4 address. */
    public static final long ALL_MACS = 0xffff_ffff_ffffL;

    public static final int ALL_ADDRESSES = -1;

    /** A frame from the other port of DHCP than the one that it goes to. */
    public DhcpFrame(long destination, long source, byte[] tags, int from, int to, int toPort, byte[] payload) {
        this(destination, source, tags, from, to, SERVER_PORT + CLIENT_PORT - toPort, toPort, payload);
    }

    private static final int MACS = 12;
    private static final int TAG = 4;
    private static final int MOST_TAGS = 2;
    private static final int IPV4 = 0x0800;
    private static final int VLAN = 0x8100;
    private static final int SERVICE_VLAN = 0x88a8;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IP_HEADER = 20;
    private static final int FRAGMENT = 0x3fff;
    private static final int TTL = 64;

    /**
     * Reads a frame; empty for anything that is no such datagram, or a fragment of one. Checksums are not looked at: a
     * guest's own NIC may have left them to be computed on the way.
     */
    public static Optional<DhcpFrame> read(byte[] in) {
        int type = type(in);
        int ip = type + Short.BYTES;
        if (in.length < ip + IP_HEADER || u16(in, type) != IPV4) {
            return Optional.empty();
        }
        int header = (in[ip] & 0xf) * 4;
        int end = ip + u16(in, ip + 2);
        int udp = ip + header;
        if ((in[ip] >> 4 & 0xf) != 4
                || header < IP_HEADER
                || in[ip + 9] != UDP
                || (u16(in, ip + 6) & FRAGMENT) != 0
                || end > in.length
                || udp + UDP_HEADER > end) {
            return Optional.empty();
        }
        int toPort = u16(in, udp + 2);
        int length = u16(in, udp + 4);
        if (length < UDP_HEADER || udp + length > end || toPort != SERVER_PORT && toPort != CLIENT_PORT) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(in);
        return Optional.of(new DhcpFrame(
                bytes.getLong(0) >>> 16,
                bytes.getLong(4) & ALL_MACS,
                Arrays.copyOfRange(in, MACS, type),
                bytes.getInt(ip + 12),
                bytes.getInt(ip + 16),
                u16(in, udp),
                toPort,
                Arrays.copyOfRange(in, udp + UDP_HEADER, udp + length)));
    }

    /** Where the type of the payload is, behind the tags. */
    static int type(byte[] in) {
        int type = MACS;
        for (int i = 0; i < MOST_TAGS && isTag(in, type); i++) {
            type += TAG;
        }
        return type;
    }

    private static boolean isTag(byte[] in, int at) {
        return at + TAG <= in.length && (u16(in, at) == VLAN || u16(in, at) == SERVICE_VLAN);
    }

    static int u16(byte[] in, int at) {
        return (in[at] & 0xff) << 8 | in[at + 1] & 0xff;
    }

    /** The bytes of the frame. */
    public byte[] write() {
        int ip = MACS + tags.length + Short.BYTES;
        int udp = ip + IP_HEADER;
        int length = UDP_HEADER + payload.length;
        ByteBuffer out = ByteBuffer.allocate(udp + length);
        out.putLong(destination << 16).position(6);
        out.putShort((short) (source >>> 32)).putInt((int) source).put(tags).putShort((short) IPV4);
        out.putShort((short) 0x4500).putShort((short) (IP_HEADER + length)).putInt(0);
        out.put((byte) TTL).put((byte) UDP).putShort((short) 0).putInt(from).putInt(to);
        out.putShort((short) fromPort)
                .putShort((short) toPort)
                .putShort((short) length)
                .putShort((short) 0);
        out.put(payload);
        byte[] frame = out.array();
        out.putShort(ip + 10, Checksum.of(frame, ip, IP_HEADER, 0));
        int pseudo = Checksum.add(frame, ip + 12, 2 * Integer.BYTES, UDP + length);
        short sum = Checksum.of(frame, udp, length, pseudo);
        // A sum of zero means that there is none (RFC 768).
        out.putShort(udp + 6, sum == 0 ? (short) 0xffff : sum);
        return frame;
    }
}
