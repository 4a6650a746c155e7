package io.heddle.controller.capture;

import io.heddle.apps.vlan.VlanApp;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Mirror;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Settings;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Meter;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Frames of one port, both ways, on their way to somebody who looks. A mirror copies them through a patch into a bridge
 * made for the purpose, whose entries send what matches to the controller at a bounded rate: the bridge that carries
 * the traffic has no entry more than before.
 *
 * @param number tells captures apart
 * @param match which frames
 * @param rate packets a second at most, above 0
 * @param snaplen bytes of a copy at most
 * @param sink takes the copies
 */
public record Capture(
        int number, String host, String bridge, String port, Match match, int rate, int snaplen, Sink sink) {
    private static final int METER = 1;
    private static final Reason REASON = Reason.note("capture", "capture");

    /** Takes copies. Called on a switch's event loop: must not block. */
    public interface Sink {
        /** A frame, and the length that it had before it was cut. */
        void frame(byte[] bytes, int length);
    }

    private String bridgeName() {
        return "heddle-cap" + number;
    }

    /** The patch's end on the bridge that carries the traffic. */
    private String near() {
        return "hcp" + number;
    }

    private String far() {
        return "hcq" + number;
    }

    private Bridge ownBridge(Bridge of) {
        String name = bridgeName();
        Port in = Port.plain(far(), Port.Type.PATCH, near());
        return new Bridge(
                name,
                Bridge.defaultDatapathId(host, name),
                of.netdev(),
                true,
                of.macAgingTime(),
                of.macLimit(),
                of.learningRate(),
                Map.of(in.name(), in),
                List.of(),
                Settings.NONE);
    }

    /** The declared network with what the capture needs; unchanged where the port is no longer declared. */
    NetworkModel added(NetworkModel model) {
        Host at = model.hosts().get(host);
        Bridge of = at == null ? null : at.bridges().get(bridge);
        if (of == null || !of.ports().containsKey(port)) {
            return model;
        }
        Map<String, Port> ports = new LinkedHashMap<>(of.ports());
        ports.put(near(), Port.plain(near(), Port.Type.PATCH, far()));
        List<Mirror> mirrors = new ArrayList<>(of.mirrors());
        mirrors.add(new Mirror(bridgeName(), false, List.of(port), List.of(port), List.of(), near(), 0, 0, Map.of()));
        Map<String, Bridge> bridges = new LinkedHashMap<>(at.bridges());
        bridges.put(bridge, of.with(ports, mirrors));
        bridges.put(bridgeName(), ownBridge(of));
        return model.with(at.with(bridges));
    }

    /** The datapath id of the switch that sends the copies. */
    public long datapathId() {
        return Bridge.defaultDatapathId(host, bridgeName());
    }

    /** Whether this is the switch that sends the copies. */
    boolean isSentBy(long datapathId) {
        return datapathId == datapathId();
    }

    /** What the capture's own bridge does. A copy of an access port's frame has its VLAN as a tag, which it had not. */
    FlowProgram program(NetworkModel model) {
        boolean untag = Optional.ofNullable(model.hosts().get(host))
                .map(h -> h.bridges().get(bridge))
                .map(b -> b.ports().get(port))
                .filter(p -> p.vlans() instanceof Port.Access)
                .isPresent();
        FlowProgram.Builder program = new FlowProgram.Builder().add(new Meter(METER, true, rate, rate));
        Action copy = new Action.Output(PortNumber.CONTROLLER, snaplen);
        program.add(entry(20, match, Instructions.apply(copy)), REASON);
        if (untag && !match.has(Field.VLAN_VID)) {
            program.add(
                    entry(
                            30,
                            match.with(Field.VLAN_VID, VlanApp.TAGGED),
                            Instructions.apply(new Action.PopVlan(), copy)),
                    REASON);
        }
        return program.build();
    }

    private static FlowEntry entry(int priority, Match match, Instructions instructions) {
        return new FlowEntry(0, priority, match, instructions.metered(METER), Cookies.CAPTURE);
    }
}
