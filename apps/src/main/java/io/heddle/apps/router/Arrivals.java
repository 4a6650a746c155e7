package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * By which of several next routers packets came. The router of the host where they come in sends them on from a MAC that
 * says so, and the switch of the receiver notes it in the mark of the connection: that switch gets the answer. The
 * receiver may be on any host, so nothing but the frame itself can tell it.
 */
final class Arrivals {
    private static final int COMES = 106;
    private static final int NOTED = 50;

    private final SwitchView view;
    private final FlowSink sink;
    private final Router router;
    private final Set<Network> here;
    private final long own;
    private final Spread spread;

    /** @param here the router's networks that the switch carries @param own the MAC from which it sends */
    Arrivals(SwitchView view, FlowSink sink, Router router, Set<Network> here, long own, Spread spread) {
        this.view = view;
        this.sink = sink;
        this.router = router;
        this.here = here;
        this.own = own;
        this.spread = spread;
    }

    void contribute(Exits exits) {
        guard();
        for (Router.Route route : router.routes()) {
            if (route.spreads()) {
                route.via()
                        .forEach(hop -> here.stream()
                                .filter(n -> n.contains(hop.address()))
                                .forEach(
                                        n -> mac(n, hop).ifPresent(mac -> comes(exits, route, n, hop.address(), mac))));
            }
        }
        spread.numbers().forEach((address, number) -> here.forEach(network -> noted(network, address, number)));
    }

    /** The MAC that the file declares for a next router, or with which it has answered. */
    private OptionalLong mac(Network network, Router.Hop hop) {
        return Neighbours.declared(view, network).stream()
                .map(Port::endpoint)
                .filter(e -> e.addresses().contains(hop.address()))
                .map(e -> e.mac())
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(hop.mac());
    }

    /** Packets from a next router whose answers would take the route. */
    private void comes(Exits exits, Router.Route route, Network network, InetAddress address, long mac) {
        Instructions enters = exits.entrance();
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.SetField(Field.REG5, spread.numbers().get(address)));
        actions.addAll(enters.apply());
        Instructions does = new Instructions(0, actions, enters.metadata(), enters.next());
        Match from = Address.from(route.to())
                .and(Protocols.ip(address instanceof Inet4Address))
                .orElseThrow()
                .with(Field.METADATA, Metadata.inNetwork(network.number()))
                .with(Field.ETH_SRC, mac);
        Match match =
                route.from().map(f -> from.and(Address.to(f)).orElseThrow()).orElse(from);
        Reason reason = Reason.note(
                "comes-by",
                "router " + router.name() + ": what comes from " + route.to() + " by " + address.getHostAddress()
                        + " says so",
                router.name(),
                network.name(),
                route.text(),
                address.getHostAddress());
        for (long to : new long[] {Gateways.MAC, own}) {
            sink.add(Table.GATEWAY, COMES, match.with(Field.ETH_DST, to), does, reason);
        }
    }

    /** Notes in the mark of a connection by which next router it came. */
    private void noted(Network network, InetAddress address, int number) {
        Match match = Protocols.ip(address instanceof Inet4Address)
                .with(Field.METADATA, Metadata.inNetwork(network.number()))
                .with(Field.ETH_SRC, Gateways.macsByHop(number));
        sink.add(
                Table.SERVED,
                NOTED,
                match,
                Instructions.apply(spread.came(number)).then(Table.TRACK_TO.number()),
                Reason.note(
                        "came-by",
                        "router " + router.name() + ": notes that a connection came by " + address.getHostAddress(),
                        router.name(),
                        network.name(),
                        address.getHostAddress()));
    }

    /** No guest says by whom a packet came, and frames of this host that come back are a loop. */
    private void guard() {
        Match from = Match.ALL.with(Field.ETH_SRC, Gateways.macsByHop());
        view.bridge().orElseThrow().ports().values().stream()
                .filter(p -> WayOutGuard.isGuest(p) && p.networks().stream().anyMatch(router.networks()::contains))
                .flatMap(p -> view.numbers(p).stream())
                .forEach(n -> sink.add(
                        Table.ADMISSION,
                        RouterApp.FORGED,
                        from.with(Field.IN_PORT, n),
                        Instructions.DROP,
                        RouterApp.ROUTER_MAC));
    }

    /** Likewise, for all routers of a switch. */
    static void loops(SwitchView view, FlowSink sink) {
        sink.add(
                Table.ADMISSION,
                RouterApp.FORGED,
                Match.ALL.with(Field.ETH_SRC, Gateways.macsByHop(view.host().orElseThrow())),
                Instructions.DROP,
                RouterApp.ROUTER_MAC);
    }
}
