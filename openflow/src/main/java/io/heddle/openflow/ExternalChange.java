package io.heddle.openflow;

import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;

/** Describes a change of a switch's entries that somebody else has made. */
final class ExternalChange {
    private ExternalChange() {}

    /** The change in words, given the difference that repairs it. */
    static String text(FlowDiff repair) {
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
