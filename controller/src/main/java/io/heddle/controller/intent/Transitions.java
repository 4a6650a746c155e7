package io.heddle.controller.intent;

import io.heddle.apps.Transition;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What to mind on the way from one version of the network to the next. Which tunnel ends are new is found once for each
 * network, however many switches ask. Confined to one thread.
 */
public final class Transitions {
    private final NetworkModel before;
    private final NetworkModel now;
    /** By network, the hosts that did not have their end of its tunnels before, and what {@link Transition} calls that end. */
    private final Map<String, Map<Host, String>> absent = new HashMap<>();

    public Transitions(NetworkModel before, NetworkModel now) {
        this.before = before;
        this.now = now;
    }

    /** What the switch of a bridge has to mind. */
    public Transition of(NetworkModel.Place place) {
        return before == now ? Transition.NONE : new Transition(closed(place), absent(place));
    }

    /** The hosts that must have confirmed before the switches have nothing to mind any more. */
    public Set<String> awaited() {
        Set<String> hosts = new HashSet<>();
        if (before != now) {
            for (NetworkModel.Place place : now.places()) {
                if (!closed(place).isEmpty()) {
                    hosts.add(place.host().name());
                }
            }
            // Each is the other end for somebody where there are two at least.
            now.networks().values().stream()
                    .filter(n -> n.vni().isPresent() && now.tunnelEnds(n).size() > 1)
                    .forEach(n -> absent(n).keySet().forEach(h -> hosts.add(h.name())));
        }
        return hosts;
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
                if (!stood(network, host)) {
                    ends.put(host, Transition.end(n, host.name()));
                }
            }
            return ends;
        });
    }

    /** Whether a host had its end of a network's tunnels already. */
    private boolean stood(Network network, Host host) {
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
