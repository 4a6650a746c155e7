package io.heddle.apps;

import com.google.common.hash.Hashing;
import io.heddle.flows.model.Acl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Numbers on one switch for those rules of access lists that need some: the ids of conjunctions and the meters of
 * rates. They follow from the list's name and the rule's number in it, so that they stay over changes and restarts, and
 * no entry of one rule ever counts for another while a change replaces both. If two have the same hash, the later one
 * takes the next free number.
 */
public final class RuleNumbers {
    /** The ids of conjunctions of one rule. */
    public static final int EACH = 256;

    private static final int BLOCKS = 1 << 24;

    private final Set<Integer> conjunctions = new HashSet<>();
    private final Set<Integer> meters = new HashSet<>();

    /**
     * The numbers of some rules.
     *
     * @param conjunctions by rule, the first id of its conjunctions, 0 for a rule without; empty if no rule has any
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

    /** The numbers of the rules of a block. Costs nothing for a block that needs none, as nearly all do. */
    public Of of(String list, Acl.Block block, Acl.Slots slots) {
        if (!block.needsNumbers()) {
            return Of.NONE;
        }
        return new Of(
                numbers(list, block, slots, Acl.Rule::isLarge, hash -> allocate(conjunctions, hash, 1, BLOCKS) * EACH),
                numbers(
                        list,
                        block,
                        slots,
                        r -> r.rate() > 0,
                        hash -> MeterKind.FIRST_RULE + allocate(meters, hash, 0, Acl.MOST_RATES)));
    }

    private static List<Integer> numbers(
            String list, Acl.Block block, Acl.Slots slots, Predicate<Acl.Rule> needs, UnaryOperator<Integer> allocate) {
        List<Integer> out = new ArrayList<>();
        boolean some = false;
        for (int i = 0; i < block.rules().size(); i++) {
            boolean one = needs.test(block.rules().get(i));
            some |= one;
            int hash = one
                    ? Hashing.murmur3_32_fixed()
                            .hashString(list + " " + slots.number(i), StandardCharsets.UTF_8)
                            .asInt()
                    : 0;
            out.add(one ? allocate.apply(hash) : 0);
        }
        return some ? List.copyOf(out) : List.of();
    }

    private static int allocate(Set<Integer> taken, int hash, int first, int end) {
        if (taken.size() >= end - first) {
            throw new IllegalArgumentException("more than " + (end - first) + " rules of one switch need numbers");
        }
        int number = first + Integer.remainderUnsigned(hash, end - first);
        while (!taken.add(number)) {
            number = number + 1 == end ? first : number + 1;
        }
        return number;
    }
}
