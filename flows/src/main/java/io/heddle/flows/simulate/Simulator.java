package io.heddle.flows.simulate;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.PortNumber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends a frame through flow entries as a switch would, table by table. What NORMAL then does is the switch's own
 * business and ends here; meters let every frame pass. Source: OpenFlow 1.3.5 §5.
 */
public final class Simulator {
    private final Map<Integer, List<FlowEntry>> tables = new TreeMap<>();

    /** Loads the entries of one switch. */
    public Simulator(Collection<FlowEntry> entries) {
        entries.forEach(e -> tables.computeIfAbsent(e.table(), t -> new ArrayList<>()).add(e));
        tables.values().forEach(t -> t.sort(Comparator.comparingInt(FlowEntry::priority).reversed()));
    }

    /** A frame leaving by a port, in the state it has then. @param port a number or one of {@code PortNumber} */
    public record Emission(int port, Frame frame) {
    }

    /**
     * What became of a frame.
     *
     * @param path the entries that decided, in order
     * @param emissions what left, in order; none but copies to the controller for a frame that was dropped
     */
    public record Outcome(List<FlowEntry> path, List<Emission> emissions) {
        public boolean dropped() {
    return emissions.stream().allMatch(e -> e.port() == PortNumber.CONTROLLER);
        }
    }

    /** Sends one frame through. */
    public Outcome send(Frame frame) {
        List<FlowEntry> path = new ArrayList<>();
        List<Emission> emissions = new ArrayList<>();
        Frame now = frame;
        int table = 0;
        while (table >= 0) {
            FlowEntry entry = lookup(table, now);
            if (entry == null) {
                break;
            }
            path.add(entry);
            for (Action action : entry.instructions().apply()) {
                now = apply(action, now, emissions);
            }
            Masked metadata = entry.instructions().metadata();
            now = metadata.isWild() ? now : now.with(Field.METADATA, metadata);
            table = entry.instructions().next();
        }
        return new Outcome(path, emissions);
    }

    private FlowEntry lookup(int table, Frame frame) {
        for (FlowEntry e : tables.getOrDefault(table, List.of())) {
            if (frame.matches(e.match())) {
                return e;
            }
        }
        return null;
    }

    private static Frame apply(Action action, Frame frame, List<Emission> emissions) {
        if (action instanceof Action.Output o) {
            emissions.add(new Emission(o.port(), frame));
            return frame;
        } else if (action instanceof Action.SetField s) {
            return frame.with(s.field(), s.value());
        } else if (action instanceof Action.PushVlan) {
            return frame.with(Field.VLAN_VID, Masked.exact(Field.VLAN_VID, Field.VLAN_PRESENT));
        } else if (action instanceof Action.PopVlan) {
            return frame.with(Field.VLAN_VID, Masked.exact(Field.VLAN_VID, 0));
        }
        if (action instanceof Action.Move m) {
            return frame.with(m.to(), Masked.exact(m.to(), frame.hi(m.from()), frame.get(m.from())));
        } else if (action instanceof Action.Learn) {
            return frame;
        }
        throw new IllegalArgumentException("this action cannot be simulated: " + action);
    }
}
