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
 * A capture of one port's frames, in both directions. A mirror copies them through a patch port into a bridge of the
 * capture's own. The entries of that bridge send matching frames to the controller at a bounded rate. The bridge that
 * carries the traffic needs no additional entry.
 *
 * @param number identifies the capture
 * @param match the frames to capture
 * @param rate maximum packets per second, above 0
 * @param snaplen maximum bytes of a copy
 * @param sink receives the copies
 */
public record Capture(
        int number, String host, String bridge, String port, Match match, int rate, int snaplen, Sink sink) {
    private static final int METER = 1;
    private static final Reason REASON = Reason.note("capture", "capture");

    /** Receives copies. Called on a switch's event loop: must not block. */
    public interface Sink {
        /** A frame. @param length its length before it was cut */
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

    /** Adds the capture's bridge, ports and mirror to the declared network, if that still has the captured port. */
    NetworkModel added(NetworkModel model) {
        Host at = model.hosts().get(host);
        Bridge of = at == null ? null : at.bridges().get(bridge);
        if (of == null || !of.ports().containsKey(port)) {
            return model;
        }
        Map<String, Port> ports = new LinkedHashMap<>(of.ports());
        ports.put(near(), Port.plain(near(), Port.Type.PATCH, far()));
        List<Mirror> mirrors = new ArrayList<>(of.mirrors());
        Port captured = of.ports().get(port);
        String row = captured.isRoaming() ? captured.interfaces().get(0) : port;
        mirrors.add(new Mirror(bridgeName(), false, List.of(row), List.of(row), List.of(), near(), 0, 0, Map.of()));
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

    /** The program of the capture's own bridge. It removes the VLAN tag that OVS adds to copies from an access port. */
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
