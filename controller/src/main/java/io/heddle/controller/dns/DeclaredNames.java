package io.heddle.controller.dns;

import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Name;

/** The names and addresses of the ports and gateways of a realm, as the network file declares them. Immutable. */
final class DeclaredNames {
    private final Realm realm;
    private final Map<Name, Set<InetAddress>> addresses = new HashMap<>();
    private final Map<InetAddress, Name> names = new HashMap<>();
    /** The names of all ports, also of those without an address. */
    private final Set<Name> taken = new HashSet<>();
    /** Ports, by {@code host/bridge/port} and network, whose hosts get their IPv4 addresses by DHCP. */
    private final Set<Place> byDhcp = new HashSet<>();

    /** A port in one of its networks. */
    private record Place(String port, String network) {}

    private DeclaredNames(Realm realm) {
        this.realm = realm;
        for (Network network : realm.networks()) {
            Name gateway = realm.host(network, Dns.GATEWAY);
            taken.add(gateway);
            network.gateways().forEach(g -> put(gateway, g));
        }
    }

    /** The declared names of all realms. @param realms by the names of their networks */
    static Map<Realm, DeclaredNames> all(NetworkModel model, Map<String, Realm> realms) {
        Map<Realm, DeclaredNames> all = new HashMap<>();
        realms.values().forEach(r -> all.computeIfAbsent(r, DeclaredNames::new));
        for (NetworkModel.At at : realms.isEmpty() ? List.<NetworkModel.At>of() : model.ports()) {
            for (String name : at.port().networks()) {
                if (realms.containsKey(name)) {
                    all.get(realms.get(name)).declare(model.networks().get(name), at.toString(), at.port());
                }
            }
        }
        return all;
    }

    private void declare(Network network, String place, Port port) {
        List<InetAddress> own =
                port.endpoint().addresses().stream().filter(network::contains).toList();
        if (own.stream().noneMatch(Inet4Address.class::isInstance)) {
            byDhcp.add(new Place(place, network.name()));
        }
        if (Dns.isLabel(port.name())) {
            Name name = realm.host(network, port.name());
            taken.add(name);
            own.forEach(a -> put(name, a));
        }
    }

    private void put(Name name, InetAddress address) {
        addresses.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(address);
        names.putIfAbsent(address, name);
    }

    Realm realm() {
        return realm;
    }

    /** The addresses of a name; empty if it has none. */
    List<InetAddress> addresses(Name name) {
        return new ArrayList<>(addresses.getOrDefault(name, Set.of()));
    }

    /** The name of an address. */
    Optional<Name> name(InetAddress address) {
        return Optional.ofNullable(names.get(address));
    }

    /** Whether a name belongs to a port or a gateway, so that no DHCP client can take it. */
    boolean isTaken(Name name) {
        return taken.contains(name);
    }

    /**
     * Whether a lease behind a port gets the name of the port: the port carries the network, and declares no IPv4
     * address in it.
     */
    boolean isByDhcp(String port, Network network) {
        return byDhcp.contains(new Place(port, network.name()));
    }
}
