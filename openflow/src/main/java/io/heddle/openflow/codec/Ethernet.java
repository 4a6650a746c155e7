package io.heddle.openflow.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Ethernet headers with at most one 802.1Q tag, and what ICMPv6 has in front of a message. Pure. */
final class Ethernet {
    static final int ARP = 0x0806;
    static final int IPV4 = 0x0800;
    static final int IPV6 = 0x86dd;
    static final int IPV6_HEADER = 40;
    static final int ICMPV6 = 58;

    private static final int HEADER = 14;
    private static final int TAG = 4;
    private static final int TAGGED = 0x8100;
    /** The hop limit of messages that no router forwards (RFC 4861 §4). */
    private static final int ON_LINK = 255;

    private Ethernet() {}

    /** Where the payload of a frame starts; the type is in the two bytes before it. The frame may end earlier. */
    static int payload(byte[] frame) {
        return frame.length >= HEADER + TAG && u16(frame, HEADER - Short.BYTES) == TAGGED ? HEADER + TAG : HEADER;
    }

    /** The type of the payload; 0 for a frame that is too short. */
    static int type(byte[] frame) {
        return frame.length < HEADER ? 0 : u16(frame, payload(frame) - Short.BYTES);
    }

    private static int u16(byte[] frame, int at) {
        return (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
    }

    /** The type of an ICMPv6 message right behind the IPv6 header; -1 for other frames. */
    static int icmpv6(byte[] frame) {
        int ip = payload(frame);
        return type(frame) == IPV6 && frame.length > ip + IPV6_HEADER && frame[ip + 6] == ICMPV6
                ? frame[ip + IPV6_HEADER] & 0xff
                : -1;
    }

    /** Writes a header. @param vlan the VLAN of its tag, 0 for none */
    static void header(ByteBuffer out, long to, long from, int vlan, int type) {
        mac(out, to);
        mac(out, from);
        if (vlan != 0) {
            out.putShort((short) TAGGED).putShort((short) vlan);
        }
        out.putShort((short) type);
    }

    /**
     * A frame with an ICMPv6 message that stays on its link.
     *
     * @param to the MAC of the receiver
     * @param from the MAC of the sender
     * @param source IPv6 address
     * @param destination IPv6 address
     * @param message from its type on; its checksum is filled in
     */
    static byte[] icmpv6(long to, long from, int vlan, byte[] source, byte[] destination, byte[] message) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + (vlan == 0 ? 0 : TAG) + IPV6_HEADER + message.length);
        header(out, to, from, vlan, IPV6);
        int ip = out.position();
        out.putInt(0x6000_0000)
                .putShort((short) message.length)
                .put((byte) ICMPV6)
                .put((byte) ON_LINK);
        out.put(source).put(destination).put(message);
        int pseudo = Checksum.add(out.array(), ip + 8, 32, ICMPV6 + message.length);
        int start = ip + IPV6_HEADER;
        byte[] body = Arrays.copyOfRange(out.array(), start, start + message.length);
        return out.putShort(start + 2, Checksum.of(body, 0, body.length, pseudo))
                .array();
    }

    static void mac(ByteBuffer out, long mac) {
        out.putShort((short) (mac >> 32)).putInt((int) mac);
    }

    static long macAt(ByteBuffer in, int at) {
        return (in.getShort(at) & 0xffffL) << 32 | in.getInt(at + 2) & 0xffff_ffffL;
    }
}
