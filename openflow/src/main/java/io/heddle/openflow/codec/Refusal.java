package io.heddle.openflow.codec;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The answer to a packet that does not pass: a TCP reset, or an ICMP error that says why. Pure.
 *
 * <p>Source: RFC 9293 §3.10.7.1, RFC 1812 §4.3.2.7 and §5.2.7.1, RFC 1191 §4, RFC 4443 §2.4 and §3.1 to §3.3.
 */
public final class Refusal {
    private static final int IPV4_HEADER = 20;
    private static final int TCP = 6;
    private static final int TCP_HEADER = 20;
    private static final int ICMP = 1;
    private static final int ICMP_HEADER = 8;
    private static final int HOPS = 64;
    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    private static final int FIRST_INFORMATIONAL_6 = 128;
    private static final int LISTENER_QUERY_6 = 130;
    private static final int REDIRECT_6 = 137;
    /** An ICMPv6 error has at most 1280 bytes, which every network carries (RFC 4443 §2.4). */
    private static final int MOST_QUOTED_6 = 1280 - Ethernet.IPV6_HEADER - ICMP_HEADER;

    /** What the sender is told. */
    public enum Kind {
        /** Communication administratively prohibited; TCP is reset. */
        PROHIBITED(3, 13, 1, 1, true, false),
        /** Likewise, but of TCP only the first segment of a connection gets an answer. */
        PROHIBITED_TO_BEGIN(3, 13, 1, 1, true, true),
        /** No such port; TCP is reset. */
        NO_PORT(3, 3, 1, 4, true, false),
        /** The packet has passed too many routers. */
        EXPIRED(11, 0, 3, 0, false, false),
        /** The packet is longer than the next network can carry, see {@link Refusal#tooLong}. */
        TOO_LONG(3, 4, 2, 0, false, false);

        private final int type;
        private final int code;
        private final int type6;
        private final int code6;
        private final boolean resets;
        private final boolean onlyBegin;

        Kind(int type, int code, int type6, int code6, boolean resets, boolean onlyBegin) {
            this.type = type;
            this.code = code;
            this.type6 = type6;
            this.code6 = code6;
            this.resets = resets;
            this.onlyBegin = onlyBegin;
        }
    }

    private final byte[] frame;
    private final ByteBuffer in;
    /** Where the IP header starts. */
    private final int ip;

    private final Kind kind;
    /** The sender of an ICMP error; null for the address that the packet was for. */
    private final byte[] from;
    /** The second word of the ICMP header. */
    private final int mtu;

    private Refusal(byte[] frame, int ip, Kind kind, byte[] from, int mtu) {
        this.frame = frame;
        this.kind = kind;
        this.from = from;
        this.mtu = mtu;
        this.in = ByteBuffer.wrap(frame);
        this.ip = ip;
    }

    /**
     * The answer to a frame, of which the end may be missing.
     *
     * @param from the address that tells the sender; empty for the one that the packet was for
     * @return a whole frame for its sender; empty for what gets no answer: frames for many, fragments, errors, resets,
     *     and all but IP
     */
    public static Optional<byte[]> of(byte[] frame, Kind kind, Optional<InetAddress> from) {
        return of(frame, kind, from, 0);
    }

    /** Likewise, for a packet that the next network cannot carry. @param mtu bytes of the longest packet that it can */
    public static Optional<byte[]> tooLong(byte[] frame, Optional<InetAddress> from, int mtu) {
        return of(frame, Kind.TOO_LONG, from, mtu);
    }

    private static Optional<byte[]> of(byte[] frame, Kind kind, Optional<InetAddress> from, int mtu) {
        int at = Ethernet.payload(frame);
        if (frame.length < at + IPV4_HEADER + ICMP_HEADER || (frame[0] & 1) != 0) {
            return Optional.empty();
        }
        Refusal refusal =
                new Refusal(frame, at, kind, from.map(InetAddress::getAddress).orElse(null), mtu);
        return switch (Ethernet.type(frame)) {
            case Ethernet.IPV4 -> refusal.ipv4();
            case Ethernet.IPV6 -> refusal.ipv6();
            default -> Optional.empty();
        };
    }

    private Optional<byte[]> ipv4() {
        int header = (in.get(ip) & 0x0f) * 4;
        boolean fragment = (in.getShort(ip + 6) & 0x3fff) != 0;
        int source = in.get(ip + 12) & 0xff;
        boolean forMany = (in.get(ip + 16) & 0xff) >= 224;
        if (fragment
                || header < IPV4_HEADER
                || source == 0
                || source >= 224
                || forMany
                || ip + header + 8 > frame.length) {
            return Optional.empty();
        }
        int protocol = in.get(ip + 9) & 0xff;
        int length = in.getShort(ip + 2) & 0xffff;
        byte[] body;
        if (protocol == TCP && kind.resets) {
            body = reset(ip + header, length - header);
        } else if (protocol == ICMP && !isQuery(in.get(ip + header) & 0xff)) {
            return Optional.empty();
        } else {
            int quoted = Math.min(frame.length - ip, header + 8);
            body = error(kind.type, kind.code, Math.min(quoted, Math.max(length, 0)));
        }
        if (body == null) {
            return Optional.empty();
        }
        ByteBuffer out = begin(IPV4_HEADER + body.length);
        int start = out.position();
        out.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (IPV4_HEADER + body.length))
                .putInt(0);
        out.put((byte) HOPS).put((byte) (resets(protocol) ? TCP : ICMP)).putShort((short) 0);
        out.put(source(ip + 16, 4)).put(frame, ip + 12, 4);
        out.putShort(start + 10, Checksum.of(out.array(), start, IPV4_HEADER, 0));
        if (resets(protocol)) {
            putSum(body, 16, pseudo(out.array(), start + 12, 8, TCP, body.length));
        } else {
            putSum(body, 2, 0);
        }
        return Optional.of(out.put(body).array());
    }

    private Optional<byte[]> ipv6() {
        int protocol = in.get(ip + 6) & 0xff;
        if (ip + Ethernet.IPV6_HEADER + 8 > frame.length
                || (in.get(ip + 8) & 0xff) == 0xff
                || (in.get(ip + 24) & 0xff) == 0xff
                || isUnspecified(ip + 8)) {
            return Optional.empty();
        }
        byte[] body;
        if (protocol == TCP && kind.resets) {
            body = reset(ip + Ethernet.IPV6_HEADER, in.getShort(ip + 4) & 0xffff);
        } else if (protocol == Ethernet.ICMPV6
                ? !isQuery6(in.get(ip + Ethernet.IPV6_HEADER) & 0xff)
                : protocol != TCP && protocol != 17 && protocol != 132) {
            return Optional.empty();
        } else {
            int length = Ethernet.IPV6_HEADER + (in.getShort(ip + 4) & 0xffff);
            body = error(kind.type6, kind.code6, Math.min(MOST_QUOTED_6, Math.min(frame.length - ip, length)));
        }
        if (body == null) {
            return Optional.empty();
        }
        int next = resets(protocol) ? TCP : Ethernet.ICMPV6;
        ByteBuffer out = begin(Ethernet.IPV6_HEADER + body.length);
        int start = out.position();
        out.putInt(0x6000_0000).putShort((short) body.length).put((byte) next).put((byte) HOPS);
        out.put(source(ip + 24, 16)).put(frame, ip + 8, 16);
        putSum(body, next == TCP ? 16 : 2, pseudo(out.array(), start + 8, 32, next, body.length));
        return Optional.of(out.put(body).array());
    }

    private boolean resets(int protocol) {
        return protocol == TCP && kind.resets;
    }

    /** The address of the answer's sender. @param at where the packet's destination is */
    private byte[] source(int at, int length) {
        return from != null && from.length == length ? from : Arrays.copyOfRange(frame, at, at + length);
    }

    private boolean isUnspecified(int at) {
        return in.getLong(at) == 0 && in.getLong(at + 8) == 0;
    }

    /** Whether a type of ICMP asks something; errors must not be answered by errors. */
    private static boolean isQuery(int type) {
        return type == 8 || type == 13 || type == 15 || type == 17;
    }

    private static boolean isQuery6(int type) {
        return type >= FIRST_INFORMATIONAL_6 && (type < LISTENER_QUERY_6 || type > REDIRECT_6);
    }

    /** The header of the answer, in the frame that brings it back, with the tag that the packet had. */
    private ByteBuffer begin(int length) {
        ByteBuffer out = ByteBuffer.allocate(Math.max(ip + length, 60));
        out.put(frame, 6, 6).put(frame, 0, 6).put(frame, 12, ip - 12);
        return out;
    }

    /** A TCP header that resets; null for a reset, or if the packet is cut off. @param length of header and payload */
    private byte[] reset(int at, int length) {
        if (at + TCP_HEADER > frame.length || length < TCP_HEADER) {
            return null;
        }
        int flags = in.get(at + 13);
        if ((flags & RST) != 0 || kind.onlyBegin && (flags & (SYN | ACK)) != SYN) {
            return null;
        }
        ByteBuffer out = ByteBuffer.allocate(TCP_HEADER);
        out.putShort(in.getShort(at + 2)).putShort(in.getShort(at));
        if ((flags & ACK) != 0) {
            out.putInt(in.getInt(at + 8))
                    .putInt(0)
                    .put((byte) (TCP_HEADER << 2))
                    .put((byte) RST);
        } else {
            int payload = length - ((in.get(at + 12) & 0xf0) >> 2);
            int taken = payload + ((flags & SYN) != 0 ? 1 : 0) + ((flags & FIN) != 0 ? 1 : 0);
            out.putInt(0).putInt(in.getInt(at + 4) + taken);
            out.put((byte) (TCP_HEADER << 2)).put((byte) (RST | ACK));
        }
        return out.array();
    }

    /** An ICMP error that quotes the packet. */
    private byte[] error(int type, int code, int quoted) {
        byte[] out = new byte[ICMP_HEADER + quoted];
        out[0] = (byte) type;
        out[1] = (byte) code;
        ByteBuffer.wrap(out).putInt(4, mtu);
        System.arraycopy(frame, ip, out, ICMP_HEADER, quoted);
        return out;
    }

    private static void putSum(byte[] body, int at, int begun) {
        short sum = Checksum.of(body, 0, body.length, begun);
        body[at] = (byte) (sum >> 8);
        body[at + 1] = (byte) sum;
    }

    /** The sum of the pseudo header (RFC 9293 §3.1, RFC 8200 §8.1). */
    private static int pseudo(byte[] addresses, int at, int length, int protocol, int bodyLength) {
        return Checksum.add(addresses, at, length, protocol + bodyLength);
    }
}
