package io.heddle.flows.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Puts roaming ports where they are: the network file in force stays, and what is in effect on the hosts follows. Pure.
 */
public final class Placement {
    private Placement() {}

    /**
     * A declared network whose roaming ports are at these interfaces. Of each port's bindings that the network allows,
     * see {@link #refusal}, the first is in effect; of other hosts, the first of each is on standby. Ports come before
     * others in the order of their first bindings.
     */
    public static NetworkModel bind(NetworkModel declared, Collection<Binding> bindings) {
        Map<String, List<Binding>> byPort = new LinkedHashMap<>();
        bindings.forEach(
                b -> byPort.computeIfAbsent(b.port(), p -> new ArrayList<>(1)).add(b));
        Map<String, Host> hosts = new LinkedHashMap<>();
        // What is in effect has precedence over what only may be.
        Map<String, Binding> inEffect = new HashMap<>();
        byPort.forEach((port, own) -> own.stream()
                .filter(b -> place(declared, hosts, b, false))
                .findFirst()
                .ifPresent(b -> inEffect.put(port, b)));
        byPort.forEach((port, own) -> {
            Set<String> has = new HashSet<>();
            Optional.ofNullable(inEffect.get(port)).ifPresent(b -> has.add(b.host()));
            own.stream()
                    .filter(b -> !has.contains(b.host()) && place(declared, hosts, b, true))
                    .forEach(b -> has.add(b.host()));
        });
        return hosts.isEmpty() ? declared : declared.withHosts(hosts);
    }

    /** @param hosts those that have roaming ports already @return whether the network allows it */
    private static boolean place(NetworkModel declared, Map<String, Host> hosts, Binding b, boolean standby) {
        Host host = hosts.getOrDefault(b.host(), declared.hosts().get(b.host()));
        Bridge bridge = host == null ? null : host.bridges().get(b.bridge());
        if (bridge == null || refusal(declared, host, bridge, b).isPresent()) {
            return false;
        }
        Bridge with = with(bridge, declared.roaming().get(b.port()), b, standby);
        hosts.put(b.host(), with(host, with.withAll(declared.networks())));
        return true;
    }

    private static Host with(Host host, Bridge bridge) {
        Map<String, Bridge> bridges = new LinkedHashMap<>(host.bridges());
        bridges.put(bridge.name(), bridge);
        return host.with(bridges);
    }

    private static Bridge with(Bridge bridge, Port port, Binding b, boolean standby) {
        Map<String, Port> ports = new LinkedHashMap<>(bridge.ports());
        ports.put(port.name(), port.roaming(port.roaming().orElseThrow().at(b.device(), standby)));
        return bridge.with(ports, bridge.mirrors());
    }

    /** Why a port cannot be at an interface of a declared host; empty if it can. For people. */
    public static Optional<String> refusal(NetworkModel declared, Binding b) {
        Host host = declared.hosts().get(b.host());
        Bridge bridge = host == null ? null : host.bridges().get(b.bridge());
        return bridge == null
                ? Optional.of("the network file has no bridge " + b.host() + "/" + b.bridge())
                : refusal(declared, host, bridge, b);
    }

    /** @param bridge with the roaming ports that it has already */
    private static Optional<String> refusal(NetworkModel declared, Host host, Bridge bridge, Binding b) {
        Port port = declared.roaming().get(b.port());
        if (port == null) {
            return Optional.of("the network file has no port " + b.port());
        }
        Roaming how = port.roaming().orElseThrow();
        if (!how.allows(host.name())) {
            return Optional.of("its hosts are " + String.join(", ", how.hosts()));
        }
        Optional<Port> roaming = bridge.ports().values().stream()
                .filter(p -> p.isRoaming()
                        && !p.name().equals(b.port())
                        && p.interfaces().contains(b.device()))
                .findFirst();
        if (roaming.isPresent()) {
            return Optional.of("it is port " + roaming.get().name() + " already");
        }
        boolean taken = b.device().equals(bridge.name())
                || host.bridges().values().stream()
                        .flatMap(other -> other.ports().values().stream())
                        .anyMatch(p ->
                                // A roaming port has its interface's name on the host, whatever it is called here.
                                p.interfaces().contains(b.device())
                                        || !p.isRoaming() && p.name().equals(b.device()));
        return taken
                ? Optional.of("the network file declares " + b.device() + " as a port of this host")
                : sameVlan(declared, bridge, port);
    }

    /** NORMAL distinguishes networks only by VLAN, so two networks of one bridge must not share a number. */
    private static Optional<String> sameVlan(NetworkModel declared, Bridge bridge, Port port) {
        for (Network own : declared(declared, port.networks())) {
            for (Network other : declared(declared, bridge.networks())) {
                if (other != own && other.vlan() == own.vlan()) {
                    return Optional.of("the bridge carries networks " + own.name() + " and " + other.name()
                            + ", both VLAN " + own.vlan());
                }
            }
        }
        return Optional.empty();
    }

    /** Without those that a wrong file names, and does not declare. */
    private static List<Network> declared(NetworkModel model, Collection<String> names) {
        return names.stream()
                .map(model.networks()::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * A network to check before it is in force. A roaming port that no host has is taken to be on the first bridge
     * that may have it, preferably one that carries its networks, with an interface of its own name.
     */
    public static NetworkModel assume(NetworkModel model) {
        List<Port> unbound = model.roaming().values().stream()
                .filter(p -> model.found(p.name()).isEmpty())
                .toList();
        if (unbound.isEmpty()) {
            return model;
        }
        // Each bridge once: there may be thousands of these ports.
        Map<NetworkModel.Place, Set<String>> networks = new LinkedHashMap<>();
        model.places().forEach(p -> networks.put(p, p.bridge().networks()));
        List<Binding> assumed = new ArrayList<>();
        unbound.forEach(port -> assumed(port, networks).ifPresent(assumed::add));
        return bind(model, assumed);
    }

    private static Optional<Binding> assumed(Port port, Map<NetworkModel.Place, Set<String>> networks) {
        Roaming how = port.roaming().orElseThrow();
        List<NetworkModel.Place> possible = networks.keySet().stream()
                .filter(p -> how.allows(p.host().name()))
                .toList();
        return possible.stream()
                .filter(p -> networks.get(p).containsAll(port.networks()))
                .findFirst()
                .or(() -> possible.stream().findFirst())
                .map(p -> new Binding(port.name(), p.host().name(), p.bridge().name(), port.name()));
    }
}
