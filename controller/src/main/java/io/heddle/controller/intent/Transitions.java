package io.heddle.controller.intent;

import io.heddle.apps.Transition;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.util.HashSet;
import java.util.Set;

/** What to mind on the way from one version of the network to the next. Pure. */
public final class Transitions {
    private Transitions() {
    }

    /** What the switch of a bridge has to mind. */
    public static Transition of(NetworkModel before, NetworkModel now, NetworkModel.Place place) {
        return new Transition(closed(before, now, place), absent(before, now, place));
    }

    /** The hosts that must have confirmed before the switch of a bridge has nothing to mind any more. */
    public static Set<String> awaited(Transition t, NetworkModel.Place place) {
        Set<String> hosts = new HashSet<>();
        if (!t.closed().isEmpty()) {
            hosts.add(place.host().name());
        }
        t.absent().forEach(end -> hosts.add(end.substring(end.indexOf(' ') + 1)));
        return hosts;
    }

    private static Set<String> closed(NetworkModel before, NetworkModel now, NetworkModel.Place place) {
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

    private static Set<String> absent(NetworkModel before, NetworkModel now, NetworkModel.Place place) {
        Set<String> absent = new HashSet<>();
        for (Network network : now.overlays(place.host(), place.bridge())) {
            for (Host peer : now.peers(place.host(), network)) {
                if (!stood(before, network, peer)) {
                    absent.add(Transition.end(network.name(), peer.name()));
                }
            }
        }
        return absent;
    }

    /** Whether a host had its end of a network's tunnels already. */
    private static boolean stood(NetworkModel before, Network network, Host host) {
        Network was = before.networks().get(network.name());
        Host then = before.hosts().get(host.name());
        return was != null && was.vni().equals(network.vni()) && then != null && then.tunnelIp().equals(host.tunnelIp())
                && then.bridges().values().stream().anyMatch(b -> before.overlays(then, b).contains(was));
    }
}
