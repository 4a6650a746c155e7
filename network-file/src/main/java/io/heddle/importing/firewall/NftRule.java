package io.heddle.importing.firewall;

import java.util.List;
import java.util.Map;

/** A rule of nft as its statements in order, from text or from JSON. */
record NftRule(Origin origin, List<Statement> statements) {
    /** A part of a rule. */
    sealed interface Statement {}

    /**
     * A condition.
     *
     * @param key such as "tcp dport"
     * @param values any of which fits: words, prefixes, ranges FIRST-LAST, or @SET
     */
    record Match(String key, String operator, List<String> values) implements Statement {}

    /** One verdict for each value. */
    record VerdictMap(String key, Map<String, Decision> verdicts) implements Statement {}

    /** @param target of a jump */
    record Decision(Rule.Verdict verdict, String target) implements Statement {}

    /** A statement that decides nothing, such as a counter. */
    record Effect(String text) implements Statement {}

    /** A condition that a list cannot have. */
    record Unsaid(String text) implements Statement {}

    /** The conditions that {@code reject with} implies: nft leaves them out where it prints a rule. */
    static List<Statement> implied(String with) {
        if (with.startsWith("tcp")) {
            return List.of(new Match("meta l4proto", "==", List.of("tcp")));
        } else if (with.startsWith("icmpx") || !with.startsWith("icmp")) {
            return List.of();
        }
        return List.of(new Match("meta nfproto", "==", List.of(with.startsWith("icmpv6") ? "ipv6" : "ipv4")));
    }
}
