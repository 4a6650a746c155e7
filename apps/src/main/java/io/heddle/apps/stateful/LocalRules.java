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
    private final Map<Acl.Rule, Map<Acl.Direction, Acl.Rule>> parts = new IdentityHashMap<>();
    private final Map<List<Masked>, List<Masked>> possible = new IdentityHashMap<>();

    /** @param directions those in which the connections of the rules may begin */
    LocalRules(Locals locals, Set<Acl.Direction> directions) {
        this.locals = locals;
        this.directions = directions;
    }

    /** The hosts, if a block of rules depends on them, otherwise {@link Locals#ANY}: then bridges share its entries. */
    Locals concerning(Acl.Block block) {
        return directions.stream().anyMatch(block::namesHosts) ? locals : Locals.ANY;
    }

    /** A rule's parts for connections that begin in each direction; none where it concerns no host here. */
    Map<Acl.Direction, Acl.Rule> of(Acl.Rule rule) {
        return parts.computeIfAbsent(rule, r -> {
            Map<Acl.Direction, Acl.Rule> out = new EnumMap<>(Acl.Direction.class);
            directions.forEach(d -> restrict(r, d).ifPresent(part -> out.put(d, part)));
            return out;
        });
    }

    private Optional<Acl.Rule> restrict(Acl.Rule rule, Acl.Direction direction) {
        List<Product> some = new ArrayList<>(rule.products().size());
        boolean same = true;
        for (Product whole : rule.products()) {
            Optional<Product> part = Optional.of(whole);
            for (Field field : direction.hosts()) {
                part = part.flatMap(p -> p.filter(field, values -> possible(field, values)));
            }
            same &= part.filter(p -> p == whole).isPresent();
            part.ifPresent(some::add);
        }
        return same ? Optional.of(rule) : some.isEmpty() ? Optional.empty() : Optional.of(rule.with(some));
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
