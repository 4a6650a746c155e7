package io.heddle.controller.intent;

import io.heddle.apps.Transition;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
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
    /** By network, the hosts whose tunnel end is new, each with the {@link Transition#end} of it. */
    private final Map<String, Map<Host, String>> absent = new HashMap<>();

    public Transitions(NetworkModel before, NetworkModel now) {
        this.before = before;
        this.now = now;
    }

    /** The restrictions on the switch of a bridge. */
    public Transition of(NetworkModel.Place place) {
        return before == now ? Transition.NONE : new Transition(closed(place), absent(place), joining(place.host()));
    }

    /** The hosts that must confirm before the restrictions end. */
    public Set<String> awaited() {
        Set<String> hosts = new HashSet<>();
        if (before != now) {
            for (NetworkModel.Place place : now.places()) {
                if (!closed(place).isEmpty() || !joining(place.host()).isEmpty()) {
                    hosts.add(place.host().name());
                }
            }
            // With two ends or more, each new end is the remote end of another host.
            now.networks().values().stream()
                    .filter(n -> n.vni().isPresent() && now.tunnelEnds(n).size() > 1)
                    .forEach(n -> absent(n).keySet().forEach(h -> hosts.add(h.name())));
        }
        return hosts;
    }

    /** Whether a way out may move to a host that could not have it before. */
    public boolean joins() {
        return before != now
                && now.hosts().values().stream().anyMatch(h -> !joining(h).isEmpty());
    }

    /** The routers whose way out may move to a host from now on. A way out that begins nobody has had before. */
    private Set<String> joining(Host host) {
        Set<String> joining = new HashSet<>();
        for (Router router : now.routers().values()) {
            Optional<Router.Outside> was =
                    Optional.ofNullable(before.routers().get(router.name())).flatMap(Router::outside);
            boolean joins = router.outside()
                    .filter(Router.Outside::moves)
                    .filter(o -> o.hosts().contains(host.name()))
                    .filter(o -> was.filter(w -> w.network().equals(o.network())
                                    && !w.hosts().contains(host.name())
                                    && o.hosts().stream().anyMatch(w.hosts()::contains))
                            .isPresent())
                    .isPresent();
            if (joins) {
                joining.add(router.name());
            }
        }
        return joining;
    }

    private Set<String> closed(NetworkModel.Place place) {
        Set<String> closed = new HashSet<>();
        Host host = before.hosts().get(place.host().name());
        Bridge bridge = host == null ? null : host.bridges().get(place.bridge().name());
        if (bridge != null) {
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
