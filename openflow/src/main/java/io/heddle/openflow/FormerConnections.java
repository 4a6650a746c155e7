package io.heddle.openflow;

import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.openflow.codec.ZoneFlush;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Makes the switch forget the connections of a zone before entries begin to use it: they belong to a port that had the
 * zone before. A zone that entries of the switch use already keeps its connections, over any change and restart.
 */
final class FormerConnections {
    private FormerConnections() {}

    /** Sends what makes the switch forget, ahead of the entries themselves. */
    static void forget(Switch connection, FlowDiff diff, FlowProgram program) {
        Set<Integer> zones = zones(diff.add());
        if (zones.isEmpty()) {
            return;
        }
        Set<FlowEntry> added = new HashSet<>(diff.add());
        zones.removeAll(
                zones(program.entries().stream().filter(e -> !added.contains(e)).toList()));
        zones.removeAll(zones(diff.replaced().values()));
        zones.forEach(z -> ZoneFlush.write(connection.out(), connection.nextXid(), z));
    }

    private static Set<Integer> zones(Collection<FlowEntry> entries) {
        Set<Integer> zones = new HashSet<>();
        for (FlowEntry e : entries) {
            for (Action a : e.instructions().apply()) {
                if (a instanceof Action.Ct ct) {
                    ct.zone().number().ifPresent(zones::add);
                }
            }
        }
        return zones;
    }
}
