package io.heddle.trace;

import io.heddle.check.Wires;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.simulate.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Predicts what OVS does with a frame by the action NORMAL: the VLANs of the ports decide, and the frame goes to the
 * port of the destination if that is known, otherwise to all. Source: ovs-actions(7), ovs-vswitchd.conf.db(5), table
 * Port.
 */
final class Normal {
    private final NetworkModel model;
    private final Bridge bridge;

    Normal(NetworkModel model, Bridge bridge) {
        this.model = model;
        this.bridge = bridge;
    }

    /** A port that gets the frame. @param tag the VLAN in the frame's tag there, 0 for none */
    record Exit(Port port, int tag) {}

    /**
     * The result for a frame.
     *
     * @param exits the ports that get it
     * @param why the cause in words
     */
    record Verdict(List<Exit> exits, String why) {}

    /**
     * Forwards a frame.
     *
     * @param in the port where the frame came in; empty for a tunnel, which carries all VLANs tagged
     * @param home the known port of the destination on this bridge
     */
    Verdict forward(Frame frame, Optional<Port> in, Optional<Port> home) {
        if (Field.LINK_PROTOCOLS.covers(0, frame.get(Field.ETH_DST))) {
            return new Verdict(List.of(), "NORMAL drops it: no bridge forwards frames to 01:80:c2:00:00:00 to :0f");
        }
        long vid = frame.get(Field.VLAN_VID);
        int tag = (vid & Field.VLAN_PRESENT) != 0 ? (int) (vid & 0xfff) : 0;
        Optional<Integer> vlan = in.isEmpty() ? Optional.of(tag) : vlan(in.get(), tag);
        if (vlan.isEmpty()) {
            return new Verdict(List.of(), "NORMAL drops it: port " + in.get().name() + " does not carry VLAN " + tag);
        }
        List<Exit> exits = new ArrayList<>();
        // OVSDB marks private ports as protected. NORMAL forwards nothing between protected ports.
        boolean apart = in.filter(i -> i.policy() == Port.Policy.PRIVATE).isPresent();
        for (Port p : bridge.ports().values()) {
            if (in.filter(i -> i == p).isEmpty() && !(apart && p.policy() == Port.Policy.PRIVATE)) {
                exit(p, vlan.get()).ifPresent(exits::add);
            }
        }
        // NORMAL knows a MAC only in the VLANs that its port carries.
        Optional<Port> there = home.filter(
                p -> in.filter(i -> i == p).isPresent() || exit(p, vlan.get()).isPresent());
        boolean group = (frame.get(Field.ETH_DST) & Field.ETH_MULTICAST) != 0;
        if (group || there.isEmpty()) {
            return new Verdict(
                    exits,
                    "NORMAL floods VLAN " + vlan.get() + (group ? "" : ", since the destination's port is unknown"));
        }
        if (in.equals(there)) {
            return new Verdict(List.of(), "NORMAL drops it: the destination is behind the port that it came in by");
        }
        exits.removeIf(e -> e.port != there.get());
        if (exits.isEmpty()) {
            return new Verdict(
                    exits,
                    "NORMAL drops it: the destination's port " + there.get().name() + " and the sender's are private");
        }
        return new Verdict(
                exits, "NORMAL finds the destination behind port " + there.get().name());
    }

    private Optional<Integer> vlan(Port port, int tag) {
        if (port.vlans() instanceof Port.Plain) {
            return Optional.of(tag);
        }
        Optional<Integer> named =
                Wires.network(model, port, tag).map(n -> model.networks().get(n).vlan());
        return named.isPresent() || !(port.vlans() instanceof Port.Trunk t)
                ? named
                : t.unnamed().stream().anyMatch(r -> r.first() <= tag && tag <= r.last())
                        ? Optional.of(tag)
                        : Optional.empty();
    }

    private Optional<Exit> exit(Port port, int vlan) {
        if (port.vlans() instanceof Port.Plain) {
            return Optional.of(new Exit(port, vlan));
        }
        for (String name : port.networks()) {
            if (model.networks().get(name).vlan() == vlan) {
                return Optional.of(new Exit(port, port.tag(model.networks().get(name))));
            }
        }
        boolean unnamed = port.vlans() instanceof Port.Trunk t
                && t.unnamed().stream().anyMatch(r -> r.first() <= vlan && vlan <= r.last());
        return unnamed ? Optional.of(new Exit(port, vlan)) : Optional.empty();
    }
}
