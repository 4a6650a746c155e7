package io.heddle.apps;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The switches whose programs a change of the network can affect. A program depends on what all switches share, on its
 * own host, and on the other hosts that have a port in a network that the switch carries, or that a router there joins
 * or leads to. The other switches keep their programs, so a change of one port costs no more in a large fleet than in a
 * small one.
 */
public final class Affected {
    private final boolean all;
    private final boolean lists;
    private final Set<String> hosts = new HashSet<>();
    /** The networks of the hosts and of the ports without a host that differ, before and after the change. */
    private final Set<String> networks = new HashSet<>();

    private Affected(boolean all, boolean lists) {
        this.all = all;
        this.lists = lists;
    }

    /** The switches whose programs may change. */
    public static Affected between(NetworkModel before, NetworkModel after) {
        boolean shared = isSame(before.networks(), after.networks())
                && isSame(declared(before.routers()), declared(after.routers()))
                && before.tunnels().equals(after.tunnels())
                && before.links().equals(after.links())
                && isInOrder(before.hosts().keySet(), after.hosts().keySet());
        Affected affected = new Affected(!shared, !before.acls().equals(after.acls()));
        if (shared) {
            affected.compare(before, after);
            affected.compare(after, before);
            affected.compareRoaming(before, after);
            affected.compareRoaming(after, before);
            affected.compareRouters(before, after);
        }
        return affected;
    }

    /** Routers without what is known of the backends of their services, and of their next routers. */
    private static Map<String, Router> declared(Map<String, Router> routers) {
        Map<String, Router> out = new LinkedHashMap<>();
        routers.forEach((name, r) -> out.put(
                name,
                r.with(r.services().stream().map(s -> s.without(b -> false)).toList())
                        .withRoutes(route -> route.with(h -> new Router.Hop(h.address())))));
        return out;
    }

    /**
     * Backends or next routers have died, or are alive again: this concerns the switches of their router. A floating
     * address has another home: all switches with its outside network know where it is.
     */
    private void compareRouters(NetworkModel before, NetworkModel after) {
        for (Router router : after.routers().values()) {
            boolean same = router.equals(before.routers().get(router.name()))
                    && homes(before, router).equals(homes(after, router));
            if (!same) {
                networks.addAll(router.networks());
                router.outside().ifPresent(o -> networks.add(o.network()));
            }
        }
    }

    private static Map<Router.Floating, String> homes(NetworkModel model, Router router) {
        Map<Router.Floating, String> out = new LinkedHashMap<>();
        model.homes(router).forEach((floating, place) -> out.put(floating, place.toString()));
        return out;
    }

    private static boolean isSame(Map<String, ?> before, Map<String, ?> after) {
        return before.equals(after) && List.copyOf(before.keySet()).equals(List.copyOf(after.keySet()));
    }

    /** Whether the hosts that are in both networks have the same order. */
    private static boolean isInOrder(Set<String> before, Set<String> after) {
        List<String> left = new ArrayList<>(before);
        left.retainAll(after);
        List<String> right = new ArrayList<>(after);
        right.retainAll(before);
        return left.equals(right);
    }

    private void compare(NetworkModel model, NetworkModel other) {
        for (Host host : model.hosts().values()) {
            if (!isLike(host, other.hosts().get(host.name()))) {
                hosts.add(host.name());
                for (Bridge bridge : host.bridges().values()) {
                    networks.addAll(model.networks(host, bridge));
                }
            }
        }
    }

    /** Switches answer ARP for a port that no host has, and their routers know its guest. */
    private void compareRoaming(NetworkModel model, NetworkModel other) {
        model.roaming().forEach((name, port) -> {
            Port same = other.roaming().get(name);
            if (same == null || !same.equals(port) && !same.unlabelled().equals(port.unlabelled())) {
                networks.addAll(port.networks());
            }
        });
    }

    /** Whether two hosts differ in nothing but the labels of ports. Only groups in access lists depend on these. */
    private static boolean isLike(Host host, Host other) {
        return host.equals(other) || other != null && unlabelled(host).equals(unlabelled(other));
    }

    private static Host unlabelled(Host host) {
        Map<String, Bridge> bridges = new LinkedHashMap<>(host.bridges());
        bridges.replaceAll((name, bridge) -> {
            Map<String, Port> ports = new LinkedHashMap<>(bridge.ports());
            ports.replaceAll((n, port) -> port.unlabelled());
            return bridge.with(ports, bridge.mirrors());
        });
        return host.with(bridges);
    }

    /** Whether a switch may need another program. @param model one of the two networks that were compared */
    public boolean concerns(NetworkModel model, NetworkModel.Place place) {
        return lists || concernsMoreThanLists(model, place);
    }

    /** Whether a switch may need another program also in what does not depend on access lists. */
    public boolean concernsMoreThanLists(NetworkModel model, NetworkModel.Place place) {
        Set<String> carried = model.networks(place.host(), place.bridge());
        return all
                || hosts.contains(place.host().name())
                || !Collections.disjoint(networks, carried)
                || carried.stream().flatMap(n -> model.routerOf(n).stream()).anyMatch(this::joinsOne);
    }

    /** Whether a switch may need another program also in what does not depend on other hosts or access lists. */
    public boolean concernsItself(NetworkModel.Place place) {
        return all || hosts.contains(place.host().name());
    }

    /** How long packets may be in its other networks matters to a router, also where the switch does not carry them. */
    private boolean joinsOne(Router router) {
        return !Collections.disjoint(networks, router.networks())
                || router.outside().filter(o -> networks.contains(o.network())).isPresent();
    }
}
