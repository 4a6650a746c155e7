package io.heddle.apps;

import io.heddle.flows.model.Acl;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Numbers for those rules of access lists that need some: the ids of conjunctions and the meters of rates. All switches
 * have the same. The numbers follow from the list's name and the rule's number in it, so that they stay over changes and
 * restarts, and no entry of one rule ever counts for another while a change replaces both. If two have the same hash,
 * the later one takes the next free number.
 */
public final class RuleNumbers {
    /** The ids of conjunctions of one rule. */
    public static final int EACH = 256;

    private static final int BLOCKS = 1 << 24;

    private final Map<Acl, List<Of>> numbers = new IdentityHashMap<>();

    /**
     * The numbers of some rules.
     *
     * @param conjunctions by rule, the first id of its conjunctions, 0 for a rule without; empty if no rule needs numbers
     * @param meters by rule, the number of its meter, likewise
     */
    public record Of(List<Integer> conjunctions, List<Integer> meters) {
        private static final Of NONE = new Of(List.of(), List.of());

        /** The first id of a rule's conjunctions; 0 for a rule without. */
        public int conjunction(int rule) {
            return conjunctions.isEmpty() ? 0 : conjunctions.get(rule);
        }

        /** The number of a rule's meter; 0 for a rule without. */
        public int meter(int rule) {
            return meters.isEmpty() ? 0 : meters.get(rule);
        }
    }

    private RuleNumbers(List<Acl> lists) {
        // No conjunction has the id 0.
        FreeNumbers conjunctions = new FreeNumbers(1, BLOCKS - 1);
        FreeNumbers meters = new FreeNumbers(MeterKind.FIRST_RULE, Acl.MOST_RATES);
        for (Acl acl : lists) {
            List<Of> blocks = new ArrayList<>();
            for (int b = 0; b < acl.blocks().size(); b++) {
                Acl.Block block = acl.blocks().get(b);
                // Nearly no block needs any.
                blocks.add(
                        block.needsNumbers()
                                ? of(acl.name(), block, acl.order().blocks().get(b), conjunctions, meters)
                                : Of.NONE);
            }
            numbers.put(acl, List.copyOf(blocks));
        }
    }

    /** The numbers for the rules of all lists of a network. Computed once for each network. */
    public static RuleNumbers of(List<Acl> lists, ProgramCache cache) {
        return cache.derived(lists, RuleNumbers::new);
    }

    /** The numbers for the rules of a list, by block. @param acl one of the network, by identity */
    public List<Of> of(Acl acl) {
        return numbers.get(acl);
    }

    private static Of of(String list, Acl.Block block, Acl.Slots slots, FreeNumbers conjunctions, FreeNumbers meters) {
        return new Of(
                numbers(list, block, slots, Acl.Rule::isLarge, rule -> conjunctions.of(rule) * EACH),
                numbers(list, block, slots, r -> r.rate() > 0, meters::of));
    }

    private static List<Integer> numbers(
            String list, Acl.Block block, Acl.Slots slots, Predicate<Acl.Rule> needs, ToIntFunction<String> numbers) {
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < block.rules().size(); i++) {
            boolean one = needs.test(block.rules().get(i));
            out.add(one ? numbers.applyAsInt(list + " " + slots.number(i)) : 0);
        }
        return List.copyOf(out);
    }
}
