package io.heddle.openflow;

import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.openflow.codec.ZoneFlush;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes the switch forget the connections of a zone when it changes its owner: before entries begin to use the zone,
 * and again once entries have left it. Frames may come in between, and entries of another bridge may have the zone
 * already.
 *
 * <p>A zone keeps its owner, and its connections, if one entry uses it before and after a change. An entry is the same
 * if it has the same table, priority and match. What the switch has confirmed counts as there, also if somebody has
 * removed it since. On the switch's event loop.
 */
final class FormerConnections {
    private final Switch connection;
    /** The zones that the entries leave, once the switch has confirmed the changes. */
    private final Set<Integer> left = new HashSet<>();

    FormerConnections(Switch connection) {
        this.connection = connection;
    }

    /**
     * Forgets the connections of zones with a new owner. Called ahead of the entries themselves.
     *
     * @param confirmed the program that the switch confirmed last
     */
    void before(FlowDiff diff, FlowProgram program, FlowProgram confirmed) {
        Set<Integer> used = zones(diff.add());
        // After a change that failed halfway, others may have had these zones in between.
        Set<Integer> doubtful = Set.copyOf(left);
        left.addAll(zones(diff.remove()));
        left.addAll(zones(diff.replaced().values()));
        if (used.isEmpty() && left.isEmpty()) {
            return;
        }
        Set<Integer> kept = kept(diff, program, confirmed, doubtful);
        left.removeAll(kept);
        used.removeAll(kept);
        flush(used);
    }

    /** Forgets the connections of zones that the entries have left. The switch has confirmed the changes. */
    void after() {
        flush(left);
        left.clear();
    }

    private static Set<Integer> kept(FlowDiff diff, FlowProgram program, FlowProgram confirmed, Set<Integer> doubtful) {
        Map<FlowEntry.Key, FlowEntry> added = new HashMap<>();
        diff.add().forEach(e -> added.put(e.key(), e));
        Map<FlowEntry.Key, FlowEntry> had = new HashMap<>();
        confirmed.tracking().stream().filter(e -> added.containsKey(e.key())).forEach(e -> had.put(e.key(), e));
        Set<Integer> kept = new HashSet<>();
        for (FlowEntry e : program.tracking()) {
            Set<Integer> zones = zones(e);
            if (added.containsKey(e.key())) {
                Set<Integer> former = zones(had.get(e.key()));
                former.removeAll(doubtful);
                former.addAll(zones(diff.replaced().get(e.key())));
                zones.retainAll(former);
            }
            kept.addAll(zones);
        }
        return kept;
    }

    private void flush(Set<Integer> zones) {
        zones.forEach(z -> ZoneFlush.write(connection.out(), connection.nextXid(), z));
        if (!zones.isEmpty()) {
            connection.flush();
        }
    }

    private static Set<Integer> zones(Collection<FlowEntry> entries) {
        Set<Integer> zones = new HashSet<>();
        entries.forEach(e -> zones.addAll(zones(e)));
        return zones;
    }

    private static Set<Integer> zones(FlowEntry entry) {
        Set<Integer> zones = new HashSet<>();
        if (entry != null) {
            for (Action a : entry.instructions().apply()) {
                if (a instanceof Action.Ct ct) {
                    ct.zone().number().ifPresent(zones::add);
                }
            }
        }
        return zones;
    }
}
