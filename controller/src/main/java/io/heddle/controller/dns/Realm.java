package io.heddle.controller.dns;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Networks whose hosts may look up each other's names: the networks with a name server that one router joins, or a
 * single network. Names of two realms are separate, even if they are equal.
 */
final class Realm {
    private final List<Network> networks;
    private final Map<String, Name> domains = new HashMap<>();

    private Realm(List<Network> networks) {
        this.networks = networks;
        networks.forEach(
                n -> domains.put(n.name(), absolute(n.dns().orElseThrow().domain())));
    }

    /** The realm of each network with names, by its name. */
    static Map<String, Realm> all(NetworkModel model) {
        Map<String, Realm> byNetwork = new HashMap<>();
        Map<String, List<Network>> joined = new HashMap<>();
        for (Network network : model.networks().values()) {
            if (network.dns().isPresent()) {
                Optional<Router> router = model.routerOf(network.name());
                String key = router.map(r -> "router " + r.name()).orElse("network " + network.name());
                joined.computeIfAbsent(key, k -> new ArrayList<>()).add(network);
            }
        }
        for (List<Network> networks : joined.values()) {
            Realm realm = new Realm(List.copyOf(networks));
            networks.forEach(n -> byNetwork.put(n.name(), realm));
        }
        return byNetwork;
    }

    List<Network> networks() {
        return networks;
    }

    /** The domain of a network. */
    Name domain(Network network) {
        return domains.get(network.name());
    }

    /** The name of a host in a network. @param label see {@code Dns.isLabel} */
    Name host(Network network, String label) {
        try {
            return Name.fromString(label.toLowerCase(Locale.ROOT), domain(network));
        } catch (TextParseException e) {
            throw new IllegalArgumentException("no label of a host: " + label, e);
        }
    }

    /** The network whose domain contains a name; the longest domain wins. */
    Optional<Network> networkOf(Name name) {
        return networks.stream()
                .filter(n -> name.subdomain(domain(n)))
                .max((a, b) -> Integer.compare(domain(a).labels(), domain(b).labels()));
    }

    /** The network in whose subnets an address is. */
    Optional<Network> networkOf(InetAddress address) {
        return networks.stream().filter(n -> n.contains(address)).findFirst();
    }

    private static Name absolute(String domain) {
        try {
            return Name.fromString(domain, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("no domain: " + domain, e);
        }
    }
}
