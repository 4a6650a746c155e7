package io.heddle.openflow.codec;

import io.heddle.flows.model.DhcpServer;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Prefix;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Tells the hosts of a network that the gateway routes IPv6, and which prefixes their addresses have. Pure.
 *
 * <p>Source: RFC 4861 §4.2 and §4.6, RFC 4862 §5.5.3, RFC 8106 §5 for name servers.
 */
public final class RouterAdvertisement {
    private static final int SOLICITATION = 133;
    private static final int ADVERTISEMENT = 134;
    private static final int HOPS = 64;
    private static final long ALL_NODES = 0x3333_0000_0001L;
    /** The longest time that a router may promise to be there: hosts keep it while the controller is away. */
    private static final int LIFETIME_SECONDS = 9000;

    private static final int VALID_SECONDS = 30 * 24 * 3600;
    private static final int PREFERRED_SECONDS = 7 * 24 * 3600;
    /** Hosts make addresses of their own only with a prefix of this length. */
    private static final int AUTONOMOUS_BITS = 64;

    /** Bytes for a name server and a domain. */
    private static final int LONGEST_NAMES = 24 + 8 + 256;

    /** Addresses, and other information, come by DHCPv6. */
    private static final int MANAGED = 0x80;

    private static final int OTHER = 0x40;
    private static final int ON_LINK = 0x80;
    private static final int AUTONOMOUS = 0x40;

    /** Where hosts ask for names. @param domain theirs */
    public record Names(Inet6Address server, String domain) {}

    private RouterAdvertisement() {}

    /** Whether a frame asks for routers. */
    public static boolean isAskedFor(byte[] frame) {
        return Ethernet.icmpv6(frame) == SOLICITATION;
    }

    /**
     * A frame to all hosts.
     *
     * @param vlan the VLAN of its tag, 0 for none
     * @param mtu bytes of the largest packet, if it is known
     * @param prefixes of IPv6
     * @param autonomous whether hosts may make addresses of their own from the prefixes
     * @param dhcp what hosts get by DHCPv6
     * @param names where hosts ask for names, if Heddle answers
     */
    public static byte[] frame(
            int vlan,
            OptionalInt mtu,
            List<Prefix> prefixes,
            boolean autonomous,
            DhcpServer.Six dhcp,
            Optional<Names> names) {
        byte[] from = Gateways.linkLocal().getAddress();
        byte[] all = ByteBuffer.allocate(16).putLong(0xff02L << 48).putLong(1).array();
        byte[] message = message(mtu, prefixes, autonomous, dhcp, names);
        return Ethernet.icmpv6(ALL_NODES, Gateways.MAC, vlan, from, all, message);
    }

    private static byte[] message(
            OptionalInt mtu, List<Prefix> prefixes, boolean autonomous, DhcpServer.Six dhcp, Optional<Names> names) {
        ByteBuffer out = ByteBuffer.allocate(16 + 8 + 8 + 32 * prefixes.size() + LONGEST_NAMES);
        int told = switch (dhcp) {
            case NOTHING -> 0;
            case INFORMATION -> OTHER;
            case ADDRESSES -> MANAGED | OTHER;
        };
        out.put((byte) ADVERTISEMENT).put((byte) 0).putShort((short) 0);
        out.put((byte) HOPS).put((byte) told).putShort((short) LIFETIME_SECONDS).putLong(0);
        out.put((byte) 1).put((byte) 1);
        Ethernet.mac(out, Gateways.MAC);
        mtu.ifPresent(m -> out.put((byte) 5).put((byte) 1).putShort((short) 0).putInt(m));
        for (Prefix prefix : prefixes) {
            int flags = ON_LINK | (autonomous && prefix.length() == AUTONOMOUS_BITS ? AUTONOMOUS : 0);
            out.put((byte) 3).put((byte) 4).put((byte) prefix.length()).put((byte) flags);
            out.putInt(VALID_SECONDS).putInt(PREFERRED_SECONDS).putInt(0);
            out.put(prefix.canonical().address().getAddress());
        }
        names.ifPresent(n -> names(out, n));
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The name server, and the domain in which hosts look for short names. */
    private static void names(ByteBuffer out, Names names) {
        out.put((byte) 25).put((byte) 3).putShort((short) 0).putInt(LIFETIME_SECONDS);
        out.put(names.server().getAddress());
        int start = out.position();
        out.put((byte) 31).put((byte) 0).putShort((short) 0).putInt(LIFETIME_SECONDS);
        for (String label : names.domain().split("\\.")) {
            out.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        // The end of the name, and zeros up to a multiple of eight bytes.
        int eights = (out.position() + 1 - start + 7) / 8;
        out.position(start + 8 * eights).put(start + 1, (byte) eights);
    }
}
