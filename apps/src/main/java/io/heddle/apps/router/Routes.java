package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The routes of one router on one switch: a longer destination has a higher priority, and then a longer source. */
final class Routes {
    private static final int SHORTEST = 100;
    /** Priorities of one length of destination: for all sources, and for each length of source. */
    private static final int SOURCES = 130;

    private static final int LEFT = 510;
    private static final int ELSEWHERE = 500;
    private static final int NOBODY = 100;
    private static final Prefix EVERYTHING = Prefix.parse("0.0.0.0/0");
    /** What a frame brings along from its port, and what is no longer true of it. */
    private static final long FLAGS = Metadata.UPLINK | Metadata.PRIVATE;

    private final SwitchView view;
    private final FlowSink sink;
    private final Router router;
    private final Set<Network> here;
    private final long own;
    private final Exits exits;
    private final Spread spread;

    /** @param here the router's networks that the switch carries @param own the MAC from which it sends */
    Routes(SwitchView view, FlowSink sink, Router router, Set<Network> here, long own, Exits exits, Spread spread) {
        this.view = view;
        this.sink = sink;
        this.router = router;
        this.here = here;
        this.own = own;
        this.exits = exits;
        this.spread = spread;
    }

    void contribute() {
        for (String name : router.networks()) {
            Network network = view.model().networks().get(name);
            network.subnets().forEach(s -> connected(network, s));
            if (here.contains(network)) {
                spread.numbers()
                        .forEach((address, number) -> network.subnets().stream()
                                .filter(s -> s.isV4() == address instanceof Inet4Address)
                                .forEach(s -> arrived(network, s, number)));
            }
        }
        router.outside().ifPresent(this::out);
        for (Router.Route route : router.routes()) {
            if (route.spreads()) {
                spread(route);
            } else if (route.via().size() == 1) {
                byHop(route, route.via().get(0).address());
            } else {
                drop(route, "route-to-nowhere", "its route to " + route.text() + " leads nowhere");
            }
        }
    }

    private void connected(Network network, Prefix subnet) {
        if (!here.contains(network)) {
            drop(subnet, "not-on-host", "network " + network.name() + " is not on this host");
            return;
        }
        add(subnet, onto(network, 0, own), routed(network, subnet));
    }

    private Reason routed(Network network, Prefix subnet) {
        return Reason.note(
                "routed",
                "router " + router.name() + ": routes to " + network.name(),
                router.name(),
                network.name(),
                subnet.toString());
    }

    /** What goes out: on the host that has the way out, into the tables that translate; on others, to that host. */
    private void out(Router.Outside outside) {
        List<Router.Floating> floatings = RoutersHere.floatings(view, router);
        floatings.forEach(f -> outOfFloating(f, outside));
        view.model().homes(router).forEach((floating, place) -> {
            Prefix address = new Prefix(floating.outside(), Integer.SIZE);
            if (!floatings.contains(floating) && router.routes().stream().noneMatch(r -> r.to().equals(address))) {
                toFloating(floating, place.host());
            }
        });
        if (!exits.here() && exits.ahead().isEmpty()) {
            drop(
                    EVERYTHING,
                    "no-way-out",
                    "no network joins this host and " + String.join(", ", outside.hosts()) + ", where the way out is");
            return;
        }
        boolean direct = !exits.here() && !exits.asks();
        String host = exits.asks()
                ? ""
                : exits.here()
                        ? view.host().orElseThrow().name()
                        : outside.hosts().get(0);
        Reason reason = exits.asks()
                ? Reason.note(
                        "leaves",
                        "router " + router.name() + ": leaves by the first host whose way out works",
                        router.name())
                : leavesBy(host);
        leave(outside.subnet(), direct, 0, reason);
        outside.gateway().ifPresent(g -> leave(EVERYTHING, direct, Neighbours.hop(g), reason));
        if (exits.asks()) {
            byTurn(outside);
        }
    }

    /** The host of the guest with an outside address translates also what comes from inside. */
    private void toFloating(Router.Floating floating, Host home) {
        String text = floating.outside().getHostAddress();
        Reason reason = Reason.note(
                "to-floating", "router " + router.name() + ": " + text + " is on " + home.name(), router.name(), text);
        Exits.to(view, home, here, own)
                .ifPresent(way -> add(new Prefix(floating.outside(), Integer.SIZE), way, reason));
    }

    /** Its packets leave from here, wherever the way out is. A route of the file for the same packets counts more. */
    private void outOfFloating(Router.Floating floating, Router.Outside outside) {
        Prefix inside = new Prefix(floating.inside(), Integer.SIZE);
        Map<Prefix, Long> targets = new LinkedHashMap<>();
        targets.put(outside.subnet(), 0L);
        outside.gateway().ifPresent(g -> targets.put(EVERYTHING, Neighbours.hop(g)));
        targets.forEach((to, target) -> {
            boolean declared = router.routes().stream()
                    .anyMatch(r -> r.to().equals(to)
                            && r.from()
                                    .filter(f -> f.contains(floating.inside()))
                                    .isPresent());
            if (!declared) {
                add(
                        new Router.Route(to, Optional.of(inside), List.of()),
                        leaving(target),
                        Reason.note(
                                "leaves-itself",
                                "router " + router.name() + ": "
                                        + inside.address().getHostAddress()
                                        + " has an outside address, and leaves from its own host",
                                router.name(),
                                inside.toString(),
                                to.toString()));
            }
        });
    }

    private Reason leavesBy(String host) {
        return Reason.note("routed-out", "router " + router.name() + ": routes out by " + host, router.name(), host);
    }

    private void leave(Prefix to, boolean direct, long target, Reason reason) {
        add(to, direct ? exits.ahead().values().iterator().next() : leaving(target), reason);
    }

    /** Hands a packet to the translations. @param target the next router; 0 if the destination is the next hop */
    private Instructions leaving(long target) {
        Network outside =
                view.model().networks().get(router.outside().orElseThrow().network());
        Action[] measure = RoutersHere.leaves(view, router).isPresent()
                ? Mtus.limit(view, router, outside).stream()
                        .mapToObj(Mtus::measure)
                        .toArray(Action[]::new)
                : new Action[0];
        return Instructions.apply(measure)
                .write(target, Metadata.TARGET_MASK | FLAGS)
                .then(Table.SOURCE.number());
    }

    /** Sends packets to the host that has the way out, of several. */
    private void byTurn(Router.Outside outside) {
        Match at = Match.ALL.with(Field.METADATA, Metadata.inRouter(router.number()));
        exits.others()
                .forEach((host, way) ->
                        sink.add(Table.SOURCE, ELSEWHERE, exits.has(host, at), way, leavesBy(host.name())));
        if (exits.here() && !exits.isSure()) {
            Reason dead = Reason.drop(
                    "way-out-dead",
                    "router " + router.name() + ": the way out works on none of " + String.join(", ", outside.hosts()),
                    router.name());
            sink.add(Table.SOURCE, ELSEWHERE, exits.nobody(at), Instructions.DROP, dead);
        }
        if (!exits.here() || exits.joins()) {
            // A switch that has just begun to probe sees no difference to hosts that are dead.
            var first = exits.first();
            String host = first.getKey().name();
            Reason blind = Reason.note(
                    "leaves-by-first",
                    "router " + router.name() + ": routes out by " + host + ", as the way out seems to work on none of "
                            + String.join(", ", outside.hosts()),
                    router.name(),
                    host);
            if (exits.here()) {
                sink.add(Table.SOURCE, LEFT, exits.left(at), first.getValue(), blind);
            } else {
                sink.add(Table.SOURCE, NOBODY, at, first.getValue(), blind);
            }
        }
    }

    /** Packets from one of several next routers go on from a MAC that says so, see {@link Arrivals}. */
    private void arrived(Network network, Prefix subnet, int number) {
        long mac = Gateways.mac(view.host().orElseThrow(), number);
        // A route for some sources counts more than the network itself, and is at the same priority if it is for all.
        Router.Route here = new Router.Route(subnet, Optional.of(EVERYTHING), List.of());
        if (router.routes().stream()
                .noneMatch(r -> r.to().equals(subnet.canonical())
                        && r.from().filter(f -> f.length() == 0).isPresent())) {
            Match match = Address.to(subnet)
                    .with(Field.METADATA, Metadata.inRouter(router.number()))
                    .with(Field.REG5, number);
            sink.add(Table.ROUTE, priority(here), match, onto(network, 0, mac), routed(network, subnet));
        }
    }

    /** Spreads connections over the next routers that the switch reaches. */
    private void spread(Router.Route route) {
        Map<Router.Hop, Network> hops = new LinkedHashMap<>();
        for (Router.Hop hop : route.via()) {
            Network network = network(hop.address());
            if (here.contains(network)) {
                hops.put(hop, network);
            }
        }
        if (hops.isEmpty()) {
            drop(route, "not-on-host", "no network that leads to " + route.to() + " is on this host");
            return;
        }
        Match ip = Protocols.ip(route.to().isV4());
        Instructions choose = spread.choose(route, hops, ip, (network, target) -> onto(network, target, own));
        add(
                route,
                choose,
                Reason.note(
                        "next-routers",
                        "router " + router.name() + ": routes to " + route.text() + " by "
                                + hops.keySet().stream()
                                        .map(h -> h.address().getHostAddress())
                                        .collect(Collectors.joining(" or ")),
                        router.name(),
                        route.text()));
    }

    private Network network(InetAddress hop) {
        return view.model().joined(router, hop).orElseThrow();
    }

    private void byHop(Router.Route route, InetAddress via) {
        Network network = network(via);
        if (!here.contains(network)) {
            drop(route, "not-on-host", "network " + network.name() + " is not on this host");
            return;
        }
        add(
                route,
                onto(network, Neighbours.hop(via), own),
                Reason.note(
                        "routed-by",
                        "router " + router.name() + ": routes to " + route.text() + " by " + via.getHostAddress(),
                        router.name(),
                        route.text()));
    }

    /** @param from the MAC from which the packet goes on */
    private Instructions onto(Network network, long target, long from) {
        List<Action> actions = new ArrayList<>();
        if (router.outside().isPresent() || !router.insideServices().isEmpty() || router.spreads()) {
            // What translation has found out is no concern of the receiver's lists.
            actions.add(new Action.CtClear());
        }
        Mtus.limit(view, router, network).ifPresent(mtu -> actions.add(Mtus.measure(mtu)));
        actions.add(new Action.DecTtl());
        actions.add(new Action.SetField(Field.ETH_SRC, from));
        return Instructions.apply(actions.toArray(Action[]::new))
                .write(network.number() | target, Metadata.NETWORK_MASK | Metadata.TARGET_MASK | FLAGS)
                .then(Table.NEIGHBOUR.number());
    }

    private void drop(Prefix to, String kind, String why) {
        drop(new Router.Route(to, Optional.empty(), List.of()), kind, why);
    }

    private void drop(Router.Route route, String kind, String why) {
        add(
                route,
                Instructions.DROP,
                Reason.drop(kind, "router " + router.name() + ": " + why, router.name(), route.text()));
    }

    private void add(Prefix to, Instructions does, Reason reason) {
        add(new Router.Route(to, Optional.empty(), List.of()), does, reason);
    }

    private void add(Router.Route route, Instructions does, Reason reason) {
        Masked at = Metadata.inRouter(router.number());
        Match match = Address.to(route.to()).with(Field.METADATA, at);
        Match some =
                route.from().map(f -> match.and(Address.from(f)).orElseThrow()).orElse(match);
        sink.add(Table.ROUTE, priority(route), some, does, reason);
    }

    private static int priority(Router.Route route) {
        int bySource = route.from().map(f -> 1 + f.length()).orElse(0);
        return SHORTEST + SOURCES * route.to().length() + bySource;
    }
}
