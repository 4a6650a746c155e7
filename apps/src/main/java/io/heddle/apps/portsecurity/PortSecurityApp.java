package io.heddle.apps.portsecurity;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Roaming;
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

/**
 * Restricts the source addresses of ports. A port with a list of sources admits only those. A source that sends by a
 * port of this host is attached to this bridge: for {@value #ATTACHED_SECONDS} seconds after each of its frames, the
 * switch drops frames from the same source that come in by an uplink. So an upstream switch that reflects a host's
 * broadcasts does not make the host unreachable. The switch does this itself by a {@code learn} action, with or without
 * a controller.
 */
public final class PortSecurityApp implements FlowContributor {
    /**
     * A reflection arrives at once. The time must be longer than the one or two seconds after which a busy switch
     * notices that a host still sends. It must be short for an address that moves to another host, such as a VRRP
     * address.
     */
    public static final int ATTACHED_SECONDS = 5;

    private static final int LISTED = 100;
    private static final int UNLISTED = 60;
    private static final int ATTACHED = 50;
    private static final Instructions GO =
            Instructions.go(Table.PORT_SECURITY.next().number());

    @Override
    public String name() {
        return "port-security";
    }

    @Override
    public int number() {
        return 5;
    }

    @Override
    public boolean readsOtherHosts() {
        return false;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        sink.add(
                Table.PORT_SECURITY,
                0,
                Match.ALL,
                GO,
                Reason.note("any-source", "port-security: any source is allowed"));
        view.bridge()
                .ifPresent(bridge -> bridge.ports().values().forEach(port -> {
                    for (int number : view.numbers(port)) {
                        port(view, sink, bridge, port, Match.ALL.with(Field.IN_PORT, number));
                    }
                }));
    }

    private static void port(SwitchView view, FlowSink sink, Bridge bridge, Port port, Match in) {
        List<Network> guarded = guarded(view, bridge, port);
        for (long mac : port.endpoint().sources()) {
            Match listed = in.with(Field.ETH_SRC, mac);
            Reason reason = Reason.ofPort(
                    "listed-source", port.name(), "port-security: a listed source of port " + port.name());
            if (guarded.isEmpty()) {
                sink.add(Table.PORT_SECURITY, LISTED, listed, GO, reason);
            }
            guarded.forEach(n -> sink.add(Table.PORT_SECURITY, LISTED, in(listed, n), teach(n), reason));
        }
        if (!port.endpoint().sources().isEmpty()) {
            sink.add(
                    Table.PORT_SECURITY,
                    UNLISTED,
                    in,
                    Instructions.DROP,
                    Reason.dropOfPort(
                            "source-not-listed", port.name(), "source MAC not listed for port " + port.name()));
        } else {
            guarded.forEach(n -> sink.add(
                    Table.PORT_SECURITY,
                    ATTACHED,
                    in(in, n),
                    teach(n),
                    Reason.ofPort(
                            "at-home",
                            port.name(),
                            "port-security: sources of port " + port.name() + " are attached to this bridge")));
        }
    }

    /** The networks in which an uplink could reflect frames of the port; none for vepa ports, which need reflection. */
    private static List<Network> guarded(SwitchView view, Bridge bridge, Port port) {
        List<Network> networks = new ArrayList<>();
        // Where the guest of a port has moved to, an uplink may lead.
        boolean elsewhere = port.roaming().filter(Roaming::standby).isPresent();
        if (elsewhere || port.uplink() || port.type() == Port.Type.PATCH || port.policy() == Port.Policy.VEPA) {
            return networks;
        }
        for (String name : port.networks()) {
            if (bridge.uplinks().stream().anyMatch(u -> u.networks().contains(name))) {
                networks.add(view.model().networks().get(name));
            }
        }
        return networks;
    }

    private static Match in(Match match, Network network) {
        return match.with(Field.METADATA, Metadata.inNetwork(network.number()));
    }

    private static Instructions teach(Network network) {
        Masked reflected = Metadata.inNetworkByUplink(network.number());
        return Instructions.apply(new Action.Learn(
                        Table.LEARN.number(),
                        L2LearningApp.REFLECTED_PRIORITY,
                        ATTACHED_SECONDS,
                        L2LearningApp.REFLECTED,
                        reflected))
                .then(Table.PORT_SECURITY.next().number());
    }
}
