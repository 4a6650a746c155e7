package io.heddle.apps.vlan;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;

/**
 * VLANs: puts each incoming frame into a network, and tags each outgoing frame. OVSDB has the same access, trunk and
 * native settings, so NORMAL decides the same way. These entries also give each drop a reason, and tag frames that a
 * learnt entry outputs directly to a port.
 */
public final class VlanApp implements FlowContributor {
    /** Frames without a tag. */
    public static final Masked UNTAGGED = Masked.exact(Field.VLAN_VID, 0);
    /** Frames with a tag of any VLAN. */
    public static final Masked TAGGED = Masked.of(Field.VLAN_PRESENT, Field.VLAN_PRESENT);
    /** Priority-tagged frames (VLAN 0) are in the same network as untagged frames (IEEE 802.1Q §6.9). */
    private static final Masked PRIORITY_TAGGED = Masked.exact(Field.VLAN_VID, Field.VLAN_PRESENT);

    /** The types of 802.1Q and 802.1ad tags. */
    private static final int[] TAGS = {0x8100, 0x88a8};

    private static final int CLOSED = 65500;
    private static final int EVERYWHERE = 65000;
    private static final int LINK_PROTOCOLS = 64000;
    private static final int HIDDEN = 110;
    private static final int CARRIED = 100;
    private static final int REST = 50;
    /** VLANs that a trunk carries besides those of its networks. */
    private static final int UNNAMED = 90;

    private static final int SERVED_BY_OVS = 200;
    private static final Instructions NEXT =
            Instructions.go(Table.ADMISSION.next().number());

    @Override
    public String name() {
        return "vlan";
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public boolean readsOtherHosts() {
        return false;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        sink.add(
                Table.ADMISSION,
                EVERYWHERE,
                Match.ALL.with(Field.ETH_SRC, Masked.of(Field.ETH_MULTICAST, Field.ETH_MULTICAST)),
                Instructions.DROP,
                Reason.drop("multicast-source", "the source address is a multicast address"));
        // An untagged LLDP frame on a trunk is normal: as a drop, it would hide the drops that matter.
        sink.add(
                Table.ADMISSION,
                LINK_PROTOCOLS,
                Match.ALL.with(Field.ETH_DST, Field.LINK_PROTOCOLS),
                Instructions.apply(Tagging.NORMAL),
                Reason.note("link-protocols", "vlan: LACP, LLDP, STP and the like are left to Open vSwitch"));
        sink.add(
                Table.ADMISSION,
                0,
                Match.ALL,
                NEXT,
                Reason.note("port-not-named", "vlan: port is not in the network file"));
        view.transition().closed().stream()
                .sorted()
                .forEach(device -> view.port(device)
                        .ifPresent(number -> sink.add(
                                Table.ADMISSION,
                                CLOSED,
                                Match.ALL.with(Field.IN_PORT, number & 0xffffffffL),
                                Instructions.DROP,
                                Reason.drop(
                                        "closed",
                                        "interface " + device + " is about to be changed or removed",
                                        device))));
        view.bridge()
                .ifPresent(bridge -> bridge.ports().values().forEach(port -> {
                    for (int number : view.numbers(port)) {
                        admit(view, sink, port, number);
                    }
                    egress(view, sink, bridge, port);
                }));
    }

    private static void admit(SwitchView view, FlowSink sink, Port port, int number) {
        Match in = Match.ALL.with(Field.IN_PORT, number);
        if (port.vlans() instanceof Port.Dot1qTunnel tunnel) {
            admitTunnel(sink, in, port, tunnel, view.model().networks().get(tunnel.network()));
        } else if (port.vlans() instanceof Port.Access access) {
            admitAccess(sink, in, port, view.model().networks().get(access.network()));
        } else if (port.vlans() instanceof Port.Trunk trunk) {
            admitTrunk(view, sink, in, port, trunk);
        }
    }

    private static void admitTunnel(FlowSink sink, Match in, Port port, Port.Dot1qTunnel tunnel, Network network) {
        tunnel.customerVlans()
                .forEach(v -> admit(sink, in.with(Field.VLAN_VID, Field.VLAN_PRESENT | v), port, network));
        if (tunnel.customerVlans().isEmpty()) {
            admit(sink, in, port, network);
        } else {
            sink.add(
                    Table.ADMISSION,
                    REST,
                    in,
                    Instructions.DROP,
                    Reason.dropOfPort(
                            "customer-vlan", port.name(), "customer VLAN not listed for port " + port.name()));
        }
    }

    private static void admitAccess(FlowSink sink, Match in, Port port, Network network) {
        admitUntagged(sink, in, port, network);
        sink.add(
                Table.ADMISSION,
                REST,
                in,
                Instructions.DROP,
                Reason.dropOfPort("tagged-on-access", port.name(), "tagged frame on access port " + port.name()));
    }

    private static void admitTrunk(SwitchView view, FlowSink sink, Match in, Port port, Port.Trunk trunk) {
        for (String name : trunk.tagged()) {
            Network network = view.model().networks().get(name);
            Match tagged = in.with(Field.VLAN_VID, Field.VLAN_PRESENT | network.vlan());
            admit(sink, tagged, port, network);
            if (!port.endpoint().guards().isEmpty()) {
                dropInnerTags(
                        sink,
                        tagged,
                        Reason.dropOfPort(
                                "tag-in-tag",
                                port.name(),
                                "tag inside a tag from port " + port.name() + ", which is guarded"));
            }
        }
        trunk.unnamed().stream()
                .flatMap(r -> VlanMasks.of(r).stream())
                .distinct()
                .forEach(vlans -> sink.add(
                        Table.ADMISSION,
                        UNNAMED,
                        in.with(Field.VLAN_VID, vlans),
                        NEXT,
                        Reason.ofPort(
                                "unnamed-vlans",
                                port.name(),
                                "vlan: trunk " + port.name() + " carries VLANs without a network")));
        admitNative(view, sink, in, port, trunk);
        sink.add(
                Table.ADMISSION,
                REST,
                in.with(Field.VLAN_VID, TAGGED),
                Instructions.DROP,
                Reason.dropOfPort("vlan-not-on-trunk", port.name(), "VLAN not allowed on trunk " + port.name()));
    }

    private static void admitNative(SwitchView view, FlowSink sink, Match in, Port port, Port.Trunk trunk) {
        if (trunk.nativeNetwork() == null) {
            // The samples of this entry show which network's frames lack their tag.
            sink.add(
                    Table.ADMISSION,
                    REST,
                    in.with(Field.VLAN_VID, UNTAGGED),
                    Instructions.DROP,
                    new Reason.UntaggedOnTrunk(port.name()));
        } else {
            Network network = view.model().networks().get(trunk.nativeNetwork());
            admitUntagged(sink, in, port, network);
            if (network.vlan() != 0 && !trunk.tagged().contains(network.name())) {
                admit(sink, in.with(Field.VLAN_VID, Field.VLAN_PRESENT | network.vlan()), port, network);
            }
        }
    }

    /**
     * Admits untagged and priority-tagged frames. A tag inside a priority tag would hide the frame from access lists
     * and guards, while many hosts read both tags as none.
     */
    private static void admitUntagged(FlowSink sink, Match in, Port port, Network network) {
        admit(sink, in.with(Field.VLAN_VID, UNTAGGED), port, network);
        Match priority = in.with(Field.VLAN_VID, PRIORITY_TAGGED);
        admit(sink, priority, port, network);
        dropInnerTags(
                sink,
                priority,
                Reason.dropOfPort(
                        "tag-in-priority-tag",
                        port.name(),
                        "tag inside a priority tag (VLAN 0) from port " + port.name()));
    }

    private static void dropInnerTags(FlowSink sink, Match tagged, Reason reason) {
        for (int type : TAGS) {
            sink.add(Table.ADMISSION, HIDDEN, tagged.with(Field.ETH_TYPE, type), Instructions.DROP, reason);
        }
    }

    private static void admit(FlowSink sink, Match match, Port port, Network network) {
        long flags =
                (port.uplink() ? Metadata.UPLINK : 0) | (port.policy() == Port.Policy.PRIVATE ? Metadata.PRIVATE : 0);
        sink.add(
                Table.ADMISSION,
                CARRIED,
                match,
                NEXT.write(network.number() | flags, Metadata.NETWORK_MASK | flags),
                new Reason.Carries(port.name(), network.name()));
    }

    /**
     * NORMAL must see both directions of a port that only OVS can serve, to learn the MACs behind it. So no entry
     * outputs to such a port, and frames from it leave through NORMAL too.
     */
    private static void egress(SwitchView view, FlowSink sink, Bridge bridge, Port port) {
        if (bridge.isServedByOvs(port)) {
            for (int member : view.numbers(port)) {
                sink.add(
                        Table.EGRESS,
                        SERVED_BY_OVS,
                        Match.ALL.with(Field.IN_PORT, member),
                        Instructions.apply(Tagging.NORMAL),
                        Reason.ofPort("served-by-ovs", port.name(), "vlan: NORMAL forwards for port " + port.name()));
            }
            return;
        }
        for (int number : view.numbers(port)) {
            for (String name : port.networks()) {
                Network network = view.model().networks().get(name);
                Match to =
                        Match.ALL.with(Field.METADATA, Metadata.inNetworkTo(network.number(), Metadata.port(number)));
                Tagging.output(sink, CARRIED, to, port, network, number);
            }
        }
    }
}
