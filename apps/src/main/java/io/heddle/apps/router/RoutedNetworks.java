package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the controller must know of a switch's routers to find neighbours and to answer for the gateways.
 *
 * @param mac the MAC from which the routers of the switch send
 * @param networks the networks with a router, by their number in the metadata
 * @param gateways the networks of each router, by the router's number in the metadata
 * @param hops the next routers, by the target bits that stand for them
 */
public record RoutedNetworks(
        long mac, Map<Integer, Network> networks, Map<Integer, List<Network>> gateways, Map<Long, InetAddress> hops) {
    /** No routers. */
    public static final RoutedNetworks NONE = new RoutedNetworks(0, Map.of(), Map.of(), Map.of());

    /** Those of a switch. */
    public static RoutedNetworks of(SwitchView view) {
        if (view.bridge().isEmpty() || view.model().routers().isEmpty()) {
            return NONE;
        }
        Map<Integer, Network> networks = new HashMap<>();
        Map<Integer, List<Network>> gateways = new HashMap<>();
        Map<Long, InetAddress> hops = new HashMap<>();
        for (String name :
                view.model().networks(view.host().orElseThrow(), view.bridge().get())) {
            Optional<Router> router = view.model().routerOf(name);
            if (router.isPresent()) {
                Network network = view.model().networks().get(name);
                networks.put(network.number(), network);
                gateways.computeIfAbsent(
                        Metadata.ofRouter(router.get().number()),
                        n -> router.get().networks().stream()
                                .map(view.model().networks()::get)
                                .toList());
                router.get().routes().stream()
                        .flatMap(r -> r.via().stream())
                        .forEach(via -> hops.put(Neighbours.hop(via), via));
            }
        }
        return new RoutedNetworks(Gateways.mac(view.host().get()), networks, gateways, hops);
    }

    /** The gateway with which a router speaks to the sender of a packet. @param router its number in the metadata */
    public Optional<InetAddress> gatewayFor(int router, InetAddress sender) {
        List<Network> all = gateways.getOrDefault(router, List.of());
        return all.stream()
                .filter(n -> n.contains(sender))
                .findFirst()
                .or(() -> all.stream().findFirst())
                .flatMap(n -> n.gateways().stream()
                        .filter(g -> g.getClass() == sender.getClass())
                        .findFirst());
    }
}
