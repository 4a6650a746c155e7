package io.heddle.apps.macvlan;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
import io.heddle.apps.vlan.VlanApp;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The modes of Linux's macvlan, for ports of one bridge. {@code private} ports never receive frames from each other.
 * {@code vepa} ports send every frame to the uplink; the switch there sends frames for a sibling port back. Other modes
 * need no entries: {@code bridge} is the default, and {@code passthru} only excludes other ports from the network.
 */
public final class MacvlanApp implements FlowContributor {
    private static final int APART = 350;
    private static final int UP = 200;
    private static final int BACK = 210;
    private static final Masked MULTICAST = Masked.of(Field.ETH_MULTICAST, Field.ETH_MULTICAST);
    private static final Instructions TO_EGRESS = Instructions.go(Table.EGRESS.number());

    @Override
    public String name() {
        return "macvlan";
    }

    @Override
    public int number() {
        return 7;
    }

    @Override
    public boolean readsOtherHosts() {
        return false;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        view.bridge().ifPresent(bridge -> {
            for (Port port : bridge.ports().values()) {
                if (port.policy() == Port.Policy.PRIVATE) {
                    view.numbers(port)
                            .forEach(n -> sink.add(
                                    Table.EGRESS,
                                    APART,
                                    Match.ALL.with(
                                            Field.METADATA,
                                            Masked.of(
                                                    Metadata.port(n) | Metadata.PRIVATE,
                                                    Metadata.TARGET_MASK | Metadata.PRIVATE)),
                                    Instructions.DROP,
                                    apart(port)));
                } else if (port.policy() == Port.Policy.VEPA) {
                    vepa(view, sink, bridge, port);
                }
            }
        });
    }

    /** The reason to drop frames between private ports. @param to the destination port */
    public static Reason apart(Port to) {
        return Reason.dropOfPort("private", to.name(), "from a private port to private port " + to.name());
    }

    private static void vepa(SwitchView view, FlowSink sink, Bridge bridge, Port port) {
        Network network = view.model().networks().get(port.networks().get(0));
        OptionalInt own = view.port(port.name());
        OptionalInt uplink = bridge.uplinks().stream()
                .filter(u -> u.networks().contains(network.name()))
                .map(Port::name)
                .map(view::port)
                .findFirst()
                .orElse(OptionalInt.empty());
        if (own.isEmpty() || uplink.isEmpty()) {
            return;
        }
        Reason reason = Reason.ofPort(
                "vepa", port.name(), "macvlan: vepa port " + port.name() + " reaches siblings through the uplink");
        long mac = port.endpoint().mac().orElseThrow();
        sink.add(
                Table.FORWARD,
                UP,
                Match.ALL.with(Field.IN_PORT, own.getAsInt()),
                TO_EGRESS.write(Metadata.port(uplink.getAsInt()), Metadata.TARGET_MASK),
                reason);
        Match back = Match.ALL
                .with(Field.IN_PORT, uplink.getAsInt())
                .with(Field.METADATA, Metadata.inNetwork(network.number()));
        sink.add(
                Table.FORWARD,
                BACK,
                back.with(Field.ETH_DST, mac),
                TO_EGRESS.write(Metadata.port(own.getAsInt()), Metadata.TARGET_MASK),
                reason);
        returned(sink, back.with(Field.ETH_SRC, mac), others(view, bridge, port, network), reason);
    }

    /**
     * The port's own frames, which the uplink has returned. They must not come back to the port, and its MAC must not
     * be learnt behind the uplink.
     *
     * @param copies outputs to the port's siblings; modified
     */
    private static void returned(FlowSink sink, Match own, List<Action> copies, Reason reason) {
        sink.add(Table.LEARN, BACK, own, Instructions.go(Table.LEARN.next().number()), reason);
        Match returned = own.with(Field.ETH_DST, MULTICAST);
        sink.add(
                Table.FORWARD,
                BACK,
                returned.with(Field.VLAN_VID, VlanApp.UNTAGGED),
                Instructions.apply(copies.toArray(Action[]::new)),
                reason);
        copies.add(0, new Action.PopVlan());
        sink.add(
                Table.FORWARD,
                BACK,
                returned.with(Field.VLAN_VID, VlanApp.TAGGED),
                Instructions.apply(copies.toArray(Action[]::new)),
                reason);
    }

    /** Outputs to all access ports of the network except {@code port}. */
    private static List<Action> others(SwitchView view, Bridge bridge, Port port, Network network) {
        List<Action> copies = new ArrayList<>();
        for (Port other : bridge.ports().values()) {
            if (other != port
                    && other.vlans() instanceof Port.Access a
                    && a.network().equals(network.name())) {
                view.numbers(other).forEach(n -> copies.add(new Action.Output(n)));
            }
        }
        return copies;
    }
}
