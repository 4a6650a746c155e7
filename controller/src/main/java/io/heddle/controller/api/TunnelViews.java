package io.heddle.controller.api;

import io.heddle.apps.overlay.OverlayApp;
import io.heddle.controller.concurrent.Futures;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Traffic;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.ovsdb.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The tunnels between hosts, with their BFD state and traffic, as a list of flat objects. */
final class TunnelViews {
    private final Traffic traffic;
    private final Fleet fleet;

    TunnelViews(Services services) {
        this.traffic = services.telemetry().traffic();
        this.fleet = services.fleet();
    }

    /** The tunnels of some hosts: a full mesh of all hosts has many more. */
    List<Map<String, Object>> tunnels(Predicate<Host> wanted) {
        NetworkModel model = fleet.model();
        List<Map<String, Object>> out = new ArrayList<>();
        for (NetworkModel.Place place : model.places()) {
            if (wanted.test(place.host())) {
                Map<Host, List<String>> networks = networksByPeer(model, place);
                Map<Host, String> states = model.tunnels().bfd() ? states(place, networks.keySet()) : Map.of();
                networks.forEach(
                        (peer, carried) -> out.add(tunnel(model, place, peer, carried, states.getOrDefault(peer, ""))));
            }
        }
        return out;
    }

    private static Map<Host, List<String>> networksByPeer(NetworkModel model, NetworkModel.Place place) {
        Map<Host, List<String>> out = new LinkedHashMap<>();
        model.overlays(place.host(), place.bridge())
                .forEach(n -> model.peers(place.host(), n)
                        .forEach(p ->
                                out.computeIfAbsent(p, x -> new ArrayList<>()).add(n.name())));
        return out;
    }

    private Map<String, Object> tunnel(
            NetworkModel model, NetworkModel.Place place, Host peer, List<String> networks, String state) {
        Bridge bridge = place.bridge();
        Optional<Traffic.Sent> sent = peer.vtep().flatMap(v -> traffic.sent(bridge.datapathId(), OverlayApp.cookie(v)));
        int mtu = networks.stream()
                .mapToInt(n -> model.mtu(model.networks().get(n)).orElse(0))
                .max()
                .orElse(0);
        return Row.of("host", place.host().name())
                .and("bridge", bridge.name())
                .and("port", model.tunnelPort(bridge))
                .and("type", model.tunnels().type().ovsdb())
                .and("local", place.host().tunnelIp().orElse(""))
                .and("peer", peer.name())
                .and("remote", peer.tunnelIp().orElse(""))
                .and("mtu", mtu)
                .and("networks", networks)
                .and("state", state)
                .and("packets", sent.map(s -> s.count().packets()).orElse(0L))
                .and("bytes", sent.map(s -> s.count().bytes()).orElse(0L))
                .and("rate", Math.round(sent.map(Traffic.Sent::bits).orElse(0.0)))
                .map();
    }

    /** The BFD states of the paths to peers. */
    private Map<Host, String> states(NetworkModel.Place place, Collection<Host> peers) {
        return new Futures()
                .await(fleet.hosts().onDatabase(place.host().name(), db -> states(db, peers)))
                .orElse(Map.of());
    }

    private static Map<Host, String> states(Database db, Collection<Host> peers) {
        Map<Host, String> states = new LinkedHashMap<>();
        peers.forEach(p -> db.named(Database.INTERFACE, NetworkModel.probePort(p))
                .ifPresent(i -> states.put(p, i.map("bfd_status").getOrDefault("state", ""))));
        return states;
    }
}
