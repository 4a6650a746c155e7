package io.heddle.apps.dhcp;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Objects;

/**
 * Hands what hosts ask of all DHCP servers to the controller, which relays it, and what the servers answer to the
 * gateway. What hosts ask of one server, such as to renew their lease, is routed there like any other packet.
 *
 * <p>Source: RFC 2131 §4.1, RFC 1542 §4.1.
 */
final class Relay {
    /** Above the router's own addresses, which refuse all other ports; below what is not routable. */
    private static final int TO_RELAY = 305;

    private Relay() {}

    /** @return whether a network of the bridge has a relay */
    static boolean contribute(SwitchView view, FlowSink sink) {
        NetworkModel model = view.model();
        boolean any = false;
        for (String name : view.bridge().orElseThrow().networks()) {
            Network network = model.networks().get(name);
            if (network != null && !network.dhcpServers().isEmpty()) {
                asks(view, sink, network);
                DhcpApp.watch(sink, network);
                any = true;
            }
        }
        // The server answers the gateway where the server is, which need not be where the hosts are.
        model.networks(view.host().orElseThrow(), view.bridge().get()).stream()
                .flatMap(n -> model.routerOf(n).stream())
                .distinct()
                .forEach(router -> router.networks().stream()
                        .map(model.networks()::get)
                        .filter(Objects::nonNull)
                        .forEach(n -> n.dhcpServers().forEach(s -> answers(sink, router, n, s))));
        return any;
    }

    private static void asks(SwitchView view, FlowSink sink, Network network) {
        Reason reason = Reason.note(
                "relay-asks",
                "dhcp: the controller relays what hosts of " + network.name() + " ask to their server",
                network.name());
        DhcpApp.take(view, sink, network, DhcpApp.TO_SERVER.with(Field.ETH_DST, DhcpApp.BROADCAST), reason);
    }

    private static void answers(FlowSink sink, Router router, Network network, Inet4Address server) {
        InetAddress gateway = network.gateway4().orElseThrow();
        Match match = DhcpApp.TO_SERVER
                .with(Field.METADATA, Metadata.inRouter(router.number()))
                .with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, server))
                .with(Field.IPV4_DST, Masked.address(Field.IPV4_DST, gateway));
        String text = server.getHostAddress();
        Reason reason = Reason.note(
                "relay-answers",
                "dhcp: the controller relays what " + text + " answers hosts of " + network.name(),
                network.name(),
                text);
        sink.hand(Table.ROUTER, TO_RELAY, match, Purpose.RELAY, DhcpApp.MESSAGES_PER_SECOND, reason);
    }
}
