package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.apps.vlan.VlanApp;
import io.heddle.flows.model.Gateways;
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
import java.util.List;

/**
 * What ends at a router, or never gets past one: pings of its addresses, packets whose TTL is used up, addresses of one
 * link. The switch answers pings by itself; the controller answers the rest, within a meter.
 */
final class Own {
    private static final int PING = 320;
    private static final int LINK_ONLY = 310;
    private static final int TO_ROUTER = 300;
    private static final int USED_UP = 200;
    private static final int ON = 0;

    /** Addresses that are valid on one link only, or for several hosts. */
    private static final List<String> NOT_ROUTED =
            List.of("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8");

    private Own() {}

    /** Entries that all routers share. */
    static void shared(FlowSink sink) {
        Reason here = Reason.drop("not-routable", "router: an address or message that stays on its link");
        for (String prefix : NOT_ROUTED) {
            sink.add(Table.ROUTER, LINK_ONLY, Address.to(Prefix.parse(prefix)), Instructions.DROP, here);
        }
        // Router and neighbour solicitations, advertisements and redirects (RFC 4861).
        for (int type = 133; type <= 137; type++) {
            sink.add(Table.ROUTER, LINK_ONLY, Protocols.icmpv6(type), Instructions.DROP, here);
        }
        Protocols.IP.forEach(ip -> usedUp(sink, USED_UP, ip));
        Reason nowhere = Reason.drop("no-route", "router: has no route to the address");
        sink.add(Table.ROUTE, 0, Match.ALL, Instructions.DROP, nowhere);
        Reason on = Reason.note("routes", "router: looks for a route");
        Instructions route = Instructions.apply(Departure.NO_PORT).then(Table.ROUTE.number());
        sink.add(Table.ROUTER, ON, Match.ALL.with(Field.VLAN_VID, VlanApp.UNTAGGED), route, on);
        Instructions untag =
                Instructions.apply(new Action.PopVlan(), Departure.NO_PORT).then(Table.ROUTE.number());
        sink.add(Table.ROUTER, ON, Match.ALL.with(Field.VLAN_VID, VlanApp.TAGGED), untag, on);
    }

    /** The senders of packets that would go on hear that the TTL is used up. */
    static void usedUp(FlowSink sink, int priority, Match match) {
        Reason expired = Reason.note("ttl-exceeded", "router: the TTL is used up, and its sender is told so");
        for (int ttl = 0; ttl <= 1; ttl++) {
            hand(sink, priority, match.with(Field.IP_TTL, ttl), expired);
        }
    }

    /** Entries for the addresses of a router. */
    static void contribute(SwitchView view, FlowSink sink, Router router) {
        Masked at = Metadata.inRouter(router.number());
        for (String name : router.networks()) {
            for (InetAddress gateway : view.model().networks().get(name).gateways()) {
                Match to = Address.to(gateway).with(Field.METADATA, at);
                String text = gateway.getHostAddress();
                sink.add(
                        Table.ROUTER,
                        PING,
                        Echo.request(to, gateway),
                        Echo.back(gateway, Gateways.MAC),
                        Reason.note(
                                "gateway-ping",
                                "router " + router.name() + ": " + text + " answers pings",
                                router.name(),
                                text));
                hand(
                        sink,
                        TO_ROUTER,
                        to,
                        Reason.note(
                                "to-gateway",
                                "router " + router.name() + ": " + text + " is its own address",
                                router.name(),
                                text));
            }
        }
    }

    private static void hand(FlowSink sink, int priority, Match match, Reason reason) {
        sink.hand(Table.ROUTER, priority, match, Purpose.ROUTER, RouterApp.ANSWERS_PER_SECOND, reason);
    }
}
