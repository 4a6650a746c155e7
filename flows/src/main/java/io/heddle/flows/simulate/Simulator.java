package io.heddle.flows.simulate;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sends a frame through the flow entries of a switch, table by table, as the switch would; see {@link Walk}. */
public final class Simulator {
    private final Map<Integer, List<Decision>> tables;
    private final Map<Integer, List<Opaque>> opaque = new TreeMap<>();

    /** Loads the entries of one switch. @param unreadable the entries that Heddle cannot read */
    public Simulator(Collection<FlowEntry> entries, Collection<Opaque> unreadable) {
        tables = Decision.byTable(entries);
        unreadable.forEach(
                e -> opaque.computeIfAbsent(e.table(), t -> new ArrayList<>()).add(e));
        opaque.values()
                .forEach(t -> t.sort(Comparator.comparingInt(Opaque::priority).reversed()));
    }

    /** Loads the entries of a switch, if Heddle can read all of them. */
    public Simulator(Collection<FlowEntry> entries) {
        this(entries, List.of());
    }

    /** An output of a frame, in its state at that point. @param port a number or one of {@code PortNumber} */
    public record Emission(int port, Frame frame) {}

    /**
     * The result for one frame.
     *
     * @param path the entries that matched, in order
     * @param emissions the outputs, in order; a dropped frame has none, except copies to the controller
     * @param lost the entry or action that Heddle cannot read and that the frame reached, if any: its fate is then
     *     unknown
     * @param commits the connections that the switch now knows, by zone
     */
    public record Outcome(
            List<FlowEntry> path,
            List<Emission> emissions,
            Optional<String> lost,
            Map<Integer, Connections.Begun> commits) {
        /** Whether the frame ended without an output, except to the controller. */
        public boolean dropped() {
            return lost.isEmpty() && emissions.stream().allMatch(e -> e.port() == PortNumber.CONTROLLER);
        }
    }

    /** Sends one frame through, which begins its connection if an entry tracks it. */
    public Outcome send(Frame frame) {
        return send(frame, Tracked.NEW);
    }

    /** Sends one frame through. @param tracked what the switch finds if an entry tracks the frame */
    public Outcome send(Frame frame, Tracked tracked) {
        return send(frame, Connections.all(tracked));
    }

    /** Sends one frame through. @param connections what the switch finds if an entry tracks the frame */
    public Outcome send(Frame frame, Connections connections) {
        Path path = new Path(connections);
        new Walk<>(
                        new OneFrame(),
                        path,
                        t -> tables.getOrDefault(t, List.of()),
                        t -> opaque.getOrDefault(t, List.of()),
                        t -> true,
                        connections)
                .from(0, frame);
        return new Outcome(path.entries, path.emissions, Optional.ofNullable(path.lost), path.commits);
    }

    private static final class Path implements Witness<Frame> {
        private final List<FlowEntry> entries = new ArrayList<>();
        private final List<Emission> emissions = new ArrayList<>();
        private final Map<Integer, Connections.Begun> commits = new TreeMap<>();
        private final Connections connections;
        private String lost;

        Path(Connections connections) {
            this.connections = connections;
        }

        @Override
        public void matched(FlowEntry entry, Frame frame) {
            entries.add(entry);
        }

        @Override
        public void emitted(FlowEntry entry, int port, Frame frame) {
            emissions.add(new Emission(port, frame));
        }

        @Override
        public void committed(Action.Ct commit, Frame frame) {
            int zone = commit.zone().number().orElse((int) frame.get(Field.CT_ZONE));
            List<Action.SetField> restores = new ArrayList<>();
            Optional.ofNullable(commits.get(zone)).ifPresent(b -> restores.addAll(b.restores()));
            commit.nat()
                    .ifPresent(nat -> Translation.all(nat)
                            .keySet()
                            .forEach(f ->
                                    frame.value(f).ifPresent(v -> restores.add(new Action.SetField(f.opposite(), v)))));
            long before = commits.containsKey(zone)
                    ? commits.get(zone).mark()
                    : connections.in(zone).mark();
            long mark = commit.mark().map(m -> before & ~m.maskLo() | m.lo()).orElse(before);
            commits.put(zone, new Connections.Begun(mark, restores));
        }

        @Override
        public void lost(int table, Frame frame, String text) {
            lost = text;
        }
    }

    /** The space of single frames: a frame either satisfies a match or does not. */
    private static final class OneFrame implements Space<Frame> {
        @Override
        public Optional<Frame> within(Frame frame, Match match) {
            return frame.matches(match) ? Optional.of(frame) : Optional.empty();
        }

        @Override
        public Optional<Frame> without(Frame frame, Frame part) {
            return Optional.empty();
        }

        @Override
        public Frame union(Frame a, Frame b) {
            return a;
        }

        @Override
        public Frame set(Frame frame, Field field, Masked value) {
            return frame.with(field, value);
        }

        @Override
        public Frame move(Frame frame, Field from, Field to) {
            return frame.with(to, Masked.exact(to, frame.hi(from), frame.get(from)));
        }

        @Override
        public Optional<Frame> decrement(Frame frame, Field field) {
            long less = frame.get(field) - 1;
            return less > 0 ? Optional.of(frame.with(field, Masked.exact(field, less))) : Optional.empty();
        }

        @Override
        public Optional<Frame> join(Frame a, Frame b) {
            return Optional.empty();
        }
    }
}
