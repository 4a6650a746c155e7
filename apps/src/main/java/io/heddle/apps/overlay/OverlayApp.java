package io.heddle.apps.overlay;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
import io.heddle.apps.vlan.VlanApp;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Vtep;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Networks that span hosts. Every bridge has one VXLAN port; its flow entries set the peer and the VNI. Frames to
 * unknown destinations go to every peer of their network (head-end replication). Frames from a tunnel never go into a
 * tunnel (split horizon), so a full mesh has no loop.
 *
 * <p>Whoever can send a UDP packet to the port could put frames into any network. So the bridge admits frames of a
 * network only from the VTEPs that are its peers. Networks with the same peers form a group, and share the entries for
 * them: with a full mesh of networks, a bridge has as many entries as networks and peers, not their product.
 */
public final class OverlayApp implements FlowContributor {
    private static final int NUMBER = 4;
    private static final int SPLIT_HORIZON = 300;
    private static final int REMOTE = 250;
    private static final int KNOWN_VNI = 100;
    private static final int TAGGED_INSIDE = 110;
    private static final int REST = 50;
    private static final int FROM_TUNNEL = 60;
    private static final int TO_PEERS = 50;

    @Override
    public String name() {
        return "overlay";
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        view.tunnelPort().ifPresent(tunnel -> {
            Match fromTunnel = Match.ALL.with(Field.IN_PORT, tunnel);
            refuse(sink, fromTunnel);
            Set<Host> all = new LinkedHashSet<>();
            Map<List<Host>, Integer> groups = groups(view);
            groups.forEach(
                    (peers, vni) -> peers.forEach(p -> admit(sink, p.vtep().orElseThrow(), vni)));
            for (Network network : view.overlays()) {
                List<Host> peers = view.peers(network);
                all.addAll(peers);
                admit(sink, fromTunnel, network, groups.get(peers));
                flood(sink, fromTunnel, network, peers, tunnel);
                encapsulate(sink, network);
            }
            all.forEach(peer -> send(view, sink, peer, tunnel));
        });
    }

    /** Drops what no peer of a network may send, and what must not go on into a tunnel. */
    private static void refuse(FlowSink sink, Match fromTunnel) {
        sink.add(
                Table.ADMISSION,
                TAGGED_INSIDE,
                fromTunnel.with(Field.VLAN_VID, VlanApp.TAGGED),
                Instructions.DROP,
                Reason.drop("tagged-in-tunnel", "tagged frame inside a tunnel"));
        sink.add(
                Table.ADMISSION,
                REST,
                fromTunnel,
                Instructions.DROP,
                Reason.drop("unknown-vni", "VNI of a network that this bridge does not have"));
        sink.add(
                Table.PEERS,
                0,
                Match.ALL,
                Instructions.DROP,
                Reason.drop("not-a-peer", "from a VTEP that is not a peer of the frame's network"));
        sink.add(
                Table.EGRESS,
                SPLIT_HORIZON,
                fromTunnel.with(Field.METADATA, Masked.of(Metadata.REMOTE, Metadata.REMOTE)),
                Instructions.DROP,
                Reason.drop("split-horizon", "from a tunnel into a tunnel (split horizon)"));
    }

    private static void send(SwitchView view, FlowSink sink, Host peer, int tunnel) {
        Vtep vtep = peer.vtep().orElseThrow();
        sink.add(
                Table.TUNNEL,
                REST,
                Match.ALL.with(Field.METADATA, Metadata.to(Metadata.vtep(vtep.id()))),
                Instructions.apply(vtep.to(), new Action.Output(tunnel)),
                to(vtep));
        view.port(NetworkModel.probePort(peer))
                .ifPresent(probe -> sink.add(
                        Table.ADMISSION,
                        REST,
                        Match.ALL.with(Field.IN_PORT, probe),
                        Instructions.DROP,
                        Reason.drop(
                                "probe",
                                "frame from " + peer.name() + " on a tunnel that carries only BFD",
                                peer.name())));
    }

    private static Reason to(Vtep peer) {
        return Reason.note("to-peer", "overlay: to " + peer, peer.toString());
    }

    /** The cookie of the entry that sends frames to a peer; its counter counts all of them except flooded ones. */
    public static long cookie(Vtep peer) {
        return Cookies.of(NUMBER, to(peer));
    }

    /** The lowest VNI of the networks that have the same peers, by these peers. */
    private static Map<List<Host>, Integer> groups(SwitchView view) {
        Map<List<Host>, Integer> groups = new LinkedHashMap<>();
        view.overlays().forEach(n -> groups.merge(view.peers(n), n.vni().orElseThrow(), Math::min));
        return groups;
    }

    private static void admit(FlowSink sink, Vtep peer, int group) {
        sink.add(
                Table.PEERS,
                KNOWN_VNI,
                peer.from().with(Field.METADATA, Metadata.to(Metadata.group(group))),
                Instructions.go(Table.PORT_SECURITY.number()).write(0, Metadata.TARGET_MASK),
                Reason.note("from-peer", "overlay: from the peer " + peer, peer.toString()));
    }

    private static void admit(FlowSink sink, Match fromTunnel, Network network, int group) {
        List<Action> tag = network.vlan() == 0
                ? List.of()
                : List.of(
                        Action.PushVlan.CUSTOMER,
                        new Action.SetField(Field.VLAN_VID, Field.VLAN_PRESENT | network.vlan()));
        sink.add(
                Table.ADMISSION,
                KNOWN_VNI,
                fromTunnel.with(Field.TUN_ID, network.vni().orElseThrow()),
                Instructions.apply(tag.toArray(Action[]::new))
                        .write(network.number() | Metadata.group(group), Metadata.NETWORK_MASK | Metadata.TARGET_MASK)
                        .then(Table.PEERS.number()),
                Reason.note("arrives-by-tunnel", "overlay: " + network.name() + " arrives by tunnel", network.name()));
    }

    /** Outputs to NORMAL first, which must see the unchanged frame; then an untagged copy to every peer. */
    private static void flood(FlowSink sink, Match fromTunnel, Network network, List<Host> peers, int tunnel) {
        var in = Metadata.inNetwork(network.number());
        Action normal = new Action.Output(PortNumber.NORMAL);
        sink.add(
                Table.FLOOD,
                FROM_TUNNEL,
                fromTunnel.with(Field.METADATA, in),
                Instructions.apply(normal),
                Reason.note(
                        "from-tunnel",
                        "overlay: " + network.name() + " from a tunnel to local ports only",
                        network.name()));
        List<Action> copies = copies(network, peers, tunnel);
        Match match = Match.ALL.with(Field.METADATA, in);
        Reason reason =
                Reason.note("to-peers", "overlay: " + network.name() + " to NORMAL and every peer", network.name());
        sink.add(
                Table.FLOOD,
                TO_PEERS,
                match.with(Field.VLAN_VID, VlanApp.UNTAGGED),
                Instructions.apply(join(List.of(normal), copies)),
                reason);
        sink.add(
                Table.FLOOD,
                TO_PEERS,
                match.with(Field.VLAN_VID, VlanApp.TAGGED),
                Instructions.apply(join(List.of(normal, new Action.PopVlan()), copies)),
                reason);
    }

    /** The actions that send an untagged frame to every peer of a network; none if it has no peers. */
    public static List<Action> copies(SwitchView view, Network network) {
        return view.tunnelPort().isPresent() && view.overlays().contains(network)
                ? copies(network, view.peers(network), view.tunnelPort().getAsInt())
                : List.of();
    }

    private static List<Action> copies(Network network, List<Host> peers, int tunnel) {
        List<Action> copies = new ArrayList<>();
        copies.add(vni(network));
        for (Host peer : peers) {
            copies.add(peer.vtep().orElseThrow().to());
            copies.add(new Action.Output(tunnel));
        }
        return copies;
    }

    private static void encapsulate(FlowSink sink, Network network) {
        Match match = Match.ALL.with(
                Field.METADATA, Masked.of(network.number() | Metadata.REMOTE, Metadata.NETWORK_MASK | Metadata.REMOTE));
        Reason reason =
                Reason.note("leaves-by-tunnel", "overlay: " + network.name() + " leaves by tunnel", network.name());
        sink.add(
                Table.EGRESS,
                REMOTE,
                match.with(Field.VLAN_VID, VlanApp.UNTAGGED),
                Instructions.apply(vni(network)).then(Table.TUNNEL.number()),
                reason);
        sink.add(
                Table.EGRESS,
                REMOTE,
                match.with(Field.VLAN_VID, VlanApp.TAGGED),
                Instructions.apply(new Action.PopVlan(), vni(network)).then(Table.TUNNEL.number()),
                reason);
    }

    private static Action vni(Network network) {
        return new Action.SetField(Field.TUN_ID, network.vni().orElseThrow());
    }

    private static Action[] join(List<Action> first, List<Action> rest) {
        List<Action> all = new ArrayList<>(first);
        all.addAll(rest);
        return all.toArray(Action[]::new);
    }
}
