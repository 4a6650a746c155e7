package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
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
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** @param here the router's networks that the switch carries @param own the MAC from which it sends */
    Routes(SwitchView view, FlowSink sink, Router router, Set<Network> here, long own, Exits exits) {
        this.view = view;
        this.sink = sink;
        this.router = router;
        this.here = here;
        this.own = own;
        this.exits = exits;
    }

    void contribute() {
        for (String name : router.networks()) {
            Network network = view.model().networks().get(name);
            network.subnets().forEach(s -> connected(network, s));
        }
        router.outside().ifPresent(this::out);
        for (Router.Route route : router.routes()) {
            if (route.via().isPresent()) {
                byHop(route, route.via().get());
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
        add(
                subnet,
                onto(network, 0),
                Reason.note(
                        "routed",
                        "router " + router.name() + ": routes to " + network.name(),
                        router.name(),
                        network.name(),
                        subnet.toString()));
    }

    /** What goes out: on the host that has the way out, into the tables that translate; on others, to that host. */
    private void out(Router.Outside outside) {
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

    private Reason leavesBy(String host) {
        return Reason.note("routed-out", "router " + router.name() + ": routes out by " + host, router.name(), host);
    }

    private void leave(Prefix to, boolean direct, long target, Reason reason) {
        Network outside =
                view.model().networks().get(router.outside().orElseThrow().network());
        Action[] measure = exits.here()
                ? Mtus.limit(view, router, outside).stream()
                        .mapToObj(Mtus::measure)
                        .toArray(Action[]::new)
                : new Action[0];
        Instructions out = Instructions.apply(measure)
                .write(target, Metadata.TARGET_MASK | FLAGS)
                .then(Table.SOURCE.number());
        add(to, direct ? exits.ahead().values().iterator().next() : out, reason);
    }

    /** Sends packets to the host that has the way out, of several. */
    private void byTurn(Router.Outside outside) {
        Match at = Match.ALL.with(Field.METADATA, Metadata.inNetwork(Metadata.ofRouter(router.number())));
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
            var first = exits.others().entrySet().iterator().next();
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

    private void byHop(Router.Route route, InetAddress via) {
        Network network = router.networks().stream()
                .map(view.model().networks()::get)
                .filter(n -> n.contains(via))
                .findFirst()
                .orElseThrow();
        if (!here.contains(network)) {
            drop(route, "not-on-host", "network " + network.name() + " is not on this host");
            return;
        }
        add(
                route,
                onto(network, Neighbours.hop(via)),
                Reason.note(
                        "routed-by",
                        "router " + router.name() + ": routes to " + route.text() + " by " + via.getHostAddress(),
                        router.name(),
                        route.text()));
    }

    private Instructions onto(Network network, long target) {
        List<Action> actions = new ArrayList<>();
        if (router.outside().isPresent() || !router.insideServices().isEmpty()) {
            // What translation has found out is no concern of the receiver's lists.
            actions.add(new Action.CtClear());
        }
        Mtus.limit(view, router, network).ifPresent(mtu -> actions.add(Mtus.measure(mtu)));
        actions.add(new Action.DecTtl());
        actions.add(new Action.SetField(Field.ETH_SRC, own));
        return Instructions.apply(actions.toArray(Action[]::new))
                .write(network.number() | target, Metadata.NETWORK_MASK | Metadata.TARGET_MASK | FLAGS)
                .then(Table.NEIGHBOUR.number());
    }

    private void drop(Prefix to, String kind, String why) {
        drop(new Router.Route(to, Optional.empty(), Optional.empty()), kind, why);
    }

    private void drop(Router.Route route, String kind, String why) {
        add(
                route,
                Instructions.DROP,
                Reason.drop(kind, "router " + router.name() + ": " + why, router.name(), route.text()));
    }

    private void add(Prefix to, Instructions does, Reason reason) {
        add(new Router.Route(to, Optional.empty(), Optional.empty()), does, reason);
    }

    private void add(Router.Route route, Instructions does, Reason reason) {
        Masked at = Metadata.inNetwork(Metadata.ofRouter(router.number()));
        Match match = Address.to(route.to()).with(Field.METADATA, at);
        Match some =
                route.from().map(f -> match.and(Address.from(f)).orElseThrow()).orElse(match);
        int bySource = route.from().map(f -> 1 + f.length()).orElse(0);
        sink.add(Table.ROUTE, SHORTEST + SOURCES * route.to().length() + bySource, some, does, reason);
    }
}
