package io.heddle.config;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Vtep;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that tunnels can carry each network with a VNI between the hosts that have ports in it. */
final class OverlayCheck {
    private final NetworkModel model;
    private final List<Problem> problems;
    private final List<Problem> notes;
    /** The networks that some port of each host carries. */
    private final Map<Host, Set<String>> carried = new IdentityHashMap<>();

    OverlayCheck(NetworkModel model, List<Problem> problems, List<Problem> notes) {
        this.model = model;
        this.notes = notes;
        this.problems = problems;
    }

    void check(Map<String, Yaml> places, Map<String, Yaml> networks) {
        for (Network n : model.networks().values()) {
            mtu(n, networks.get(n.name()));
            List<Host> members =
                    model.hosts().values().stream().filter(h -> carries(h, n)).toList();
            if (n.vni().isEmpty() || members.size() < 2) {
                continue;
            }
            unreachable(n, members, places);
        }
        vteps(places);
        model.hosts().values().forEach(h -> tunnelPort(h, places.get(h.name())));
    }

    /** Reports members of a network that neither a tunnel nor a trunk joins to the others. */
    private void unreachable(Network n, List<Host> members, Map<String, Yaml> places) {
        members.stream().filter(h -> h.tunnelIp().isEmpty() && !trunked(h, n)).forEach(h -> {
            Host other = members.stream().filter(m -> m != h).findFirst().orElseThrow();
            problems.add(places.get(h.name())
                    .problem("has ports in " + n.name() + " (VNI " + n.vni().getAsInt() + ") like " + other.name()
                            + ", but neither a tunnel-ip nor a trunk that carries it:"
                            + " add the address of its VTEP"));
        });
    }

    private void tunnelPort(Host h, Yaml place) {
        List<Bridge> overlaid = h.bridges().values().stream()
                .filter(b -> !model.overlays(h, b).isEmpty())
                .toList();
        if (overlaid.size() > 1) {
            problems.add(place.problem(
                    "networks with a VNI are on bridges " + overlaid.get(0).name() + " and "
                            + overlaid.get(1).name() + ": a host has one tunnel port, so put them on one bridge and"
                            + " join the other by patch ports"));
        }
        for (Bridge b : overlaid) {
            String tunnel = model.tunnelPort(b);
            if (tunnel.length() > 15) {
                problems.add(place.problem("bridge " + b.name() + " needs a tunnel port named " + tunnel
                        + ", which is over 15 characters: shorten the bridge's name to 12"));
            }
            if (b.ports().containsKey(tunnel)) {
                problems.add(place.problem(
                        "port " + tunnel + " has the name of the bridge's tunnel port:" + " call it something else"));
            }
        }
    }

    /** A tunnel has one IP version from end to end. Flow entries identify an IPv6 VTEP by 28 bits of a hash. */
    private void vteps(Map<String, Yaml> places) {
        Map<Integer, Host> ids = new HashMap<>();
        boolean mixed = model.hosts().values().stream()
                        .flatMap(h -> h.vtep().stream())
                        .map(Vtep::isV6)
                        .distinct()
                        .count()
                > 1;
        for (Host h : model.hosts().values()) {
            h.vtep().ifPresent(v -> {
                Yaml at = places.get(h.name()).get("tunnel-ip").orElseThrow();
                Host other = ids.putIfAbsent(v.id(), h);
                if (other != null && v.isV6()) {
                    problems.add(at.problem(v + " and the tunnel-ip of " + other.name() + " have the same short number:"
                            + " give one of them another address"));
                }
                h.bridges().values().stream()
                        .filter(b -> mixed)
                        .flatMap(b -> model.peers(h, b).stream())
                        .filter(p -> p.vtep().orElseThrow().isV6() != v.isV6())
                        .findFirst()
                        .ifPresent(p -> problems.add(
                                at.problem("is an IPv" + (v.isV6() ? 6 : 4) + " address and the tunnel-ip of "
                                        + p.name() + ", with which it shares a network, is not: a tunnel has one IP"
                                        + " version from end to end")));
            });
        }
    }

    private void mtu(Network n, Yaml place) {
        if (n.mtu().isEmpty()
                || model.tunnelMtu(n).isEmpty()
                || n.mtu().getAsInt() <= model.tunnelMtu(n).getAsInt()) {
            return;
        }
        int overhead = model.hosts().values().stream()
                .filter(h -> carries(h, n) && h.tunnelIp().isPresent())
                .mapToInt(model::overhead)
                .max()
                .orElse(0);
        notes.add(place.get("mtu")
                .orElse(place)
                .problem("is more than the " + model.tunnelMtu(n).getAsInt()
                        + " that fit into the tunnels between its hosts: larger packets are dropped silently;"
                        + " leave mtu out, or"
                        + " raise the underlay and its underlay-mtu to "
                        + (n.mtu().getAsInt() + overhead)));
    }

    /** Whether a host without a VTEP may reach a network through a trunk to a host that has one. */
    private static boolean trunked(Host h, Network n) {
        return h.bridges().values().stream()
                .flatMap(b -> b.ports().values().stream())
                .anyMatch(p -> p.vlans() instanceof Port.Trunk t && t.networks().contains(n.name()));
    }

    private boolean carries(Host h, Network n) {
        return carried.computeIfAbsent(h, OverlayCheck::networks).contains(n.name());
    }

    private static Set<String> networks(Host h) {
        return h.bridges().values().stream().flatMap(b -> b.networks().stream()).collect(Collectors.toSet());
    }
}
