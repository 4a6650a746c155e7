package io.heddle.flows.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The network as declared. Immutable; references between its parts have been checked by whoever built it.
 *
 * @param networks by name
 * @param hosts by name
 * @param acls in the order in which they are asked
 */
public record NetworkModel(Map<String, Network> networks, Map<String, Host> hosts, List<Acl> acls) {
    /** Nothing declared at all. */
    public static final NetworkModel EMPTY = new NetworkModel(Map.of(), Map.of(), List.of());

    public NetworkModel {
        networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
        hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
        acls = List.copyOf(acls);
    }

    /** A bridge and the host it is on. */
    public record Place(Host host, Bridge bridge) {
        @Override
        public String toString() {
            return host.name() + "/" + bridge.name();
        }
    }

    /** The bridge that names itself by this datapath id. */
    public Optional<Place> byDatapathId(long datapathId) {
        for (Host h : hosts.values()) {
            for (Bridge b : h.bridges().values()) {
                if (b.datapathId() == datapathId) {
                    return Optional.of(new Place(h, b));
                }
            }
        }
        return Optional.empty();
    }

    /** The networks on {@code bridge} that are carried to other hosts by VXLAN, in the order of the file. */
    public List<Network> overlays(Host host, Bridge bridge) {
        if (host.tunnelIp().isEmpty()) {
            return List.of();
        }
        return networks.values().stream()
                .filter(n -> n.vni().isPresent() && bridge.networks().contains(n.name()))
                .filter(n -> !peers(host, n).isEmpty())
                .toList();
    }

    /** The other hosts that have a VTEP and a port in {@code network}. */
    public List<Host> peers(Host host, Network network) {
        List<Host> peers = new ArrayList<>();
        for (Host other : hosts.values()) {
            if (!other.name().equals(host.name()) && other.tunnelIp().isPresent()
                    && other.bridges().values().stream().anyMatch(b -> b.networks().contains(network.name()))) {
                peers.add(other);
            }
        }
        return peers;
    }

    /** The name of the port by which {@code bridge} reaches other hosts' VTEPs. */
    public static String tunnelPort(Bridge bridge) {
        return "vx-" + bridge.name();
    }
}
