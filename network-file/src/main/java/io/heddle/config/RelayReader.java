package io.heddle.config;

import io.heddle.flows.model.Prefix;
import java.net.Inet4Address;
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
    List<Inet4Address> read(Yaml network, List<Prefix> subnets, List<InetAddress> gateways) {
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
        if (gateways.stream().noneMatch(Inet4Address.class::isInstance)) {
            problems.add(given.get()
                    .problem("needs a gateway of IPv4 of the network, from which Heddle asks the servers, such as"
                            + " gateway: 10.0.200.1"));
            return List.of();
        }
        List<Inet4Address> out = new ArrayList<>();
        for (Yaml item : given.get().items()) {
            addresses
                    .address4(item)
                    .filter(a -> isServer(a, subnets, out, item))
                    .ifPresent(out::add);
        }
        return out;
    }

    private boolean isServer(Inet4Address a, List<Prefix> subnets, List<Inet4Address> others, Yaml item) {
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

    /** Whether it is of 0.0.0.0/8 or 240.0.0.0/4. */
    private static boolean isReserved(Inet4Address a) {
        int first = a.getAddress()[0] & 0xff;
        return first == 0 || first >= 240;
    }
}
