package io.heddle.apps.stateful;

import io.heddle.flows.model.Acl;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of rules that concern connections of the hosts here. Finds each part once: several tables ask for the same
 * rules, and many rules name the same group, whose addresses are one list.
 */
final class LocalRules {
    private final Locals locals;
    private final Set<Acl.Direction> directions;
    private final Map<Acl.Rule, Map<Acl.Direction, List<Share>>> shares = new IdentityHashMap<>();
    private final Map<List<Masked>, List<Masked>> possible = new IdentityHashMap<>();

    /**
     * A product of a rule, and what of it concerns hosts here.
     *
     * @param number its place in the rule
     * @param here has some of the values of one factor; is {@code whole} if all concern hosts here
     */
    record Share(int number, Product whole, Product here) {
        /** Looks only at the values that are here: the others are many, and follow from the rule. */
        @Override
        public int hashCode() {
            int hash = number;
            for (int f = 0; whole != here && f < here.factors().size(); f++) {
                List<Masked> values = here.factors().get(f).values();
                boolean some = values.size() != whole.factors().get(f).values().size();
                hash = 31 * hash + (some ? values.hashCode() : 0);
            }
            return hash;
        }

        /** Whether the switch has a part of a conjunction. */
        boolean isPartOfLarge() {
            return whole != here && whole.isLarge();
        }
    }

    /** @param directions those in which the connections of the rules may begin */
    LocalRules(Locals locals, Set<Acl.Direction> directions) {
        this.locals = locals;
        this.directions = directions;
    }

    /** The hosts, if a block of rules depends on them, otherwise {@link Locals#ANY}: then bridges share its entries. */
    Locals concerning(Acl.Block block) {
        return directions.stream().anyMatch(block::namesHosts) ? locals : Locals.ANY;
    }

    /** A rule's products for connections that begin in each direction; no direction in which it concerns no host. */
    Map<Acl.Direction, List<Share>> of(Acl.Rule rule) {
        return shares.computeIfAbsent(rule, r -> {
            Map<Acl.Direction, List<Share>> out = new EnumMap<>(Acl.Direction.class);
            for (Acl.Direction direction : directions) {
                List<Share> some = shares(r, direction);
                if (!some.isEmpty() || r.products().isEmpty()) {
                    out.put(direction, some);
                }
            }
            return out;
        });
    }

    private List<Share> shares(Acl.Rule rule, Acl.Direction direction) {
        List<Share> out = new ArrayList<>(rule.products().size());
        for (int p = 0; p < rule.products().size(); p++) {
            int number = p;
            Optional<Product> here = Optional.of(rule.products().get(p));
            for (Field field : direction.hosts()) {
                here = here.flatMap(h -> h.filter(field, values -> possible(field, values)));
            }
            here.ifPresent(h -> out.add(new Share(number, rule.products().get(number), h)));
        }
        return List.copyOf(out);
    }

    private List<Masked> possible(Field field, List<Masked> values) {
        if (!locals.isKnown(field)) {
            return values;
        }
        return possible.computeIfAbsent(
                values,
                all -> all.stream().filter(v -> locals.isPossible(field, v)).toList());
    }
}
