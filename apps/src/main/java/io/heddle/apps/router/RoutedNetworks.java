package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.flows.model.DhcpServer;
import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Guard;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the controller must know of a switch's routers to find neighbours and to answer for the gateways.
 *
 * @param mac the MAC from which the routers of the switch send
 * @param links where the routers have neighbours, by the number of the network in the metadata
 * @param gateways the networks of each router, by the router's number in the metadata
 * @param listeners the ports of this host whose guests hear of the IPv6 gateways
 * @param hops the next routers, by the target bits that stand for them
 * @param claims the outside addresses that may move here
 * @param mtus bytes of the longest packet, by the number of a network, and by that of a router for its way out
 * @param needed the next routers that a way out needs as soon as it moves here, while the controller may be away
 */
public record RoutedNetworks(
        long mac,
        Map<Integer, Link> links,
        Map<Integer, List<Network>> gateways,
        List<Listener> listeners,
        Map<Long, InetAddress> hops,
        Set<Neighbours.Wanted> needed,
        Map<Integer, Integer> mtus,
        List<Claim> claims) {
    /**
     * A network where routers have neighbours.
     *
     * @param subnets where the neighbours are
     * @param own the routers' own addresses
     */
    public record Link(List<Prefix> subnets, List<InetAddress> own) {
        /** Whether an address may be a neighbour's. */
        public boolean has(InetAddress address) {
            return subnets.stream().anyMatch(s -> s.contains(address)) && !own.contains(address);
        }

        private Link and(Link other) {
            return new Link(
                    Stream.concat(subnets.stream(), other.subnets.stream())
                            .distinct()
                            .toList(),
                    Stream.concat(own.stream(), other.own.stream()).distinct().toList());
        }
    }

    /**
     * Outside addresses of a router that may move here.
     *
     * @param network the number of the network where the outside begins
     * @param mac the MAC of the addresses
     * @param ahead the ports on which the switch probes the hosts that are preferred to this one
     * @param others the ports on which it probes all other hosts that may have the way out
     * @param links the ports that lead to the outside; empty if none of them can lose it
     */
    public record Claim(
            int network,
            long mac,
            List<Inet4Address> addresses,
            Set<Integer> ahead,
            Set<Integer> others,
            Set<Integer> links) {
        /** Whether the way out is here, by the ports that are live. */
        public boolean isHere(Set<Integer> live) {
            return ahead.stream().noneMatch(live::contains)
                    && (links.isEmpty() || links.stream().anyMatch(live::contains));
        }

        /** Whether the way out may move if a port comes to life or dies. */
        public boolean dependsOn(int port) {
            return others.contains(port) || links.contains(port);
        }

        /** The addresses of this host's guests, which come with the guests. */
        private static Claim ofGuests(SwitchView view, List<Inet4Address> addresses, int network) {
            long mac = Gateways.mac(view.host().orElseThrow());
            return new Claim(network, mac, addresses, Set.of(), Set.of(), Set.of());
        }

        private static Claim of(SwitchView view, Router router, Router.Outside outside, int network) {
            int turn = outside.hosts().indexOf(view.host().orElseThrow().name());
            Set<Integer> ahead = new HashSet<>();
            Set<Integer> others = new HashSet<>();
            for (int i = 0; i < outside.hosts().size(); i++) {
                if (i != turn) {
                    Host host = view.model().hosts().get(outside.hosts().get(i));
                    Set<Integer> to = i < turn ? ahead : others;
                    view.port(Exits.probe(view, host, outside)).ifPresent(to::add);
                }
            }
            others.addAll(ahead);
            return new Claim(
                    network,
                    outside.moves()
                            ? Gateways.mac(router)
                            : Gateways.mac(view.host().get()),
                    List.copyOf(view.model().atWayOut(router).outsideAddresses()),
                    ahead,
                    others,
                    Set.copyOf(Exits.links(view, outside.network())));
        }
    }

    /**
     * A port in a network with an IPv6 gateway.
     *
     * @param port its number
     * @param network the network's number
     * @param vlan the VLAN in the tag of the network's frames there, 0 for none
     * @param mtu bytes of the largest packet in the network, if it is known
     * @param prefixes the network's prefixes of IPv6
     * @param autonomous whether the guest may make addresses of its own from them: a guard may allow only declared ones
     * @param dhcp what it gets by DHCPv6
     * @param gateway the gateway of IPv6
     * @param domain the domain of its hosts, if Heddle answers for names at the gateway
     */
    public record Listener(
            int port,
            int network,
            int vlan,
            OptionalInt mtu,
            List<Prefix> prefixes,
            boolean autonomous,
            DhcpServer.Six dhcp,
            Inet6Address gateway,
            Optional<String> domain) {}

    private static List<Listener> listeners(SwitchView view) {
        List<Listener> out = new ArrayList<>();
        Map<String, DhcpServer.Six> known = new HashMap<>();
        for (Port port : view.bridge().orElseThrow().ports().values()) {
            boolean away = port.uplink()
                    || port.type() == Port.Type.PATCH
                    || port.type().isTunnel();
            for (String name : away ? List.<String>of() : port.networks()) {
                Network network = view.model().networks().get(name);
                if (view.model().routerOf(name).isPresent() && network.hasGateway6()) {
                    List<Prefix> prefixes =
                            network.subnets().stream().filter(s -> !s.isV4()).toList();
                    boolean declared = port.endpoint().guards().contains(Guard.ADDRESSES)
                            && port.endpoint().addresses().stream().anyMatch(Inet6Address.class::isInstance);
                    DhcpServer.Six dhcp = known.computeIfAbsent(name, n -> DhcpServer.six(view.model(), network));
                    view.numbers(port)
                            .forEach(n -> out.add(new Listener(
                                    n,
                                    network.number(),
                                    port.tag(network),
                                    view.model().mtu(network),
                                    prefixes,
                                    !declared,
                                    dhcp,
                                    network.gateway6().orElseThrow(),
                                    network.dns().map(Dns::domain))));
                }
            }
        }
        return out;
    }

    /** No routers. */
    public static final RoutedNetworks NONE =
            new RoutedNetworks(0, Map.of(), Map.of(), List.of(), Map.of(), Set.of(), Map.of(), List.of());

    /** Those of a switch. */
    public static RoutedNetworks of(SwitchView view) {
        if (view.bridge().isEmpty() || view.model().routers().isEmpty()) {
            return NONE;
        }
        Map<Integer, Link> links = new HashMap<>();
        Map<Integer, List<Network>> gateways = new HashMap<>();
        Map<Integer, Integer> mtus = new HashMap<>();
        List<Claim> claims = new ArrayList<>();
        Map<Long, InetAddress> hops = new HashMap<>();
        Set<Neighbours.Wanted> needed = new HashSet<>();
        RoutersHere.hops(view).forEach(hop -> hops.put(Neighbours.hop(hop), hop));
        for (Router router : RoutersHere.of(view)) {
            for (Network n : RoutersHere.networks(view, router)) {
                links.put(n.number(), new Link(n.subnets(), n.gateways()));
                Mtus.limit(view, router, n).ifPresent(mtu -> mtus.put(n.number(), mtu));
            }
            gateways.put(
                    Metadata.ofRouter(router.number()),
                    router.networks().stream().map(view.model().networks()::get).toList());
            RoutersHere.leaves(view, router).ifPresent(o -> {
                Network beyond = view.model().networks().get(o.network());
                int number = beyond.number();
                Mtus.limit(view, router, beyond).ifPresent(mtu -> mtus.put(Metadata.ofRouter(router.number()), mtu));
                if (!RoutersHere.joins(view, router)
                        && RoutersHere.outside(view, router).isPresent()) {
                    claims.add(Claim.of(view, router, o, number));
                }
                List<Inet4Address> floating = RoutersHere.floatings(view, router).stream()
                        .map(Router.Floating::outside)
                        .toList();
                if (!floating.isEmpty()) {
                    claims.add(Claim.ofGuests(view, floating, number));
                }
                o.gateway().ifPresent(g -> needed.add(new Neighbours.Wanted(number, g)));
                links.merge(number, new Link(List.of(o.subnet()), RoutersHere.addresses(view, router)), Link::and);
            });
        }
        return new RoutedNetworks(
                Gateways.mac(view.host().get()), links, gateways, listeners(view), hops, needed, mtus, claims);
    }

    /** The router that joins a network, by their numbers in the metadata. */
    public OptionalInt routerOf(int network) {
        return gateways.entrySet().stream()
                .filter(e -> e.getValue().stream().anyMatch(n -> n.number() == network))
                .mapToInt(Map.Entry::getKey)
                .findFirst();
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
