package io.heddle.apps.stateful;

import io.heddle.apps.Protocols;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.List;

/**
 * What keeps a host on its network and is no connection. Stateful lists leave it alone: Open vSwitch takes neighbour
 * discovery for invalid, and a DHCP server answers from another address than the one that the host has asked.
 */
final class Connectionless {
    /** The least and the most of the types that RFC 4861 and RFC 2710 define. */
    private static final int LISTENER_QUERY = 130;

    private static final int REDIRECT = 137;
    private static final int LISTENER_REPORT_2 = 143;

    static final List<Match> ALL = all();

    private Connectionless() {}

    private static List<Match> all() {
        List<Match> all = new ArrayList<>();
        for (int type = LISTENER_QUERY; type <= REDIRECT; type++) {
            all.add(Protocols.icmpv6(type));
        }
        all.add(Protocols.icmpv6(LISTENER_REPORT_2));
        all.add(dhcp(Protocols.IPV4, 68, 67));
        all.add(dhcp(Protocols.IPV4, 67, 68));
        all.add(dhcp(Protocols.IPV6, 546, 547));
        all.add(dhcp(Protocols.IPV6, 547, 546));
        all.add(Protocols.IPV4.with(Field.IP_PROTO, 2));
        return List.copyOf(all);
    }

    private static Match dhcp(Match ip, int from, int to) {
        return ip.with(Field.IP_PROTO, 17).with(Field.UDP_SRC, from).with(Field.UDP_DST, to);
    }
}
