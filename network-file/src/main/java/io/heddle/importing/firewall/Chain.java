package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A chain of rules, with the other chains of its table. */
final class Chain {
    private final String name;
    private final Map<String, Chain> table;
    private final List<Rule> rules = new ArrayList<>();
    private Rule.Verdict policy = Rule.Verdict.ACCEPT;

    /** @param table the chains of the table by name; this one joins them */
    Chain(String name, Map<String, Chain> table) {
        this.name = name;
        this.table = table;
        table.put(name, this);
    }

    String name() {
        return name;
    }

    List<Rule> rules() {
        return rules;
    }

    /** The chain of this table with a name; null if there is none. */
    Chain other(String other) {
        return table.get(other);
    }

    Iterable<Chain> others() {
        return table.values();
    }

    Rule.Verdict policy() {
        return policy;
    }

    void policy(Rule.Verdict verdict) {
        policy = verdict;
    }
}
