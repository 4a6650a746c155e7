package io.heddle.flows.program;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a frame must look like for a flow entry to apply: fields and the values they must have. Immutable; a match
 * without fields applies to every frame. Its text form is ovs-ofctl's, see {@link FlowText}.
 */
public final class Match {
    /** Applies to every frame. */
    public static final Match ALL = new Match(new EnumMap<>(Field.class));

    private final EnumMap<Field, Masked> fields;
    private final int hash;

    private Match(EnumMap<Field, Masked> fields) {
        this.fields = fields;
        this.hash = fields.hashCode();
    }

    /** A match of exactly these fields; ones without any bit that counts are left out. */
    public static Match of(Map<Field, Masked> fields) {
        EnumMap<Field, Masked> copy = new EnumMap<>(Field.class);
        copy.putAll(fields);
        return owning(copy);
    }

    /** Likewise, and the map is not copied: it must not be changed afterwards. */
    public static Match owning(EnumMap<Field, Masked> fields) {
        fields.values().removeIf(Masked::isWild);
        return fields.isEmpty() ? ALL : new Match(fields);
    }

    /** This match and also {@code field} equal to {@code value}. */
    public Match with(Field field, long value) {
        return with(field, Masked.exact(field, value));
    }

    /** This match and also {@code field} as {@code masked} says, in place of what was said of that field. */
    public Match with(Field field, Masked masked) {
        EnumMap<Field, Masked> copy = new EnumMap<>(fields);
        copy.put(field, masked);
        return owning(copy);
    }

    /** This match without a word on {@code field}. */
    public Match without(Field field) {
        EnumMap<Field, Masked> copy = new EnumMap<>(fields);
        copy.remove(field);
        return owning(copy);
    }

    /** What this match says of {@code field}. */
    public Optional<Masked> get(Field field) {
        return Optional.ofNullable(fields.get(field));
    }

    /** Whether this match says anything of {@code field}. */
    public boolean has(Field field) {
        return fields.containsKey(field);
    }

    /** The value of {@code field} where all its bits count, otherwise empty. */
    public Optional<Long> exact(Field field) {
        Masked m = fields.get(field);
        return m != null && m.isExact(field) ? Optional.of(m.lo()) : Optional.empty();
    }

    /** All fields, in the order of {@link Field}. */
    public Map<Field, Masked> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** Whether both say something of the same bits of the same fields: if they then differ, no frame matches both. */
    public boolean looksAtSameBits(Match other) {
        if (fields.size() != other.fields.size()) {
            return false;
        }
        for (Map.Entry<Field, Masked> e : fields.entrySet()) {
            Masked theirs = other.fields.get(e.getKey());
            if (theirs == null || theirs.maskLo() != e.getValue().maskLo() || theirs.maskHi() != e.getValue().maskHi()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Match m && hash == m.hash && fields.equals(m.fields);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return FlowText.match(this);
    }
}
