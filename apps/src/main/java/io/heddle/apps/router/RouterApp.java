package io.heddle.apps.router;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.apps.stateful.Zones;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Routers: every host routes the packets of its own guests. A packet to the gateway's MAC enters the router of its
 * network in {@link Table#GATEWAY}, finds its route and its next hop, and goes on as a frame of the network where that
 * is: through the lists of the port to which it goes, and by tunnel if it is on another host. The way back is the same
 * from the other side. What goes out passes the host that has the way out, see {@link WayOut}.
 *
 * <p>A routed frame has no tag, comes from no port, and has the MAC of this host's routers as its source. A neighbour
 * whose MAC no file declares is asked for by the controller; see {@link Neighbours#learnt}.
 */
public final class RouterApp implements FlowContributor {
    /** This app's number in cookies; entries of neighbours that answered carry {@link #LEARNT}. */
    public static final int NUMBER = 12;
    /** The cookie of learnt neighbours: the reconciler neither adds nor removes them. */
    public static final long LEARNT = Cookies.base(NUMBER);

    /** Packets a second for each switch to which the controller answers for a router. */
    public static final int ANSWERS_PER_SECOND = 200;

    /** Packets a second for each switch that wait for a neighbour that is not known yet. */
    private static final int UNKNOWN_PER_SECOND = 500;

    private static final int TO_OWN = 110;
    private static final int FROM_PEER = 105;
    private static final int TO_GATEWAY = 100;
    private static final int NOT_HERE = 120;
    static final int FORGED = 65_000;
    static final Reason ROUTER_MAC = Reason.drop("router-mac", "the source is the MAC of a router");
    private static final int FLOOD = 70;
    private static final int TOO_LONG = 300;

    @Override
    public String name() {
        return "router";
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public boolean readsLists() {
        return true;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        pass(sink, Table.GATEWAY, Reason.note("not-for-gateway", "router: not for a gateway"));
        pass(sink, Table.SERVED, Reason.note("not-served", "router: no answer of a service"));
        WayOutGuard.contribute(view, sink);
        Probes.contribute(view, sink);
        Set<Router> routers = RoutersHere.of(view);
        if (routers.isEmpty()) {
            return;
        }
        long own = Gateways.mac(view.host().orElseThrow());
        guard(view, sink, own);
        Own.shared(sink);
        Set<Network> outsides = new LinkedHashSet<>();
        Map<Router, Exits> all = new LinkedHashMap<>();
        Set<InetAddress> hops = RoutersHere.hops(view);
        Map<Zones.Key, Integer> zones = zones(view, routers);
        if (routers.stream().anyMatch(Router::spreads)) {
            Arrivals.loops(view, sink);
        }
        for (Router router : routers) {
            Set<Network> networks = RoutersHere.networks(view, router);
            Exits exits = new Exits(view, router, networks, own);
            all.put(router, exits);
            for (Network network : networks) {
                enter(view, sink, exits, router, network, own);
                link(view, sink, network, hops, own);
                bounds(view, sink, router, network);
                Advertised.contribute(view, sink, network);
            }
            Own.contribute(view, sink, router);
            Spread spread = new Spread(sink, router, zones.getOrDefault(Zones.ofNextRouters(router), 0));
            new Routes(view, sink, router, networks, own, exits, spread).contribute();
            if (router.spreads()) {
                new Arrivals(view, sink, router, networks, own, spread).contribute(exits);
            }
        }
        Map<Router, Router.Outside> ways = new LinkedHashMap<>();
        routers.forEach(r -> RoutersHere.leaves(view, r).ifPresent(o -> ways.put(r, o)));
        for (Router router : routers) {
            if (ways.containsKey(router) || !router.insideServices().isEmpty()) {
                Connections.known(sink, router);
            }
            if (!router.services().isEmpty()) {
                Set<Network> networks = RoutersHere.networks(view, router);
                new Balancer(view, sink, router, networks, zones.getOrDefault(Zones.ofRouter(router), 0)).contribute();
            }
        }
        ways.forEach((router, outside) -> {
            outsides.add(view.model().networks().get(outside.network()));
            Translations translations = new Translations(view, sink, router, outside, zones);
            translations.contribute();
            if (RoutersHere.outside(view, router).isPresent()) {
                Router whole = view.model().atWayOut(router);
                new WayOut(view, sink, whole, outside, all.get(router), translations).contribute();
            }
            new Floatings(view, router, translations, own).contribute();
        });
        outsides.forEach(network -> link(view, sink, network, hops, own));
    }

    /** The zones of the host, if its routers track connections. */
    private static Map<Zones.Key, Integer> zones(SwitchView view, Set<Router> routers) {
        boolean tracks = routers.stream()
                .anyMatch(r -> RoutersHere.leaves(view, r).isPresent()
                        || !r.insideServices().isEmpty()
                        || r.spreads());
        return tracks ? Zones.of(view.model(), view.host().orElseThrow()) : Map.of();
    }

    /** Frames that a table does not concern go on. */
    private static void pass(FlowSink sink, Table table, Reason reason) {
        sink.add(table, 0, Match.ALL, Instructions.go(table.next().number()), reason);
    }

    /** No guest may pass for a router, and frames of this host's routers that come back are a loop. */
    private static void guard(SwitchView view, FlowSink sink, long own) {
        for (long mac : new long[] {Gateways.MAC, own}) {
            sink.add(Table.ADMISSION, FORGED, Match.ALL.with(Field.ETH_SRC, mac), Instructions.DROP, ROUTER_MAC);
        }
        Match toGateway = Match.ALL.with(Field.ETH_DST, Gateways.MAC);
        Reason elsewhere = Reason.drop("gateway-elsewhere", "for the gateway, but not from a guest of this host");
        Masked uplink = Masked.of(Metadata.UPLINK, Metadata.UPLINK);
        sink.add(Table.GATEWAY, NOT_HERE, toGateway.with(Field.METADATA, uplink), Instructions.DROP, elsewhere);
        view.tunnelPort()
                .ifPresent(t -> sink.add(
                        Table.GATEWAY, NOT_HERE, toGateway.with(Field.IN_PORT, t), Instructions.DROP, elsewhere));
        // Hosts ask the gateway, which they know, whether it is still there.
        Reason asks = Reason.note("asks-gateway", "router: neighbour discovery is not routed");
        Match solicits = Protocols.SOLICITATION.with(Field.ETH_DST, Gateways.MAC);
        sink.add(
                Table.GATEWAY,
                TO_OWN,
                solicits,
                Instructions.go(Table.GATEWAY.next().number()),
                asks);
    }

    /** Takes the packets for the router of a network. */
    private static void enter(SwitchView view, FlowSink sink, Exits exits, Router router, Network network, long own) {
        Match in = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network.number()));
        Reason reason = Reason.note(
                "enters-router",
                "router " + router.name() + ": takes packets of " + network.name(),
                router.name(),
                network.name());
        Reason sent = Reason.note(
                "sent-to-router",
                "router " + router.name() + ": takes packets of " + network.name() + " that other hosts send to it",
                router.name(),
                network.name());
        for (Match ip : Protocols.IP) {
            for (long mac : new long[] {Gateways.MAC, own}) {
                Match to = in.and(ip).orElseThrow().with(Field.ETH_DST, mac);
                sink.add(Table.GATEWAY, TO_GATEWAY, to, exits.entrance(), reason);
            }
            if (exits.sorts()) {
                view.tunnelPort()
                        .ifPresent(t -> sink.add(
                                Table.GATEWAY,
                                FROM_PEER,
                                in.and(ip)
                                        .orElseThrow()
                                        .with(Field.ETH_DST, own)
                                        .with(Field.IN_PORT, t),
                                exits.arrival(0),
                                sent));
            }
        }
    }

    /** The controller tells the senders of packets that are too long for a network. */
    private static void bounds(SwitchView view, FlowSink sink, Router router, Network network) {
        if (Mtus.limit(view, router, network).isPresent()) {
            Match in = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network.number()));
            sink.hand(
                    Table.NEIGHBOUR,
                    TOO_LONG,
                    Mtus.tooLong(in),
                    Purpose.ROUTER,
                    ANSWERS_PER_SECOND,
                    tooLong(network.name()));
        }
    }

    static Reason tooLong(String network) {
        return Reason.note("too-long", "router: too long for " + network + ", and its sender is told so", network);
    }

    /** The neighbours of routers in a network: those that are known, those that answer, and the way to them. */
    private static void link(SwitchView view, FlowSink sink, Network network, Set<InetAddress> hops, long own) {
        Match in = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network.number()));
        Match answer = in.and(Protocols.ARP).orElseThrow().with(Field.ARP_OP, 2).with(Field.ETH_DST, own);
        Reason learns = Reason.note("neighbour-answers", "router: learns the neighbours that answer");
        sink.hand(Table.GATEWAY, TO_GATEWAY, answer, Purpose.NEIGHBOUR, UNKNOWN_PER_SECOND, learns);
        Match advertises = in.and(Protocols.ADVERTISEMENT).orElseThrow().with(Field.ETH_DST, own);
        sink.hand(Table.GATEWAY, TO_OWN, advertises, Purpose.NEIGHBOUR, UNKNOWN_PER_SECOND, learns);
        Neighbours.contribute(view, sink, network, hops, UNKNOWN_PER_SECOND);
        // NORMAL needs the network's tag on frames that come from no port.
        sink.add(
                Table.FLOOD,
                FLOOD,
                Departure.FROM_ROUTER.and(in).orElseThrow(),
                Departure.everywhere(view, network),
                Reason.note(
                        "routed-to-unknown", "router: to wherever the host is in " + network.name(), network.name()));
    }
}
