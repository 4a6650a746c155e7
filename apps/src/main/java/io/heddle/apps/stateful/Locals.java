package io.heddle.apps.stateful;

import io.heddle.apps.Identity;
import io.heddle.flows.model.Guard;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The addresses that the hosts behind some ports of a bridge can have. One end of each connection that a stateful list
 * judges is behind one of its ports. So a rule from group to group needs entries only where one of these ports is in
 * the group, and only for those of its addresses that are here.
 *
 * @param addresses the exact values of address fields
 * @param ipv4 whether these are all IPv4 addresses that the hosts can have: {@link Guard#ADDRESSES} drops all others
 * @param ipv6 likewise for IPv6
 */
record Locals(Set<Masked> addresses, boolean ipv4, boolean ipv6) {
    /** The hosts may have any address. */
    static final Locals ANY = new Locals(Set.of(), false, false);

    /** @param nextRouters addresses of hosts to which packets for others come */
    static Locals of(Collection<Port> ports, Set<InetAddress> nextRouters) {
        Set<Masked> addresses = new HashSet<>();
        boolean ipv4 = true;
        boolean ipv6 = true;
        for (Port port : ports) {
            boolean forwards = port.endpoint().addresses().stream().anyMatch(nextRouters::contains);
            if (forwards || !port.endpoint().guards().contains(Guard.ADDRESSES)) {
                return ANY;
            }
            Identity own = Identity.of(port.endpoint());
            addresses.addAll(own.ipv4());
            addresses.addAll(own.ipv6());
            ipv4 &= !own.ipv4().isEmpty();
            ipv6 &= !own.ipv6().isEmpty();
        }
        return ipv4 || ipv6 ? new Locals(Set.copyOf(addresses), ipv4, ipv6) : ANY;
    }

    /** Whether a host may have one of the values of an address field. */
    boolean isPossible(Field field, Masked value) {
        return !isKnown(field) || !value.isExact(field) || addresses.contains(value);
    }

    boolean isKnown(Field field) {
        return field.bits() == Integer.SIZE ? ipv4 : ipv6;
    }
}
