package io.heddle.config;

import io.heddle.flows.model.Prefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the servers that hand out the addresses of a network in place of Heddle. */
final class RelayReader {
    /** The key in {@code dhcp}. */
    static final String KEY = "relay";

    private final List<Problem> problems;
    private final SubnetReader addresses;

    RelayReader(List<Problem> problems) {
        this.problems = problems;
        this.addresses = new SubnetReader(problems);
    }

    /** The addresses of the servers; empty if the network has none. */
    List<InetAddress> read(Yaml network, List<Prefix> subnets, List<InetAddress> gateways) {
        Optional<Yaml> dhcp = network.get("dhcp");
        Optional<Yaml> given = dhcp.flatMap(y -> y.get(KEY));
        if (given.isEmpty()) {
            return List.of();
        }
        dhcp.get().entries().keySet().stream()
                .filter(k -> !k.equals(KEY))
                .forEach(k -> problems.add(given.get()
                        .problem("and " + k + " contradict each other: take " + k
                                + " away if the servers hand out the addresses, or relay if Heddle does")));
        List<InetAddress> out = new ArrayList<>();
        for (Yaml item : given.get().items()) {
            addresses.address(item).filter(a -> isServer(a, subnets, out, item)).ifPresent(out::add);
        }
        gateway(Inet4Address.class, "IPv4", "10.0.200.1", out, gateways, given.get());
        gateway(Inet6Address.class, "IPv6", "\"fd00:200::1\"", out, gateways, given.get());
        return out;
    }

    private void gateway(
            Class<?> version,
            String name,
            String such,
            List<InetAddress> servers,
            List<InetAddress> gateways,
            Yaml relay) {
        if (servers.stream().anyMatch(version::isInstance) && gateways.stream().noneMatch(version::isInstance)) {
            problems.add(relay.problem("needs a gateway of " + name
                    + " of the network, from which Heddle asks the servers, such as gateway: " + such));
            servers.removeIf(version::isInstance);
        }
    }

    private boolean isServer(InetAddress a, List<Prefix> subnets, List<InetAddress> others, Yaml item) {
        if (subnets.stream().anyMatch(s -> s.contains(a))) {
            problems.add(item.problem("is in the network itself, where a server hears the hosts without a relay"));
        } else if (a.isMulticastAddress() || a.isLoopbackAddress() || a.isLinkLocalAddress() || isReserved(a)) {
            problems.add(item.problem("is no address of a server in another network"));
        } else if (others.contains(a)) {
            problems.add(item.problem("is there twice"));
        } else {
            return true;
        }
        return false;
    }

    /** Whether it is of 0.0.0.0/8, 240.0.0.0/4 or ::/8. */
    private static boolean isReserved(InetAddress a) {
        int first = a.getAddress()[0] & 0xff;
        return first == 0 || a instanceof Inet4Address && first >= 240;
    }
}
