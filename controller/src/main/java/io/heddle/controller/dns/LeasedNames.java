package io.heddle.controller.dns;

import io.heddle.controller.dhcp.Lease;
import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Network;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.xbill.DNS.Name;

/**
 * The names of a realm's DHCP clients: the name of the port, and the host name that the client sends. A client gets
 * neither a name that the network file gives to a port or a gateway, nor one that a client behind another port has.
 * Immutable.
 */
final class LeasedNames {
    /** Addresses of IPv4 first. */
    private static final Comparator<InetAddress> LOWEST = Comparator.<InetAddress>comparingInt(
                    a -> a.getAddress().length)
            .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

    /** No hosts. */
    static final LeasedNames NONE = new LeasedNames();

    private final Map<Name, List<Leased>> addresses = new HashMap<>();
    private final Map<InetAddress, Leased> names = new HashMap<>();
    /** The port that owns each name that a client has sent. */
    private final Map<Name, String> owners = new HashMap<>();

    /** A name and the address that a host has under it. @param ends seconds since 1970 */
    record Leased(Name name, InetAddress address, long ends) {}

    private LeasedNames() {}

    /**
     * Collects the names.
     *
     * @param leases in all networks
     * @param before the names so far: a port keeps the name that it has
     * @param now seconds since 1970
     */
    static LeasedNames of(DeclaredNames declared, Collection<Lease> leases, LeasedNames before, long now) {
        Map<String, Network> networks = new HashMap<>();
        declared.realm().networks().forEach(n -> networks.put(n.name(), n));
        LeasedNames all = new LeasedNames();
        Map<Name, TreeMap<InetAddress, Lease>> wishes = new HashMap<>();
        for (Lease lease : leases) {
            Network network = networks.get(lease.network());
            if (network == null
                    || lease.state() != Lease.State.BOUND
                    || !lease.isActive(now)
                    || !network.contains(lease.address())) {
                continue;
            }
            all.ofPort(declared, network, lease);
            wish(declared, network, lease)
                    .ifPresent(name -> wishes.computeIfAbsent(name, n -> new TreeMap<>(LOWEST))
                            .put(lease.address(), lease));
        }
        wishes.forEach((name, by) -> all.grant(name, by.values(), before.owners.get(name)));
        return all;
    }

    private void ofPort(DeclaredNames declared, Network network, Lease lease) {
        String port = lease.port().substring(lease.port().lastIndexOf('/') + 1);
        if (Dns.isLabel(port) && declared.isByDhcp(lease.port(), network)) {
            Name name = declared.realm().host(network, port);
            // Ports of two hosts may have one name: the declared address is the one to trust.
            if (declared.addresses(name).stream().noneMatch(lease.address().getClass()::isInstance)) {
                put(name, lease);
            }
        }
    }

    /** The name that a client sends, if it may have it. */
    private static Optional<Name> wish(DeclaredNames declared, Network network, Lease lease) {
        String suffix = "." + network.dns().orElseThrow().domain();
        String wanted = lease.name().toLowerCase(Locale.ROOT);
        String label = wanted.endsWith(suffix) ? wanted.substring(0, wanted.length() - suffix.length()) : wanted;
        return Optional.of(label)
                .filter(l -> Dns.isLabel(l) && !Dns.RESERVED.contains(l))
                .map(l -> declared.realm().host(network, l))
                .filter(n -> !declared.isTaken(n));
    }

    /** Gives a name to the clients behind one port: the port that owns it, or else the one with the lowest address. */
    private void grant(Name name, Collection<Lease> by, String before) {
        String owner = by.stream()
                .map(Lease::port)
                .filter(p -> p.equals(before))
                .findFirst()
                .orElse(by.iterator().next().port());
        owners.put(name, owner);
        by.stream().filter(l -> l.port().equals(owner)).forEach(l -> {
            // Reverse lookups prefer what the host calls itself to the name of its port.
            names.remove(l.address());
            put(name, l);
        });
    }

    private void put(Name name, Lease lease) {
        Leased leased = new Leased(name, lease.address(), lease.ends());
        addresses.computeIfAbsent(name, n -> new ArrayList<>()).add(leased);
        names.putIfAbsent(leased.address(), leased);
    }

    /** The addresses of a name; empty if it has none. */
    List<Leased> addresses(Name name) {
        return addresses.getOrDefault(name, List.of());
    }

    /** The name of an address. */
    Optional<Leased> name(InetAddress address) {
        return Optional.ofNullable(names.get(address));
    }
}
