package io.heddle.apps.dhcp;

import com.google.common.net.InetAddresses;
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
import java.util.List;
import java.util.Objects;

/**
 * Hands what hosts ask of all DHCP servers to the controller, which relays it, and what the servers answer to the
 * gateway. What hosts ask of one server, such as to renew their lease of IPv4, is routed there like any other packet.
 *
 * <p>Source: RFC 2131 §4.1, RFC 1542 §4.1, RFC 8415 §19.
 */
final class Relay {
    /** Above the router's own addresses, which refuse all other ports; below what is not routable. */
    private static final int TO_RELAY = 305;

    private Relay() {}

    /** @param networks of the bridge */
    static void contribute(SwitchView view, FlowSink sink, List<Network> networks) {
        NetworkModel model = view.model();
        for (Network network : networks) {
            if (!network.dhcpServers4().isEmpty()) {
                DhcpApp.take(
                        view,
                        sink,
                        network,
                        DhcpApp.TO_SERVER.with(Field.ETH_DST, DhcpApp.BROADCAST),
                        asks("relay-asks", network, ""));
                DhcpApp.watch(sink, network);
            }
            if (!network.dhcpServers6().isEmpty()) {
                DhcpApp.take6(sink, network, asks("relay-asks-6", network, " by DHCPv6"));
                DhcpApp.watch6(sink, network);
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
    }

    private static Reason asks(String kind, Network network, String how) {
        return Reason.note(
                kind,
                "dhcp: the controller relays what hosts of " + network.name() + " ask" + how + " to their server",
                network.name());
    }

    private static void answers(FlowSink sink, Router router, Network network, InetAddress server) {
        boolean v4 = server instanceof Inet4Address;
        InetAddress gateway =
                v4 ? network.gateway4().orElseThrow() : network.gateway6().orElseThrow();
        Field from = v4 ? Field.IPV4_SRC : Field.IPV6_SRC;
        Field to = v4 ? Field.IPV4_DST : Field.IPV6_DST;
        Match match = (v4 ? DhcpApp.TO_SERVER : DhcpApp.TO_SERVER_6)
                .with(Field.METADATA, Metadata.inRouter(router.number()))
                .with(from, Masked.address(from, server))
                .with(to, Masked.address(to, gateway));
        String text = InetAddresses.toAddrString(server);
        Reason reason = Reason.note(
                "relay-answers",
                "dhcp: the controller relays what " + text + " answers hosts of " + network.name(),
                network.name(),
                text);
        sink.hand(Table.ROUTER, TO_RELAY, match, Purpose.RELAY, DhcpApp.MESSAGES_PER_SECOND, reason);
    }
}
