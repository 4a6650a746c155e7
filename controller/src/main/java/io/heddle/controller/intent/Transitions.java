package io.heddle.controller.intent;

import io.heddle.apps.Transition;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.WayOutProbe;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Restrictions on switches during the change from one version of the network to the next. Finds the new tunnel ends of
 * each network once for all switches. Confined to one thread.
 */
public final class Transitions {
    private final NetworkModel before;
    private final NetworkModel now;
    private final boolean sameNetworks;
    /** By router, the hosts to which its way out may move from now on; without those to which none moves. */
    private final Map<String, Set<String>> joining = new HashMap<>();

    /** By network, the hosts whose tunnel end is new, each with the {@link Transition#end} of it. */
    private final Map<String, Map<Host, String>> absent = new HashMap<>();

    public Transitions(NetworkModel before, NetworkModel now) {
        this.before = before;
        this.now = now;
        sameNetworks = before.networks().equals(now.networks());
        for (Router router : now.routers().values()) {
            Set<String> hosts = joining(router);
            if (!hosts.isEmpty()) {
                joining.put(router.name(), hosts);
            }
        }
    }

    /** The restrictions on the switch of a bridge. */
    public Transition of(NetworkModel.Place place) {
        return before == now ? Transition.NONE : new Transition(closed(place), absent(place), joining(place));
    }

    /** The hosts that must confirm before the restrictions end. */
    public Set<String> awaited() {
        Set<String> hosts = new HashSet<>();
        if (before != now) {
            for (NetworkModel.Place place : now.places()) {
                if (!closed(place).isEmpty()) {
                    hosts.add(place.host().name());
                }
            }
            joining.values().forEach(hosts::addAll);
            // With two ends or more, each new end is the remote end of another host.
            now.networks().values().stream()
                    .filter(n -> n.vni().isPresent() && now.tunnelEnds(n).size() > 1)
                    .forEach(n -> absent(n).keySet().forEach(h -> hosts.add(h.name())));
        }
        return hosts;
    }

    /** Whether a way out may move to a host that could not have it before. */
    public boolean joins() {
        return !joining.isEmpty();
    }

    /** The hosts to which ways out may move from now on, as a switch must know them. */
    private Set<String> joining(NetworkModel.Place place) {
        boolean concerned = !joining.isEmpty()
                && !(WayOutProbe.from(now, place.host(), place.bridge()).isEmpty()
                        && WayOutProbe.to(now, place.host(), place.bridge()).isEmpty());
        Set<String> all = new HashSet<>();
        if (concerned) {
            joining.forEach((router, hosts) -> hosts.forEach(host -> all.add(Transition.wayOut(router, host))));
        }
        return all;
    }

    /** The hosts to which the way out of a router may move from now on. A way out that begins nobody has had before. */
    private Set<String> joining(Router router) {
        Optional<Router.Outside> outside = router.outside().filter(Router.Outside::moves);
        Optional<Router.Outside> was =
                Optional.ofNullable(before.routers().get(router.name())).flatMap(Router::outside);
        if (outside.isEmpty() || was.isEmpty()) {
            return Set.of();
        }
        Set<String> hosts = new HashSet<>(outside.get().hosts());
        boolean goesOn = hosts.removeAll(was.get().hosts())
                && was.get().network().equals(outside.get().network());
        return goesOn ? hosts : Set.of();
    }

    private Set<String> closed(NetworkModel.Place place) {
        Set<String> closed = new HashSet<>();
        Host host = before.hosts().get(place.host().name());
        Bridge bridge = host == null ? null : host.bridges().get(place.bridge().name());
        // Most changes leave most bridges as they are.
        if (bridge != null && !(sameNetworks && bridge.equals(place.bridge()))) {
            for (Port port : bridge.ports().values()) {
                Port then = place.bridge().ports().get(port.name());
                if (then == null || !HostCompiler.vlans(before, port).equals(HostCompiler.vlans(now, then))) {
                    closed.addAll(port.interfaces());
                }
            }
        }
        return closed;
    }

    private Set<String> absent(NetworkModel.Place place) {
        Set<String> ends = new HashSet<>();
        for (Network network : now.overlays(place.host(), place.bridge())) {
            absent(network).forEach((host, end) -> {
                if (!host.name().equals(place.host().name())) {
                    ends.add(end);
                }
            });
        }
        return ends;
    }

    private Map<Host, String> absent(Network network) {
        return absent.computeIfAbsent(network.name(), n -> {
            Map<Host, String> ends = new HashMap<>();
            for (Host host : now.tunnelEnds(network)) {
                if (!hadTunnelEnd(network, host)) {
                    ends.put(host, Transition.end(n, host.name()));
                }
            }
            return ends;
        });
    }

    /** Whether a host already had its end of a network's tunnels. */
    private boolean hadTunnelEnd(Network network, Host host) {
        Network was = before.networks().get(network.name());
        Host then = before.hosts().get(host.name());
        return was != null
                && was.vni().equals(network.vni())
                && then != null
                && then.tunnelIp().equals(host.tunnelIp())
                && then.bridges().values().stream()
                        .anyMatch(b -> before.overlays(then, b).contains(was));
    }
}
