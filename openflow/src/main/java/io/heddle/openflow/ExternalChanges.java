package io.heddle.openflow;

import io.heddle.events.RepairPace;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;

/**
 * Reports external changes of a switch's flow entries and their repairs, and lets repairs of repeated changes wait.
 * Confined to the switch's event loop.
 */
final class ExternalChanges {
    private final Switch connection;
    private final RepairPace pace = new RepairPace();
    /** The change that is being repaired, in words; null if no event is to report its repair. */
    private String repairing;

    ExternalChanges(Switch connection) {
        this.connection = connection;
    }

    /** A new comparison starts, so the last change is no longer being repaired. Not called for a retry. */
    void forget() {
        repairing = null;
    }

    /**
     * The switch has reported a change.
     *
     * @param repair the difference that repairs it
     * @return milliseconds until its repair; not 0 if the change is repeated
     */
    long found(FlowDiff repair) {
        RepairPace.Verdict verdict = pace.drifted(connection.now());
        if (verdict.isRepeated()) {
            connection.report("drifted", verdict.announcement(text(repair)));
        }
        repairing = verdict.isReported() ? text(repair) : null;
        return verdict.pauseMillis();
    }

    /** Somebody has removed a meter, so entries that keep to it are added again, see {@link CopyBindings}. */
    void foundMeterRemoved() {
        repairing = "a meter that entries keep to was removed";
    }

    /** The switch has confirmed the wanted program: whatever was being repaired is repaired. */
    void repaired() {
        if (repairing != null) {
            connection.report("healed", repairing + "; repaired");
            repairing = null;
        }
    }

    /** Describes a change, given the difference that repairs it. */
    private static String text(FlowDiff repair) {
        FlowDiff.Line first = repair.one();
        FlowEntry stood = repair.replaced().get(first.entry().key());
        String what = first.sign() == '+'
                ? "removed: " + first.entry()
                : first.sign() == '-' ? "added: " + first.entry() : "altered: " + stood;
        return repair.size() == 1
                ? "a flow entry was " + what
                : repair.size() + " flow entries were removed, altered or added, one of them was " + what;
    }
}
