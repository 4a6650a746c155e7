package io.heddle.controller.leases;

import io.heddle.controller.dhcp.AddressPlan;
import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.dhcp.NetworkLeases;
import io.heddle.controller.dhcp.Plan6;
import io.heddle.controller.dhcp.Pool;
import io.heddle.flows.model.NamedAddresses;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of all networks, in memory and on disk. One thread changes them: it puts the changes of a batch, then
 * commits them. Any thread may list them.
 */
public final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final Map<String, NetworkLeases> networks = new ConcurrentHashMap<>();
    private final LeaseFile file;
    private final DhcpEvents events;
    private final List<Change> changes = new ArrayList<>();
    /** For {@link #usage}: the plans of one model. */
    private volatile Planned planned = new Planned(NetworkModel.EMPTY, Map.of(), Map.of());

    /** For {@link #subnets}: the IPv4 addresses that the file names, by network. */
    private volatile Named named = new Named(NetworkModel.EMPTY, Map.of());

    private record Planned(NetworkModel model, Map<String, AddressPlan> plans, Map<String, Plan6> plans6) {}

    private record Named(NetworkModel model, Map<String, Set<InetAddress>> addresses) {}

    private record Change(Lease lease, Optional<Lease> before) {}

    /** The use of a network's ranges. @param size the addresses that hosts can get from them */
    public record Usage(long used, long size) {}

    private Leases(LeaseFile file, DhcpEvents events) {
        this.file = file;
        this.events = events;
        file.read().forEach(l -> of(l.network()).put(l));
        if (file.damaged() > 0) {
            events.store(file.damaged() + " lines of the file of leases are damaged and were left out");
        }
    }

    static Leases open(StateFolder state, DhcpEvents events) throws IOException {
        return new Leases(LeaseFile.open(state), events);
    }

    /** The leases of a network, by its name. */
    NetworkLeases of(String network) {
        return networks.computeIfAbsent(network, n -> new NetworkLeases());
    }

    /** Likewise; empty if it has never had any. */
    Optional<NetworkLeases> known(String network) {
        return Optional.ofNullable(networks.get(network));
    }

    /** Changes a lease; the change counts from {@link #commit} on. */
    void put(Lease lease) {
        NetworkLeases of = of(lease.network());
        changes.add(new Change(lease, of.before(lease)));
        of.put(lease);
    }

    /** Syncs all changes to disk. @return false if that failed; the changes are then undone */
    boolean commit() {
        try {
            file.add(changes.stream().map(Change::lease).toList());
        } catch (IOException e) {
            Collections.reverse(changes);
            changes.forEach(c -> of(c.lease.network()).restore(c.lease, c.before));
            changes.clear();
            events.store("leases cannot be stored, so DHCP answers nobody: " + e.getMessage());
            return false;
        }
        changes.clear();
        compact();
        return true;
    }

    private void compact() {
        int size = networks.values().stream()
                .mapToInt(n -> n.all().size() + n.reservations().size())
                .sum();
        if (file.isLong(size)) {
            try {
                List<Lease> everything = new ArrayList<>(all());
                everything.addAll(reservations());
                file.compact(everything);
            } catch (IOException e) {
                LOG.warn("the file of leases cannot be written anew, so it grows: {}", e.toString());
            }
        }
    }

    /** All leases, also ended ones; any thread. */
    public List<Lease> all() {
        return networks.values().stream().flatMap(n -> n.all().stream()).toList();
    }

    /** All reservations, also those that were given up; any thread. */
    public List<Lease> reservations() {
        return networks.values().stream()
                .flatMap(n -> n.reservations().stream())
                .toList();
    }

    /** The use of the IPv4 ranges of each network with DHCP, by its name; any thread. */
    public Map<String, Usage> usage(NetworkModel model) {
        return usage(planned(model).plans);
    }

    /** Likewise of IPv6. */
    public Map<String, Usage> usage6(NetworkModel model) {
        return usage(planned(model).plans6);
    }

    private Planned planned(NetworkModel model) {
        Planned p = planned;
        if (p.model != model) {
            p = new Planned(model, AddressPlan.all(model), Plan6.all(model));
            planned = p;
        }
        return p;
    }

    private Map<String, Usage> usage(Map<String, ? extends Pool> pools) {
        long now = System.currentTimeMillis() / 1000;
        Map<String, Usage> usage = new TreeMap<>();
        pools.forEach((name, pool) -> usage.put(name, new Usage(of(name).used(pool, now), pool.size())));
        return usage;
    }

    /** The use of the IPv4 subnet of each network that has one, by its name; any thread. */
    public Map<String, Usage> subnets(NetworkModel model) {
        Named n = named;
        if (n.model != model) {
            Map<String, Set<InetAddress>> addresses = new TreeMap<>();
            NamedAddresses.all(model).forEach((name, all) -> addresses.put(name, all.keySet()));
            n = new Named(model, addresses);
            named = n;
        }
        long now = System.currentTimeMillis() / 1000;
        Map<String, Usage> usage = new TreeMap<>();
        for (Network network : model.networks().values()) {
            Set<InetAddress> file = n.addresses.get(network.name());
            network.subnet4().ifPresent(subnet -> {
                NetworkLeases of = of(network.name());
                long more = Stream.concat(of.all().stream(), of.reservations().stream())
                        .filter(l -> l.isActive(now) && !file.contains(l.address()) && subnet.contains(l.address()))
                        .map(Lease::address)
                        .distinct()
                        .count();
                long used = file.stream().filter(subnet::contains).count() + more;
                long size = 1L << Integer.SIZE - subnet.length();
                usage.put(
                        network.name(), new Usage(used, size - subnet.reserved().size()));
            });
        }
        return usage;
    }

    void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Every lease that a client knows of is on disk already.
            LOG.debug("the file of leases", e);
        }
    }
}
