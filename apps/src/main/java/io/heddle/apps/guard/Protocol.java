package io.heddle.apps.guard;

import io.heddle.apps.Protocols;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.List;

/** The messages that guards look for. */
final class Protocol {
    private static final Masked ALL_NODES = Masked.exact(Field.IPV6_DST, 0xff02L << 48, 1);
    private static final Masked LINK_LOCAL = new Masked(0xfe80L << 48, 0, 0xffc0L << 48, 0);

    /** A DHCP client that has no address yet (RFC 2131 §4.1). */
    static final Match DHCP_CLIENT =
            Protocols.IPV4.with(Field.IP_PROTO, 17).with(Field.UDP_SRC, 68).with(Field.UDP_DST, 67);
    /** What a DHCP server answers a client that it can reach. */
    static final Match DHCP_ANSWER =
            Protocols.IPV4.with(Field.IP_PROTO, 17).with(Field.UDP_SRC, 67).with(Field.UDP_DST, 68);
    /** Hosts without an address join multicast groups from 0.0.0.0 (RFC 3376 §4.2.13). */
    static final Match IGMP = Protocols.IPV4.with(Field.IP_PROTO, 2);
    /**
     * Messages from {@code ::}: router and neighbour solicitations, and the reports and leaves of multicast listeners.
     * Source: RFC 4861 §4.1 and §4.3, RFC 3590 §4, RFC 3810 §5.2.13.
     */
    static final List<Match> FROM_UNSPECIFIED = List.of(
            Protocols.icmpv6(133),
            Protocols.SOLICITATION,
            Protocols.icmpv6(131),
            Protocols.icmpv6(132),
            Protocols.icmpv6(143));

    /** Router advertisements and redirects (RFC 4861 §4.2 and §4.5). */
    static final List<Match> ROUTERS = List.of(Protocols.icmpv6(134), Protocols.icmpv6(137));
    /** Whatever its source port, a message to a DHCP client comes from a server or relay. */
    static final List<Match> DHCP_SERVERS = List.of(
            Protocols.IPV4.with(Field.IP_PROTO, 17).with(Field.UDP_DST, 68),
            Protocols.IPV6.with(Field.IP_PROTO, 17).with(Field.UDP_DST, 546));

    /**
     * First fragments of what would be such a message: a switch sees no ports and types of fragments. Hosts send messages
     * to DHCP clients, and advertisements, to these addresses; nothing else that needs fragments goes there.
     */
    static final List<Match> ROUTERS_IN_FRAGMENTS = List.of(
            fragment(Protocols.IPV6.with(Field.IP_PROTO, 58).with(Field.IPV6_DST, ALL_NODES)),
            fragment(Protocols.IPV6.with(Field.IP_PROTO, 58).with(Field.IPV6_DST, LINK_LOCAL)));

    static final List<Match> DHCP_SERVERS_IN_FRAGMENTS = List.of(
            fragment(Protocols.IPV4.with(Field.IP_PROTO, 17).with(Field.IPV4_DST, 0xffff_ffffL)),
            fragment(Protocols.IPV6.with(Field.IP_PROTO, 17).with(Field.IPV6_DST, LINK_LOCAL)));

    private Protocol() {}

    private static Match fragment(Match match) {
        return match.with(Field.IP_FRAG, Masked.of(Field.FRAGMENT, Field.FRAGMENT | Field.LATER_FRAGMENT));
    }
}
