package io.heddle.openflow.codec;

import io.heddle.flows.model.Gateways;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A TCP segment without data in an IPv4 packet, for looking whether a host accepts connections. Pure. Source: RFC 9293
 * §3.1, RFC 791 §3.1.
 *
 * @param sequence the sequence number
 * @param acknowledged the acknowledgement number
 * @param flags some of {@link #SYN}, {@link #RST} and {@link #ACK}
 */
public record TcpSegment(
        Inet4Address from, int fromPort, Inet4Address to, int toPort, int sequence, int acknowledged, int flags) {
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;

    private static final int IP_HEADER = 20;
    private static final int HEADER = 20;
    private static final int TCP = 6;
    private static final int HOPS = 64;
    private static final int WINDOW = 1024;

    /** An untagged frame to a gateway with it. The source MAC is zero: a router sets it. */
    public byte[] frame() {
        ByteBuffer out = ByteBuffer.allocate(14 + IP_HEADER + HEADER);
        Ethernet.header(out, Gateways.MAC, 0, 0, Ethernet.IPV4);
        int ip = out.position();
        out.put((byte) 0x45).put((byte) 0).putShort((short) (IP_HEADER + HEADER));
        // Not to be fragmented.
        out.putShort((short) 0).putShort((short) 0x4000);
        out.put((byte) HOPS).put((byte) TCP).putShort((short) 0);
        out.put(from.getAddress()).put(to.getAddress());
        out.putShort(ip + 10, Checksum.of(out.array(), ip, IP_HEADER, 0));
        int tcp = out.position();
        out.putShort((short) fromPort).putShort((short) toPort).putInt(sequence).putInt(acknowledged);
        out.put((byte) (HEADER / 4 << 4)).put((byte) flags).putShort((short) WINDOW);
        int pseudo = Checksum.add(out.array(), ip + 12, 8, TCP + HEADER);
        out.putShort(tcp + 16, Checksum.of(out.array(), tcp, HEADER, pseudo));
        return out.array();
    }

    /** The segment in a frame; empty for any other. Data and options are left out. */
    public static Optional<TcpSegment> read(byte[] frame) {
        int ip = Ethernet.payload(frame);
        if (Ethernet.type(frame) != Ethernet.IPV4 || frame.length < ip + IP_HEADER) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(frame);
        int tcp = ip + (in.get(ip) & 0x0f) * 4;
        boolean later = (in.getShort(ip + 6) & 0x1fff) != 0;
        if (tcp < ip + IP_HEADER || later || in.get(ip + 9) != TCP || frame.length < tcp + HEADER) {
            return Optional.empty();
        }
        return Optional.of(new TcpSegment(
                address(frame, ip + 12),
                in.getShort(tcp) & 0xffff,
                address(frame, ip + 16),
                in.getShort(tcp + 2) & 0xffff,
                in.getInt(tcp + 4),
                in.getInt(tcp + 8),
                in.get(tcp + 13) & 0x3f));
    }

    private static Inet4Address address(byte[] frame, int at) {
        try {
            return (Inet4Address) InetAddress.getByAddress(Arrays.copyOfRange(frame, at, at + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 bytes", e);
        }
    }

    /** Whether it has all of some flags. */
    public boolean has(int some) {
        return (flags & some) == some;
    }
}
