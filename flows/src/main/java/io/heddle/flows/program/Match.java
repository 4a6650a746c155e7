package io.heddle.flows.program;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The condition of a flow entry: fields and their required values. Immutable; a match without fields matches every
 * frame. Its text form is ovs-ofctl's, see {@link FlowText}.
 */
public final class Match {
    private static final Field[] FIELDS = Field.values();
    /** Matches every frame. */
    public static final Match ALL = new Match(0, new Masked[0]);

    /** A bit for each field in the match, by ordinal: there are fewer than 64 fields. */
    private final long present;
    /**
     * The values of these fields, in their order. Compact, because a match has few fields and there are many matches.
     */
    private final Masked[] values;

    private final int hash;

    private Match(long present, Masked[] values) {
        this.present = present;
        this.values = values;
        this.hash = 31 * Long.hashCode(present) + Arrays.hashCode(values);
    }

    /** A match of exactly these fields, without those whose mask is empty. */
    public static Match of(Map<Field, Masked> fields) {
        long present = 0;
        for (Map.Entry<Field, Masked> e : fields.entrySet()) {
            present |= e.getValue().isWild() ? 0 : bit(e.getKey());
        }
        if (present == 0) {
            return ALL;
        }
        Masked[] values = new Masked[Long.bitCount(present)];
        for (Map.Entry<Field, Masked> e : fields.entrySet()) {
            if ((present & bit(e.getKey())) != 0) {
                values[index(present, e.getKey())] = e.getValue();
            }
        }
        return new Match(present, values);
    }

    private static long bit(Field field) {
        return 1L << field.ordinal();
    }

    /** The index of a field's value in the values of a match, or the index to insert it at. */
    private static int index(long present, Field field) {
        return Long.bitCount(present & bit(field) - 1);
    }

    /** This match with {@code field} equal to {@code value}. */
    public Match with(Field field, long value) {
        return with(field, Masked.exact(field, value));
    }

    /** This match with {@code masked} in place of any condition on {@code field}. */
    public Match with(Field field, Masked masked) {
        if (masked.isWild()) {
            return without(field);
        }
        int at = index(present, field);
        Masked[] copy;
        if (has(field)) {
            copy = values.clone();
        } else {
            copy = new Masked[values.length + 1];
            System.arraycopy(values, 0, copy, 0, at);
            System.arraycopy(values, at, copy, at + 1, values.length - at);
        }
        copy[at] = masked;
        return new Match(present | bit(field), copy);
    }

    /** The frames that satisfy both matches; empty if the two ask different things of one field. */
    public Optional<Match> and(Match other) {
        long all = present | other.present;
        Masked[] both = new Masked[Long.bitCount(all)];
        int mine = 0;
        int others = 0;
        int next = 0;
        for (long rest = all; rest != 0; rest &= rest - 1) {
            long bit = Long.lowestOneBit(rest);
            Masked value = (present & bit) != 0 ? values[mine++] : null;
            if ((other.present & bit) != 0) {
                Masked wanted = other.values[others++];
                if (value != null && !value.equals(wanted)) {
                    return Optional.empty();
                }
                value = wanted;
            }
            both[next++] = value;
        }
        return Optional.of(new Match(all, both));
    }

    /** This match without a condition on {@code field}. */
    public Match without(Field field) {
        if (!has(field)) {
            return this;
        }
        int at = index(present, field);
        Masked[] copy = new Masked[values.length - 1];
        System.arraycopy(values, 0, copy, 0, at);
        System.arraycopy(values, at + 1, copy, at, copy.length - at);
        return copy.length == 0 ? ALL : new Match(present & ~bit(field), copy);
    }

    /** The condition on {@code field}. */
    public Optional<Masked> get(Field field) {
        return has(field) ? Optional.of(values[index(present, field)]) : Optional.empty();
    }

    /** Whether this match has a condition on {@code field}. */
    public boolean has(Field field) {
        return (present & bit(field)) != 0;
    }

    /** The value of {@code field} if all its bits count, otherwise empty. */
    public Optional<Long> exact(Field field) {
        return get(field).filter(m -> m.isExact(field)).map(Masked::lo);
    }

    /** Whether this match has conditions on other fields than these. @param fields a bit for each, see {@link #bits} */
    public boolean looksBeyond(long fields) {
        return (present & ~fields) != 0;
    }

    /** A bit for each of some fields. */
    public static long bits(Set<Field> fields) {
        return fields.stream().mapToLong(Match::bit).reduce(0, (a, b) -> a | b);
    }

    /** All fields, in the order of {@link Field}. Unmodifiable. */
    public Map<Field, Masked> fields() {
        return new Fields();
    }

    /** Whether both test the same bits of the same fields. If such matches differ, no frame matches both. */
    public boolean looksAtSameBits(Match other) {
        boolean same = present == other.present;
        for (int i = 0; same && i < values.length; i++) {
            same = values[i].maskLo() == other.values[i].maskLo() && values[i].maskHi() == other.values[i].maskHi();
        }
        return same;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Match m && hash == m.hash && present == m.present && Arrays.equals(values, m.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return FlowText.match(this);
    }

    /** The fields as a map view. */
    private final class Fields extends AbstractMap<Field, Masked> {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public Masked get(Object key) {
            return key instanceof Field f && has(f) ? values[index(present, f)] : null;
        }

        @Override
        public boolean containsKey(Object key) {
            return key instanceof Field f && has(f);
        }

        @Override
        public void forEach(BiConsumer<? super Field, ? super Masked> action) {
            long left = present;
            for (Masked value : values) {
                action.accept(FIELDS[Long.numberOfTrailingZeros(left)], value);
                left &= left - 1;
            }
        }

        @Override
        public Set<Map.Entry<Field, Masked>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public int size() {
                    return values.length;
                }

                @Override
                public Iterator<Map.Entry<Field, Masked>> iterator() {
                    return new Entries();
                }
            };
        }
    }

    /** Iterates from the first field to the last. */
    private final class Entries implements Iterator<Map.Entry<Field, Masked>> {
        private long left = present;
        private int next;

        @Override
        public boolean hasNext() {
            return left != 0;
        }

        @Override
        public Map.Entry<Field, Masked> next() {
            if (left == 0) {
                throw new NoSuchElementException();
            }
            Field field = FIELDS[Long.numberOfTrailingZeros(left)];
            left &= left - 1;
            return Map.entry(field, values[next++]);
        }
    }
}
