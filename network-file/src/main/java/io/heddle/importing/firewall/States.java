package io.heddle.importing.firewall;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What conditions on the state of a connection mean for the packet that begins it. */
final class States {
    private static final Set<String> REPLIES = Set.of("ESTABLISHED", "RELATED");

    private States() {}

    /** The condition; what it means in full depends on the verdict, see {@link #finish}. */
    static Conditions of(List<String> states, boolean negated) {
        List<String> upper =
                states.stream().map(s -> s.strip().toUpperCase(Locale.ROOT)).toList();
        return upper.contains("NEW") != negated
                ? Conditions.ANY
                : Conditions.never("state " + String.join(",", upper) + (negated ? " excluded" : ""));
    }

    /** A rule with a condition from {@link #of}, and a reason why it is not needed, or why it is not said. */
    static Rule finish(Rule rule, Ruleset ruleset) {
        String never = rule.when().never();
        if (never == null || !never.startsWith("state ")) {
            return rule;
        }
        List<String> states = List.of(never.replaceFirst("state ", "").split(","));
        String why;
        if (rule.verdict() == Rule.Verdict.ACCEPT && REPLIES.containsAll(states)) {
            if (states.contains("ESTABLISHED")) {
                ruleset.acceptsReplies();
            }
            why = "stateful: true lets replies pass";
        } else if (rule.verdict() != Rule.Verdict.ACCEPT && states.equals(List.of("INVALID"))) {
            why = "a stateful list drops what belongs to no connection";
        } else if (rule.verdict() == Rule.Verdict.NONE || rule.verdict() == Rule.Verdict.RETURN) {
            why = "it is about packets that begin no connection";
        } else {
            Conditions when = rule.when();
            return new Rule(
                    rule.origin(),
                    new Conditions(
                            when.proto(),
                            when.src(),
                            when.dst(),
                            when.srcPort(),
                            when.dstPort(),
                            when.icmpType(),
                            when.icmpCode(),
                            List.of("a stateful list judges only packets that begin a connection"),
                            null),
                    rule.verdict(),
                    rule.target());
        }
        return new Rule(rule.origin(), rule.when().because(why), rule.verdict(), rule.target());
    }
}
