package io.heddle.controller.plan;

import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.ovsdb.HostDiff;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds which current conversations a change disturbs. All others lose no frames. The losses were measured, see
 * docs/changes.md. Pure.
 */
final class Disturbance {
    private static final Set<String> CARRIERS = Set.of("bridge", "port");
    private static final Set<String> VLANS = Set.of("tag", "trunks", "vlan_mode", "cvlans");
    private static final Set<String> BOND = Set.of("bond_mode", "lacp", "interfaces");
    private static final Set<String> TREES = Set.of("stp_enable", "rstp_enable");

    private Disturbance() {}

    /** The disturbances by changed OVSDB rows. */
    static List<String> rows(String host, HostDiff.Change change) {
        List<String> out = new ArrayList<>();
        for (HostDiff.Touch t : change.touches()) {
            String[] words = t.what().split(" ");
            String where = host + (words.length > 1 ? "/" + words[1] : "");
            boolean own = words.length == 2;
            if (own && t.isRemoved() && CARRIERS.contains(words[0])) {
                out.add(words[0] + " " + where + " is removed: all conversations through it end");
            } else if (own && words[0].equals("port")) {
                port(where, t.columns(), out);
            } else if (own
                    && words[0].equals("interface")
                    && (t.columns().contains("type") || t.columns().contains("options"))) {
                out.add("interface " + where
                        + " is reconfigured: conversations through it lose frames for less than a second");
            } else if (own && words[0].equals("bridge")) {
                bridge(where, t.columns(), out);
            }
        }
        return out;
    }

    private static void port(String where, Set<String> columns, List<String> out) {
        if (columns.stream().anyMatch(VLANS::contains)) {
            out.add("port " + where + " changes its VLANs; it accepts no frames for some milliseconds");
        }
        if (columns.stream().anyMatch(BOND::contains)) {
            out.add("bond " + where + " is reconfigured: conversations through it may lose a frame");
        }
    }

    private static void bridge(String where, Set<String> columns, List<String> out) {
        if (columns.contains("datapath_type")) {
            out.add("bridge " + where + " moves to another datapath: all conversations through it stop for a moment");
        }
        if (columns.stream().anyMatch(TREES::contains)) {
            out.add("bridge " + where
                    + ": its spanning tree converges again; conversations through it stop for about a second");
        }
    }

    /** The disturbances by changed flow entries. */
    static List<String> flows(String where, FlowProgram wanted, FlowProgram now, FlowDiff diff) {
        Set<String> out = new TreeSet<>();
        // A rule that only moved within its list is removed and added as another entry.
        Set<Rule> removed = rules(diff.remove(), now);
        Set<Rule> added = rules(diff.add(), wanted);
        for (FlowDiff.Line line : diff.changes()) {
            Optional<Reason> reason = wanted.reason(line.entry().cookie())
                    .or(() -> now.reason(line.entry().cookie()));
            Rule same =
                    new Rule(line.entry().match(), line.entry().instructions().isDrop());
            if (reason.filter(Reason.OfList.class::isInstance).isPresent()
                    && line.sign() != '~'
                    && !(removed.contains(same) && added.contains(same))) {
                out.add(where + ": " + reason.get().text()
                        + (line.sign() == '+' ? " now " : " no longer ")
                        + (reason.get().isDrop() ? "drops" : "allows")
                        + (line.sign() == '+' ? " the frames that it matches" : " the frames that it matched"));
            } else if (line.sign() == '~') {
                renumbered(where, reason, replacedReason(diff, line, now)).ifPresent(out::add);
            }
        }
        return new ArrayList<>(out);
    }

    /** A rule's entry, regardless of the rule's position in its list. */
    private record Rule(Match match, boolean drop) {}

    private static Set<Rule> rules(List<FlowEntry> entries, FlowProgram program) {
        Set<Rule> rules = new HashSet<>();
        entries.stream()
                .filter(e -> program.reason(e.cookie())
                        .filter(Reason.OfList.class::isInstance)
                        .isPresent())
                .forEach(e -> rules.add(new Rule(e.match(), e.instructions().isDrop())));
        return rules;
    }

    /** The reason of the entry that a change replaces. */
    private static Optional<Reason> replacedReason(FlowDiff diff, FlowDiff.Line line, FlowProgram now) {
        FlowEntry replaced = diff.replaced().get(line.entry().key());
        return replaced == null ? Optional.empty() : now.reason(replaced.cookie());
    }

    private static Optional<String> renumbered(String where, Optional<Reason> reason, Optional<Reason> before) {
        return reason.equals(before) && reason.orElse(null) instanceof Reason.Carries c
                ? Optional.of("port " + where + "/" + c.by() + ": network " + c.network()
                        + " gets another number, and Heddle relearns its hosts")
                : Optional.empty();
    }
}
