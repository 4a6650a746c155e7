package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns chains that jump into one list in which the first rule that matches decides, for the packets of one IP version
 * that begin connections. A rule that returns under a condition is said exactly: what comes behind the jump is written
 * at its place, under the same condition.
 */
final class FirstMatch {
    private static final int MOST_STEPS = 200_000;
    private static final int MOST_DEPTH = 64;

    /** Where packets go on behind a chain. */
    private record Back(Chain chain, int next, Back up) {}

    private final List<Chain> bases;
    private final boolean v6;
    private final List<Item> items = new ArrayList<>();
    private final Set<Item.Note> notes = new HashSet<>();
    private final Set<Origin> silent = new LinkedHashSet<>();
    private final Set<Chain> visited = new LinkedHashSet<>();
    private Rest rest;
    private int steps;
    private int depth;

    private FirstMatch(List<Chain> bases, boolean v6) {
        this.bases = bases;
        this.v6 = v6;
    }

    /** What happens to packets that no rule matches. @param origins of the rule that says so; empty for a policy */
    record Rest(Rule.Verdict verdict, List<Origin> origins) {}

    /**
     * The list.
     *
     * @param silent rules that can match nothing in this IP version
     * @param visited the chains that the list stands for
     */
    record Result(List<Item> items, Rest rest, Set<Origin> silent, Set<Chain> visited) {}

    /**
     * @param bases the chains where packets begin; a packet that one accepts goes on with the next
     * @throws FirewallSyntaxException if chains jump in a circle, or the list would be too long
     */
    static Result of(List<Chain> bases, boolean v6) throws FirewallSyntaxException {
        FirstMatch f = new FirstMatch(bases, v6);
        f.base(0, Conditions.ANY, List.of());
        return new Result(f.items, f.rest, f.silent, f.visited);
    }

    private void base(int number, Conditions when, List<Origin> why) throws FirewallSyntaxException {
        Chain chain = bases.get(number);
        if (walk(chain, 0, when, null, number)) {
            decide(when, chain.policy(), number, why);
        }
    }

    /** Returns whether packets under the condition may come out behind the chain. */
    private boolean walk(Chain chain, int from, Conditions when, Back up, int base) throws FirewallSyntaxException {
        visited.add(chain);
        for (int i = from; i < chain.rules().size(); i++) {
            Rule rule = chain.rules().get(i);
            if (++steps > MOST_STEPS || depth > MOST_DEPTH) {
                throw new FirewallSyntaxException(
                        rule.origin().place(),
                        "chain " + chain.name() + " is jumped to in a circle, or far too often to write it out");
            }
            Conditions m = when.and(rule.when().of(v6));
            if (m.never() != null || !m.unsaid().isEmpty() || rule.verdict() == Rule.Verdict.NONE) {
                leave(rule, m, chain);
                continue;
            }
            boolean all = m.equals(when);
            if (all && rule.verdict() == Rule.Verdict.RETURN) {
                unreached(chain, i + 1);
                return true;
            } else if (all && rule.verdict() == Rule.Verdict.GOTO) {
                unreached(chain, i + 1);
                return into(rule, chain, m, up, base);
            } else if (!passes(rule, chain, m, new Back(chain, i + 1, up), base) && all) {
                unreached(chain, i + 1);
                return false;
            }
        }
        return true;
    }

    /** Applies a rule. Returns whether packets that it matches may go on with the next rule of the chain. */
    private boolean passes(Rule rule, Chain chain, Conditions m, Back next, int base) throws FirewallSyntaxException {
        List<Origin> why = List.of(rule.origin());
        switch (rule.verdict()) {
            case JUMP -> {
                return into(rule, chain, m, next, base);
            }
            case GOTO -> {
                if (into(rule, chain, m, next.up, base)) {
                    behind(next.up, m, base, why);
                }
            }
            case RETURN -> behind(next.up, m, base, why);
            default -> decide(m, rule.verdict(), base, why);
        }
        return false;
    }

    private boolean into(Rule rule, Chain chain, Conditions m, Back up, int base) throws FirewallSyntaxException {
        Chain target = chain.other(rule.target());
        if (target == null) {
            throw new FirewallSyntaxException(
                    rule.origin().place(), "jumps to chain " + rule.target() + ", which is not in its table");
        }
        depth++;
        boolean through = walk(target, 0, m, up, base);
        depth--;
        return through;
    }

    /** Writes out all that is behind a chain. */
    private void behind(Back back, Conditions m, int base, List<Origin> why) throws FirewallSyntaxException {
        depth++;
        if (back == null) {
            decide(m, bases.get(base).policy(), base, why);
        } else if (walk(back.chain, back.next, m, back.up, base)) {
            behind(back.up, m, base, why);
        }
        depth--;
    }

    private void decide(Conditions m, Rule.Verdict verdict, int base, List<Origin> why) throws FirewallSyntaxException {
        if (verdict == Rule.Verdict.ACCEPT && base + 1 < bases.size()) {
            base(base + 1, m, why);
        } else if (m.equals(Conditions.ANY)) {
            rest = new Rest(verdict, why);
        } else {
            items.add(new Item.Entry(m, verdict, v6 ? Item.Version.V6 : Item.Version.V4, why));
        }
    }

    private void unreached(Chain chain, int from) {
        chain.rules().subList(from, chain.rules().size()).forEach(r -> silent.add(r.origin()));
    }

    private void leave(Rule rule, Conditions m, Chain chain) {
        List<Origin> from = List.of(rule.origin());
        if (m.never() != null && m.never().isEmpty()) {
            silent.add(rule.origin());
        } else if (m.never() != null) {
            note(new Item.Note(Item.Effect.NONE, 1, m.never(), from));
        } else if (rule.verdict() == Rule.Verdict.NONE) {
            note(new Item.Note(Item.Effect.NONE, 1, rule.target(), from));
        } else {
            Set<Chain> tree = new LinkedHashSet<>();
            tree(rule, chain, tree);
            visited.addAll(tree);
            Item.Effect effect = effect(rule, tree);
            long rules = tree.stream().mapToLong(c -> c.rules().size()).sum();
            long decide = tree.stream()
                    .flatMap(c -> c.rules().stream())
                    .filter(r -> effect == Item.Effect.STRICTER
                            ? r.verdict() == Rule.Verdict.ACCEPT
                            : r.verdict() == Rule.Verdict.DROP || r.verdict() == Rule.Verdict.REJECT)
                    .count();
            String reason = String.join("; ", m.unsaid());
            note(new Item.Note(
                    effect,
                    (int) Math.max(1, decide),
                    rules == 0 ? reason : reason + " (and so the rules that it leads to: " + rules + ")",
                    from));
        }
    }

    private void note(Item.Note note) {
        if (notes.add(note)) {
            items.add(note);
        }
    }

    private static Item.Effect effect(Rule rule, Set<Chain> tree) {
        return switch (rule.verdict()) {
            case ACCEPT -> Item.Effect.STRICTER;
            case JUMP -> {
                List<Rule.Verdict> verdicts = tree.stream()
                        .flatMap(c -> c.rules().stream())
                        .map(Rule::verdict)
                        .toList();
                yield verdicts.contains(Rule.Verdict.DROP) || verdicts.contains(Rule.Verdict.REJECT)
                        ? Item.Effect.MORE_OPEN
                        : verdicts.contains(Rule.Verdict.ACCEPT) ? Item.Effect.STRICTER : Item.Effect.NONE;
            }
            default -> Item.Effect.MORE_OPEN;
        };
    }

    /** All chains to which a rule leads. */
    private static void tree(Rule rule, Chain chain, Set<Chain> into) {
        boolean jumps = rule.verdict() == Rule.Verdict.JUMP || rule.verdict() == Rule.Verdict.GOTO;
        Chain target = jumps ? chain.other(rule.target()) : null;
        if (target != null && into.add(target)) {
            target.rules().forEach(r -> tree(r, target, into));
        }
    }
}
