package io.heddle.flows.simulate;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An entry that may decide what happens to a frame: all but those that are only parts of conjunctions.
 *
 * @param entry the entry
 * @param clauses what a frame must match: of each clause, at least one match
 */
public record Decision(FlowEntry entry, List<List<Match>> clauses) {
    private record Id(int table, int priority, long conjunction) {}

    /** The decisions of some entries by table, the highest priority first, otherwise in the order of the entries. */
    public static Map<Integer, List<Decision>> byTable(Collection<FlowEntry> entries) {
        Map<Id, List<List<Match>>> conjunctions = new HashMap<>();
        entries.forEach(e -> collect(e, conjunctions));
        Map<Integer, List<Decision>> tables = new TreeMap<>();
        for (FlowEntry e : entries) {
            if (!isClause(e)) {
                tables.computeIfAbsent(e.table(), t -> new ArrayList<>()).add(of(e, conjunctions));
            }
        }
        Comparator<Decision> first = Comparator.comparingInt(d -> -d.entry().priority());
        tables.values().forEach(t -> t.sort(first));
        return tables;
    }

    /** Whether an entry decides nothing by itself. */
    public static boolean isClause(FlowEntry entry) {
        List<Action> actions = entry.instructions().apply();
        return !actions.isEmpty() && actions.get(0) instanceof Action.Conjunction;
    }

    private static void collect(FlowEntry entry, Map<Id, List<List<Match>>> conjunctions) {
        for (Action a : isClause(entry) ? entry.instructions().apply() : List.<Action>of()) {
            if (a instanceof Action.Conjunction c) {
                Id id = new Id(entry.table(), entry.priority(), c.id() & 0xffff_ffffL);
                List<List<Match>> clauses = conjunctions.computeIfAbsent(id, i -> new ArrayList<>());
                while (clauses.size() < c.clauses()) {
                    clauses.add(new ArrayList<>());
                }
                clauses.get(c.clause() - 1).add(entry.match());
            }
        }
    }

    private static Decision of(FlowEntry entry, Map<Id, List<List<Match>>> conjunctions) {
        List<List<Match>> clauses = new ArrayList<>(1);
        entry.match()
                .exact(Field.CONJ_ID)
                .ifPresent(id -> clauses.addAll(
                        // Without clauses, no frame matches.
                        conjunctions.getOrDefault(new Id(entry.table(), entry.priority(), id), List.of(List.of()))));
        Match own = entry.match().without(Field.CONJ_ID);
        if (clauses.isEmpty() || !own.equals(Match.ALL)) {
            clauses.add(List.of(own));
        }
        return new Decision(entry, clauses);
    }
}
