package io.heddle.openflow;

import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sees to it that metered copies keep to the meter that has the number now. Open vSwitch looks a meter up when an entry
 * is added: an entry that stands while its meter is removed and added again keeps to what that meter was. Such entries
 * are added again. Source: ofproto_check_ofpacts of Open vSwitch 3.1; tried. On the switch's event loop.
 */
final class CopyBindings {
    /** Entries that stood when their meter was added, and that the switch has not yet taken again. */
    private final Set<FlowEntry.Key> loose = new HashSet<>();

    /**
     * The changes, and those entries that must be added again.
     *
     * @param added the numbers of meters that the switch has just got
     */
    FlowDiff complete(FlowDiff diff, Set<Integer> added, FlowProgram program) {
        if (!added.isEmpty()) {
            Set<FlowEntry.Key> adds = diff.add().stream().map(FlowEntry::key).collect(Collectors.toSet());
            // Also entries that are to go: if the switch refuses that, they stand with what the meter was.
            Stream.concat(program.entries().stream(), diff.remove().stream())
                    .filter(e -> e.instructions().copies().anyMatch(c -> added.contains(c.meter())))
                    .map(FlowEntry::key)
                    .filter(key -> !adds.contains(key))
                    .forEach(loose::add);
        }
        if (loose.isEmpty()) {
            return diff;
        }
        List<FlowEntry> again =
                program.entries().stream().filter(e -> loose.contains(e.key())).toList();
        return diff.addingAgain(again);
    }

    /** The switch has taken all entries. */
    void confirmed() {
        loose.clear();
    }
}
