package io.heddle.openflow.codec;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Gateways;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Asks for the MAC of an address, and reads the answers. The questions change nothing in the caches of those who hear
 * them: ARP asks from no address, neighbour discovery from the link-local address of the asker's MAC. Pure.
 *
 * <p>Source: RFC 826, RFC 5227 §2.1, RFC 4861 §4.3 and §4.4, RFC 4291 §2.5.6 and §2.7.1.
 */
public final class NeighbourFrame {
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int SOLICITATION_BYTES = 32;
    private static final int SHORTEST = 60;
    private static final long BROADCAST = 0xffff_ffff_ffffL;

    private NeighbourFrame() {}

    /** An answer, or what a host tells of itself. */
    public record Answer(InetAddress address, long mac) {}

    /** An untagged frame that asks who has an address. @param mac the asker's */
    public static byte[] question(InetAddress address, long mac) {
        return address instanceof Inet4Address ? arp(address, mac, 0) : solicitation(address, mac);
    }

    /** An untagged frame that tells everybody where an address is (RFC 5227 §3). */
    public static byte[] announcement(Inet4Address address, long mac) {
        return arp(address, mac, InetAddresses.coerceToInteger(address));
    }

    private static byte[] arp(InetAddress address, long mac, int sender) {
        ByteBuffer out = ByteBuffer.allocate(SHORTEST);
        Ethernet.header(out, BROADCAST, mac, 0, Ethernet.ARP);
        out.putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) 1);
        Ethernet.mac(out, mac);
        out.putInt(sender);
        Ethernet.mac(out, 0);
        return out.put(address.getAddress()).array();
    }

    private static byte[] solicitation(InetAddress address, long mac) {
        byte[] target = address.getAddress();
        byte[] to = new byte[16];
        to[0] = (byte) 0xff;
        to[1] = 2;
        to[11] = 1;
        to[12] = (byte) 0xff;
        System.arraycopy(target, 13, to, 13, 3);
        ByteBuffer message = ByteBuffer.allocate(SOLICITATION_BYTES);
        message.put((byte) SOLICITATION)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(0)
                .put(target);
        message.put((byte) 1).put((byte) 1);
        Ethernet.mac(message, mac);
        long multicast = 0x3333_ff00_0000L | (target[13] & 0xff) << 16 | (target[14] & 0xff) << 8 | target[15] & 0xff;
        byte[] from = Gateways.linkLocal(mac).getAddress();
        return Ethernet.icmpv6(multicast, mac, 0, from, to, message.array());
    }

    /** Reads an ARP message's sender, or the target of a neighbour advertisement; empty for other frames. */
    public static Optional<Answer> read(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int at = Ethernet.payload(frame);
        if (Ethernet.type(frame) == Ethernet.ARP && frame.length >= at + 28) {
            return answer(Arrays.copyOfRange(frame, at + 14, at + 18), Ethernet.macAt(in, at + 8));
        }
        int message = at + Ethernet.IPV6_HEADER;
        if (Ethernet.icmpv6(frame) != ADVERTISEMENT || frame.length < message + 24) {
            return Optional.empty();
        }
        return answer(Arrays.copyOfRange(frame, message + 8, message + 24), targetMac(in, frame, message + 24));
    }

    /** The address in the option, or the sender's: advertisements may lack the option (RFC 4861 §4.4). */
    private static long targetMac(ByteBuffer in, byte[] frame, int options) {
        boolean told = frame.length >= options + 8 && frame[options] == 2 && frame[options + 1] == 1;
        return Ethernet.macAt(in, told ? options + 2 : 6);
    }

    private static Optional<Answer> answer(byte[] address, long mac) {
        boolean many = (mac & 0x0100_0000_0000L) != 0 || mac == 0;
        try {
            return many ? Optional.empty() : Optional.of(new Answer(InetAddress.getByAddress(address), mac));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
