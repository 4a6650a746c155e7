package io.heddle.apps;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Match;
import java.util.List;

/** Matches for the protocols that several apps look at. */
public final class Protocols {
    public static final Match ARP = Match.ALL.with(Field.ETH_TYPE, 0x0806);
    /** ARP requests. */
    public static final Match ARP_REQUEST = ARP.with(Field.ARP_OP, 1);

    public static final Match IPV4 = Match.ALL.with(Field.ETH_TYPE, 0x0800);
    public static final Match IPV6 = Match.ALL.with(Field.ETH_TYPE, 0x86dd);
    /** Both versions of IP. */
    public static final List<Match> IP = List.of(IPV4, IPV6);
    /** Neighbour solicitations, of any code (RFC 4861 §4.3). */
    public static final Match SOLICITATION = icmpv6(135);
    /** Neighbour advertisements, of any code (RFC 4861 §4.4). */
    public static final Match ADVERTISEMENT = icmpv6(136);

    private static final int TCP = 6;

    private Protocols() {}

    /** Packets of IPv4, or those of IPv6. */
    public static Match ip(boolean v4) {
        return v4 ? IPV4 : IPV6;
    }

    /** ICMP messages of IPv4. */
    public static final Match ICMP = IPV4.with(Field.IP_PROTO, 1);

    /** The source port of TCP (protocol 6) or UDP (17). */
    public static Field sourcePort(int protocol) {
        return protocol == TCP ? Field.TCP_SRC : Field.UDP_SRC;
    }

    /** The destination port of TCP (protocol 6) or UDP (17). */
    public static Field destinationPort(int protocol) {
        return protocol == TCP ? Field.TCP_DST : Field.UDP_DST;
    }

    /** ICMPv6 messages of a type, of any code. */
    public static Match icmpv6(int type) {
        return IPV6.with(Field.IP_PROTO, 58).with(Field.ICMPV6_TYPE, type);
    }
}
