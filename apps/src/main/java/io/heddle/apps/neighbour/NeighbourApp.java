package io.heddle.apps.neighbour;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
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
 * Answers ARP requests and neighbour solicitations on the switch that receives them, for every address that the network
 * file gives together with its MAC. So requests for known addresses do not flood the mesh. Unanswered are the requests
 * of the address's owner, which look for duplicates, and requests from an uplink or a tunnel, because the switch of the
 * requesting host answers them.
 *
 * <p>Source: RFC 826, RFC 4861 §4.3 and §4.4, RFC 5227.
 */
public final class NeighbourApp implements FlowContributor {
    private static final int UNANSWERED = 170;
    private static final int OWNER = 160;
    private static final int ANSWERED = 150;
    private static final int ADVERTISEMENT = 136;
    private static final int TARGET_LINK_ADDRESS = 2;
    /** Solicited and override (RFC 4861 §4.4). */
    private static final long FLAGS = 0x6000_0000L;
    /** The flag of routers: without it, a host forgets that the sender is its gateway (RFC 4861 §7.2.5). */
    private static final long IS_ROUTER = 0x8000_0000L;

    private static final Match SOLICIT = Protocols.SOLICITATION.with(Field.ICMPV6_CODE, 0);
    private static final Instructions FLOOD = Instructions.go(Table.FLOOD.number());

    @Override
    public String name() {
        return "neighbour";
    }

    @Override
    public int number() {
        return 8;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        if (view.bridge().isEmpty()) {
            return;
        }
        boolean any = false;
        for (String name :
                view.model().networks(view.host().orElseThrow(), view.bridge().get())) {
            any |= network(view, sink, view.model().networks().get(name));
        }
        if (any) {
            Reason reason = Reason.note(
                    "question-from-outside",
                    "neighbour: this switch does not answer requests from uplinks and tunnels");
            Masked uplink = Masked.of(Metadata.UPLINK, Metadata.UPLINK);
            boolean hasPrivate =
                    view.bridge().get().ports().values().stream().anyMatch(p -> p.policy() == Port.Policy.PRIVATE);
            for (Match request : new Match[] {Protocols.ARP_REQUEST, SOLICIT}) {
                sink.add(Table.FORWARD, UNANSWERED, request.with(Field.METADATA, uplink), FLOOD, reason);
                if (hasPrivate) {
                    sink.add(
                            Table.FORWARD,
                            UNANSWERED,
                            request.with(Field.METADATA, Masked.of(Metadata.PRIVATE, Metadata.PRIVATE)),
                            FLOOD,
                            Reason.note(
                                    "question-from-private-port",
                                    "neighbour: Open vSwitch cannot send an answer back to a private port, "
                                            + "so the address's owner must answer"));
                }
                view.tunnelPort()
                        .ifPresent(t ->
                                sink.add(Table.FORWARD, UNANSWERED, request.with(Field.IN_PORT, t), FLOOD, reason));
            }
        }
    }

    private static boolean network(SwitchView view, FlowSink sink, Network network) {
        // A network without a VNI is local to its bridge, even if other bridges use the same name.
        List<Port> known = network.vni().isPresent()
                ? view.model().endpoints(network)
                : view.bridge().orElseThrow().endpoints(network);
        for (Port port : known) {
            port.endpoint()
                    .addresses()
                    .forEach(a -> answer(sink, network, a, port.endpoint().mac().getAsLong()));
        }
        boolean routed = view.model().routerOf(network.name()).isPresent();
        if (routed) {
            network.gateways().forEach(a -> answer(sink, network, a, Gateways.MAC));
            view.model().services(network).forEach(a -> answer(sink, network, a, Gateways.MAC));
            if (network.hasGateway6()) {
                answer(sink, network, Gateways.linkLocal(), Gateways.MAC);
            }
        }
        return routed || !known.isEmpty();
    }

    private static void answer(FlowSink sink, Network network, InetAddress address, long mac) {
        Masked in = Metadata.inNetwork(network.number());
        Reason reason = Reason.note(
                "known-neighbour",
                "neighbour: " + address.getHostAddress() + " of " + network.name() + " is known",
                address.getHostAddress(),
                network.name());
        if (address instanceof Inet4Address) {
            Masked ip = Masked.address(Field.ARP_TPA, address);
            Match request = Protocols.ARP_REQUEST.with(Field.ARP_TPA, ip).with(Field.METADATA, in);
            sink.add(Table.FORWARD, OWNER, request.with(Field.ETH_SRC, mac), FLOOD, reason);
            sink.add(Table.FORWARD, ANSWERED, request, arpReply(ip, mac), reason);
            return;
        }
        Masked target = Masked.address(Field.ND_TARGET, address);
        Match solicitation = SOLICIT.with(Field.ND_TARGET, target).with(Field.METADATA, in);
        sink.add(Table.FORWARD, OWNER, solicitation.with(Field.ETH_SRC, mac), FLOOD, reason);
        // Duplicate address detection (RFC 4862 §5.4): a host asks whether this address is free. The owner must answer.
        sink.add(
                Table.FORWARD,
                UNANSWERED,
                solicitation.with(Field.IPV6_SRC, Masked.exact(Field.IPV6_SRC, 0, 0)),
                FLOOD,
                reason);
        sink.add(Table.FORWARD, ANSWERED, solicitation, advertisement(target, mac), reason);
        sink.add(
                Table.ANSWER,
                ANSWERED,
                Protocols.ADVERTISEMENT.with(Field.ND_TARGET, target).with(Field.METADATA, in),
                Instructions.apply(new Action.SetField(Field.ND_TLL, mac), new Action.Output(PortNumber.IN_PORT)),
                reason);
    }

    /** Turns an ARP request into the reply, and sends it back. @param ip the address asked for @param mac its MAC */
    public static Instructions arpReply(Masked ip, long mac) {
        return Instructions.apply(
                new Action.Move(Field.ETH_SRC, Field.ETH_DST),
                new Action.SetField(Field.ETH_SRC, mac),
                new Action.SetField(Field.ARP_OP, 2),
                new Action.Move(Field.ARP_SHA, Field.ARP_THA),
                new Action.Move(Field.ARP_SPA, Field.ARP_TPA),
                new Action.SetField(Field.ARP_SHA, mac),
                new Action.SetField(Field.ARP_SPA, ip),
                new Action.Output(PortNumber.IN_PORT));
    }

    private static Instructions advertisement(Masked target, long mac) {
        return Instructions.apply(
                        new Action.Move(Field.ETH_SRC, Field.ETH_DST),
                        new Action.SetField(Field.ETH_SRC, mac),
                        new Action.Move(Field.IPV6_SRC, Field.IPV6_DST),
                        new Action.SetField(Field.IPV6_SRC, target),
                        new Action.SetField(Field.ICMPV6_TYPE, ADVERTISEMENT),
                        new Action.SetField(Field.ND_OPTIONS_TYPE, TARGET_LINK_ADDRESS),
                        new Action.SetField(Field.ND_RESERVED, mac == Gateways.MAC ? FLAGS | IS_ROUTER : FLAGS))
                .then(Table.ANSWER.number());
    }
}
