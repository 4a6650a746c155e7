package io.heddle.apps.dhcp;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.apps.neighbour.NeighbourApp;
import io.heddle.flows.model.DhcpServer;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Vtep;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Hands what hosts ask of a DHCP server to the controller, which answers. Only the switch of the asking host does so:
 * questions that come by an uplink or a tunnel pass on. What other servers say is copied, so that they are noticed.
 *
 * <p>Source: RFC 2131 §4.1, RFC 8415 §18.3.
 */
public final class DhcpApp implements FlowContributor {
    /** This app's number in cookies. */
    public static final int NUMBER = 13;

    /** Copies a second for each switch. */
    static final int MESSAGES_PER_SECOND = 500;

    /** Above a router, which takes packets to the gateway; below what it refuses from uplinks and tunnels. */
    private static final int ASKS = 115;

    private static final int ASKS_ELSEWHERE = 116;
    /** Below a router: it passes on what a server answers by the gateway. */
    static final int ANSWERS = 90;

    private static final int ANSWERS_ELSEWHERE = 91;
    private static final int KNOWN_SERVER = 150;
    private static final int SERVER_FROM_OUTSIDE = 151;
    /** Below what knows the source. */
    private static final int TEACHES = 40;

    static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final int SERVER_PORT = 67;
    private static final int CLIENT_PORT = 68;

    private static final Match UDP = Protocols.IPV4.with(Field.IP_PROTO, 17);
    static final Match TO_SERVER = UDP.with(Field.UDP_DST, SERVER_PORT);
    /** All DHCP servers and relay agents: ff02::1:2 (RFC 8415 §7.1). */
    private static final long ALL_SERVERS_6 = 0x3333_0001_0002L;

    private static final Match UDP6 = Protocols.IPV6.with(Field.IP_PROTO, 17);
    /** Messages to DHCPv6 servers and relay agents, from clients and other relay agents. */
    static final Match TO_SERVER_6 = UDP6.with(Field.UDP_DST, 547);

    private static final Match TO_ALL_SERVERS_6 = TO_SERVER_6.with(Field.ETH_DST, ALL_SERVERS_6);
    private static final Match TO_CLIENT_6 = UDP6.with(Field.UDP_SRC, 547).with(Field.UDP_DST, 546);
    private static final Match TO_CLIENT = UDP.with(Field.UDP_SRC, SERVER_PORT).with(Field.UDP_DST, CLIENT_PORT);

    @Override
    public String name() {
        return "dhcp";
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        if (view.bridge().isEmpty()) {
            return;
        }
        List<Network> networks = view.bridge().get().networks().stream()
                .map(view.model().networks()::get)
                .filter(Objects::nonNull)
                .toList();
        for (Network network : networks) {
            if (network.dhcp().isPresent()) {
                if (network.subnet4().isPresent()) {
                    serve(view, sink, network);
                }
                if (network.subnet4().isPresent() && network.gateway4().isEmpty()) {
                    answerForServer(view, sink, network);
                }
                if (network.subnet6().isPresent()) {
                    serve6(sink, network);
                }
            }
        }
        Relay.contribute(view, sink, networks);
        if (networks.stream().anyMatch(DhcpApp::takes4)) {
            elsewhere(view, sink, ANSWERS_ELSEWHERE, TO_CLIENT);
        }
        if (networks.stream().anyMatch(DhcpApp::takes6)) {
            elsewhere(view, sink, ASKS_ELSEWHERE, TO_ALL_SERVERS_6);
            elsewhere(view, sink, ANSWERS_ELSEWHERE, TO_CLIENT_6);
        }
    }

    /** Whether the controller takes what hosts of a network ask by DHCP of IPv4. */
    private static boolean takes4(Network n) {
        return n.dhcp().isPresent() && n.subnet4().isPresent()
                || !n.dhcpServers4().isEmpty();
    }

    /** Likewise by DHCPv6. */
    private static boolean takes6(Network n) {
        return n.dhcp().isPresent() && n.subnet6().isPresent()
                || !n.dhcpServers6().isEmpty();
    }

    private static void elsewhere(SwitchView view, FlowSink sink, int priority, Match match) {
        view.tunnelPort()
                .ifPresent(t -> sink.add(
                        Table.GATEWAY,
                        priority,
                        match.with(Field.IN_PORT, t),
                        Instructions.go(Table.GATEWAY.next().number()),
                        Reason.note("asked-elsewhere", "dhcp: the switch of the asking host answers")));
    }

    /** Hands what hosts of a network ask to the controller. @param asks must not match what other routers send here */
    static void take(SwitchView view, FlowSink sink, Network network, Match asks, Reason reason) {
        Match match = asks.with(Field.METADATA, Metadata.inNetworkFromHost(network.number()));
        sink.hand(Table.GATEWAY, ASKS, match, Purpose.DHCP, MESSAGES_PER_SECOND, reason);
        elsewhere(view, sink, ASKS_ELSEWHERE, match);
        if (match.exact(Field.ETH_DST).equals(Optional.of(BROADCAST))) {
            sink.add(
                    Table.LEARN,
                    TEACHES,
                    fromNoTunnel(view, match),
                    Instructions.go(Table.LEARN.next().number()),
                    Reason.note(
                            "dhcp-teaches",
                            "dhcp: the controller learns the source from the question that it gets",
                            network.name()));
        }
    }

    /** What another host's guests ask, the controller learns as ever. */
    private static Match fromNoTunnel(SwitchView view, Match match) {
        if (view.tunnelPort().isEmpty()) {
            return match;
        }
        boolean v6 = view.host().flatMap(Host::vtep).filter(Vtep::isV6).isPresent();
        Field from = v6 ? Field.TUN_IPV6_SRC : Field.TUN_SRC;
        return match.with(from, Masked.exact(from, 0));
    }

    /**
     * Whether a packet-in of this app also shows where its sender is, as the frame of a question was not copied for that: a thousand
     * hosts that ask at once would need twice as many packet-ins, more than Open vSwitch keeps. True for the answers of
     * other servers, too, whose frames were copied.
     */
    public static boolean teaches(int table, long destination) {
        return destination == BROADCAST && table == Table.GATEWAY.number();
    }

    private static void serve6(FlowSink sink, Network network) {
        take6(
                sink,
                network,
                Reason.note(
                        "dhcp6-asks",
                        "dhcp: the controller answers hosts of " + network.name() + " by DHCPv6",
                        network.name()));
        watch6(sink, network);
    }

    /** Hands what hosts of a network ask by DHCPv6 to the controller. */
    static void take6(FlowSink sink, Network network, Reason reason) {
        Match match = TO_ALL_SERVERS_6.with(Field.METADATA, Metadata.inNetworkFromHost(network.number()));
        sink.hand(Table.GATEWAY, ASKS, match, Purpose.DHCP, MESSAGES_PER_SECOND, reason);
    }

    /** Notices servers of DHCPv6 that nobody has declared. */
    static void watch6(FlowSink sink, Network network) {
        Action copy = sink.copy(Purpose.DHCP, Action.Copy.WHOLE, MESSAGES_PER_SECOND);
        sink.add(
                Table.GATEWAY,
                ANSWERS,
                TO_CLIENT_6.with(Field.METADATA, Metadata.inNetwork(network.number())),
                Instructions.apply(copy).then(Table.GATEWAY.next().number()),
                Reason.note(
                        "other-server-6", "dhcp: another server of IPv6 answers in " + network.name(), network.name()));
    }

    private static void serve(SwitchView view, FlowSink sink, Network network) {
        Reason asks =
                Reason.note("dhcp-asks", "dhcp: the controller answers hosts of " + network.name(), network.name());
        take(view, sink, network, TO_SERVER.with(Field.ETH_DST, BROADCAST), asks);
        // A client that has no address yet may send from any port; one that renews sends from its own (RFC 2131 §4.1).
        Match renews = TO_SERVER.with(Field.UDP_SRC, CLIENT_PORT);
        boolean routed = view.model().routerOf(network.name()).isPresent();
        take(view, sink, network, routed ? renews.with(Field.ETH_DST, Gateways.MAC) : renews, asks);
        watch(sink, network);
    }

    /** Notices servers that nobody has declared. */
    static void watch(FlowSink sink, Network network) {
        Action copy = sink.copy(Purpose.DHCP, Action.Copy.WHOLE, MESSAGES_PER_SECOND);
        sink.add(
                Table.GATEWAY,
                ANSWERS,
                TO_CLIENT.with(Field.METADATA, Metadata.inNetwork(network.number())),
                Instructions.apply(copy).then(Table.GATEWAY.next().number()),
                Reason.note("other-server", "dhcp: another server answers in " + network.name(), network.name()));
    }

    /** Without a gateway, nobody else answers ARP for the server's address, at which hosts renew their leases. */
    private static void answerForServer(SwitchView view, FlowSink sink, Network network) {
        Masked address = Masked.address(Field.ARP_TPA, DhcpServer.address(view.model(), network));
        Match request = Protocols.ARP_REQUEST
                .with(Field.ARP_TPA, address)
                .with(Field.METADATA, Metadata.inNetworkFromHost(network.number()));
        Reason reason =
                Reason.note("dhcp-server", "dhcp: the address of the DHCP server of " + network.name(), network.name());
        view.tunnelPort()
                .ifPresent(t -> sink.add(
                        Table.FORWARD,
                        SERVER_FROM_OUTSIDE,
                        request.with(Field.IN_PORT, t),
                        Instructions.go(Table.FLOOD.number()),
                        reason));
        long mac = Gateways.mac(view.host().orElseThrow());
        sink.add(Table.FORWARD, KNOWN_SERVER, request, NeighbourApp.arpReply(address, mac), reason);
    }
}
