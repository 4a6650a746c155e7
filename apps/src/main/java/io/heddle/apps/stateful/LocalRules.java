package io.heddle.apps.stateful;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.heddle.apps.FlowSink;
import io.heddle.flows.model.Acl;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of rules that concern connections of the hosts here. Finds each part once: several tables and successive
 * programs ask for the same rules, and many rules name the same group, whose addresses are one list. Any thread.
 */
final class LocalRules {
    private final Locals locals;
    private final Set<Acl.Direction> directions;
    /** By identity, as long as somebody else has the rule. */
    private final Cache<Acl.Rule, Map<Acl.Direction, List<Share>>> shares =
            CacheBuilder.newBuilder().weakKeys().build();
    /** Likewise, the values of factors. */
    private final Cache<List<Masked>, List<Masked>> possible =
            CacheBuilder.newBuilder().weakKeys().build();

    /** What rules follow from. @param directions those in which the connections of the rules may begin */
    private record Key(Locals locals, Set<Acl.Direction> directions) {}

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

    private LocalRules(Key key) {
        locals = key.locals;
        directions = key.directions;
    }

    /** Those for some hosts. @param directions those in which the connections of the rules may begin */
    static LocalRules of(FlowSink sink, Locals locals, Set<Acl.Direction> directions) {
        return sink.kept(new Key(locals, directions), LocalRules::new);
    }

    /** The hosts, if some rules depend on them, otherwise {@link Locals#ANY}: then bridges share their entries. */
    Locals concerning(List<Acl.Block> rules) {
        return rules.stream().anyMatch(b -> directions.stream().anyMatch(b::namesHosts)) ? locals : Locals.ANY;
    }

    /** A rule's products for connections that begin in each direction; no direction in which it concerns no host. */
    Map<Acl.Direction, List<Share>> of(Acl.Rule rule) {
        Map<Acl.Direction, List<Share>> out = shares.getIfPresent(rule);
        if (out == null) {
            out = new EnumMap<>(Acl.Direction.class);
            for (Acl.Direction direction : directions) {
                List<Share> some = shares(rule, direction);
                if (!some.isEmpty() || rule.products().isEmpty()) {
                    out.put(direction, some);
                }
            }
            shares.put(rule, out);
        }
        return out;
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
        } else if (values.size() == 1) {
            return locals.isPossible(field, values.get(0)) ? values : List.of();
        }
        List<Masked> out = possible.getIfPresent(values);
        if (out == null) {
            out = values.stream().filter(v -> locals.isPossible(field, v)).toList();
            possible.put(values, out);
        }
        return out;
    }
}
