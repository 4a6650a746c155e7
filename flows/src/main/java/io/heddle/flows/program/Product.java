package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Frames that match a base and, of each factor, one of its values. No frame matches two values of a factor.
 *
 * @param base what all of the frames have
 * @param factors the fields of which several values fit
 */
public record Product(Match base, List<Factor> factors) {
    /** A conjunction costs the switch a second look, so it must save this many times its own entries. */
    private static final int WORTH = 2;

    /** A field with its possible values. */
    public record Factor(Field field, List<Masked> values) {
        public Factor {
            values = List.copyOf(values);
        }
    }

    public Product {
        factors = List.copyOf(factors);
    }

    /** The frames of one match. */
    public static Product of(Match match) {
        return new Product(match, List.of());
    }

    /** The number of matches that say the same. */
    public long size() {
        return factors.stream().mapToLong(f -> f.values.size()).reduce(1, (a, b) -> a * b);
    }

    /**
     * Whether entries for each value of each factor are far fewer than those for each combination: then the product
     * becomes a {@linkplain Action.Conjunction conjunction}.
     */
    public boolean isLarge() {
        return factors.size() > 1 && size() > (long) WORTH * (sum() + 1);
    }

    /** The number of flow entries that the product takes. */
    public long cost() {
        return isLarge() ? sum() + 1 : size();
    }

    private int sum() {
        return factors.stream().mapToInt(f -> f.values.size()).sum();
    }

    /** The matches that say the same: one for each combination of values. */
    public List<Match> matches() {
        List<Match> out = List.of(base);
        for (Factor f : factors) {
            List<Match> next = new ArrayList<>(out.size() * f.values.size());
            for (Masked value : f.values) {
                out.forEach(m -> next.add(m.with(f.field, value)));
            }
            out = next;
        }
        return out;
    }

    /** For each factor, the matches of its values: a frame of the product matches one of each. */
    public List<List<Match>> clauses() {
        return factors.stream().map(this::clause).toList();
    }

    /** The matches of a factor's values. */
    public List<Match> clause(Factor factor) {
        return factor.values.stream().map(v -> base.with(factor.field, v)).toList();
    }

    /** The frames of the product that also match this; empty if there are none. The match must not name a factor. */
    public Optional<Product> and(Match match) {
        return match.and(base).map(both -> new Product(both, factors));
    }

    /** Whether one of the values of a field is exact. */
    public boolean names(Field field) {
        return base.get(field).filter(m -> m.isExact(field)).isPresent()
                || factors.stream()
                        .anyMatch(f -> f.field == field && f.values.stream().anyMatch(v -> v.isExact(field)));
    }

    /**
     * The product with fewer values of a field; empty if none is left.
     *
     * @param filter leaves some of the values, in their order
     */
    public Optional<Product> filter(Field field, UnaryOperator<List<Masked>> filter) {
        if (base.has(field)) {
            List<Masked> one = List.of(base.get(field).orElseThrow());
            return filter.apply(one).isEmpty() ? Optional.empty() : Optional.of(this);
        }
        for (int i = 0; i < factors.size(); i++) {
            if (factors.get(i).field == field) {
                return with(i, filter.apply(factors.get(i).values));
            }
        }
        return Optional.of(this);
    }

    private Optional<Product> with(int factor, List<Masked> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        } else if (values.size() == factors.get(factor).values.size()) {
            return Optional.of(this);
        }
        List<Factor> others = new ArrayList<>(factors);
        others.set(factor, new Factor(factors.get(factor).field, values));
        return Optional.of(new Product(base, others));
    }

    /** The fields that the frames are asked for. */
    public Set<Field> fields() {
        Set<Field> fields = new LinkedHashSet<>(base.fields().keySet());
        factors.forEach(f -> fields.add(f.field));
        return fields;
    }
}
