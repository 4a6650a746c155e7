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
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * What ends at a router, or never gets past one: pings of its addresses, packets whose TTL is used up, addresses of one
 * link. The switch answers pings by itself; the controller answers the rest, within a meter.
 */
final class Own {
    /** Packets a second for each switch to which the controller answers for a router. */
    private static final int ANSWERS_PER_SECOND = 200;

    private static final int PING = 320;
    private static final int LINK_ONLY = 310;
    private static final int TO_ROUTER = 300;
    private static final int USED_UP = 200;
    private static final int ON = 0;

    private static final int TTL = 64;
    private static final int ECHO_REQUEST_6 = 128;
    private static final int ECHO_REPLY_6 = 129;

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
        Reason expired = Reason.note("ttl-exceeded", "router: the TTL is used up, and its sender is told so");
        for (Match ip : Protocols.IP) {
            for (int ttl = 0; ttl <= 1; ttl++) {
                hand(sink, USED_UP, ip.with(Field.IP_TTL, ttl), expired);
            }
        }
        Reason nowhere = Reason.drop("no-route", "router: has no route to the address");
        sink.add(Table.ROUTE, 0, Match.ALL, Instructions.DROP, nowhere);
        Reason on = Reason.note("routes", "router: looks for a route");
        Instructions route = Instructions.apply(Departure.NO_PORT).then(Table.ROUTE.number());
        sink.add(Table.ROUTER, ON, Match.ALL.with(Field.VLAN_VID, VlanApp.UNTAGGED), route, on);
        Instructions untag =
                Instructions.apply(new Action.PopVlan(), Departure.NO_PORT).then(Table.ROUTE.number());
        sink.add(Table.ROUTER, ON, Match.ALL.with(Field.VLAN_VID, VlanApp.TAGGED), untag, on);
    }

    /** Entries for the addresses of a router. */
    static void contribute(SwitchView view, FlowSink sink, Router router) {
        Masked at = Masked.of(Metadata.ofRouter(router.number()), Metadata.NETWORK_MASK);
        for (String name : router.networks()) {
            for (InetAddress gateway : view.model().networks().get(name).gateways()) {
                Match to = Address.to(gateway).with(Field.METADATA, at);
                String text = gateway.getHostAddress();
                sink.add(
                        Table.ROUTER,
                        PING,
                        ping(to, gateway),
                        pong(gateway),
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
        sink.hand(Table.ROUTER, priority, match, Purpose.ROUTER, ANSWERS_PER_SECOND, reason);
    }

    private static Match ping(Match to, InetAddress gateway) {
        return gateway instanceof Inet4Address
                ? to.and(Protocols.ICMP).orElseThrow().with(Field.ICMP_TYPE, 8).with(Field.ICMP_CODE, 0)
                : to.and(Protocols.icmpv6(ECHO_REQUEST_6)).orElseThrow().with(Field.ICMPV6_CODE, 0);
    }

    private static Instructions pong(InetAddress gateway) {
        boolean v4 = gateway instanceof Inet4Address;
        Field src = v4 ? Field.IPV4_SRC : Field.IPV6_SRC;
        return Instructions.apply(
                new Action.Move(Field.ETH_SRC, Field.ETH_DST),
                new Action.SetField(Field.ETH_SRC, Gateways.MAC),
                new Action.Move(src, src.opposite()),
                new Action.SetField(src, Masked.address(src, gateway)),
                new Action.SetField(Field.IP_TTL, TTL),
                v4 ? new Action.SetField(Field.ICMP_TYPE, 0) : new Action.SetField(Field.ICMPV6_TYPE, ECHO_REPLY_6),
                new Action.Output(PortNumber.IN_PORT));
    }
}
