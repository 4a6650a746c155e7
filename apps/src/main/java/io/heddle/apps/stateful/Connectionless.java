package io.heddle.apps.stateful;

import io.heddle.apps.Protocols;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.List;

/**
 * What keeps a host on its network and is no connection. Stateful lists leave it alone: Open vSwitch takes neighbour
 * discovery for invalid, and a DHCP server answers from another address than the one that the host has asked.
 *
 * <p>No router may pass these packets on, so nobody gets out of a network, or in, by them. Neighbour discovery and
 * multicast groups say so by their number of hops (RFC 4861 §7.1, RFC 2710 §3, RFC 3376 §4).
 */
final class Connectionless {
    private static final int LISTENER_QUERY = 130;
    private static final int LISTENER_DONE = 132;
    private static final int ROUTER_SOLICITATION = 133;
    private static final int REDIRECT = 137;
    private static final int LISTENER_REPORT_2 = 143;
    private static final int IGMP = 2;
    private static final int UDP = 17;
    private static final Masked LINK_GROUPS = new Masked(0xff02L << 48, 0, 0xffffL << 48, 0);
    private static final Masked LINK_LOCAL = new Masked(0xfe80L << 48, 0, 0xffc0L << 48, 0);

    /** From a host. */
    static final List<Match> FROM = from();
    /** To a host. */
    static final List<Match> TO = to();

    private Connectionless() {}

    private static List<Match> both() {
        List<Match> all = new ArrayList<>();
        for (int type = LISTENER_QUERY; type <= LISTENER_DONE; type++) {
            all.add(Protocols.icmpv6(type).with(Field.IP_TTL, 1));
        }
        for (int type = ROUTER_SOLICITATION; type <= REDIRECT; type++) {
            all.add(Protocols.icmpv6(type).with(Field.IP_TTL, 255));
        }
        all.add(Protocols.icmpv6(LISTENER_REPORT_2).with(Field.IP_TTL, 1));
        all.add(Protocols.IPV4.with(Field.IP_PROTO, IGMP).with(Field.IP_TTL, 1));
        return all;
    }

    private static List<Match> from() {
        List<Match> all = both();
        all.add(dhcp(Protocols.IPV4, 68, 67).with(Field.IPV4_DST, 0xffff_ffffL));
        all.add(dhcp(Protocols.IPV6, 546, 547).with(Field.IPV6_DST, LINK_GROUPS));
        return List.copyOf(all);
    }

    private static List<Match> to() {
        List<Match> all = both();
        all.add(dhcp(Protocols.IPV4, 67, 68));
        all.add(dhcp(Protocols.IPV6, 547, 546).with(Field.IPV6_DST, LINK_LOCAL));
        return List.copyOf(all);
    }

    private static Match dhcp(Match ip, int from, int to) {
        return ip.with(Field.IP_PROTO, UDP).with(Field.UDP_SRC, from).with(Field.UDP_DST, to);
    }
}
