package io.heddle.flows.simulate;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.EnumMap;
import java.util.Map;

/**
 * A frame as a switch sees it: the values of its fields. Fields that every frame has (port, metadata, VLAN, tunnel)
 * are zero where nothing is said; others are absent from frames that do not have them.
 */
public final class Frame {
    private final EnumMap<Field, Masked> values = new EnumMap<>(Field.class);

    private Frame(Map<Field, Masked> values) {
        for (Field f : new Field[] {Field.IN_PORT, Field.METADATA, Field.VLAN_VID, Field.TUN_ID, Field.TUN_SRC,
            Field.TUN_DST, Field.TUN_IPV6_SRC, Field.TUN_IPV6_DST}) {
            this.values.put(f, Masked.exact(f, 0));
        }
        this.values.putAll(values);
    }

    /** The frame whose fields have just the values that an exact match names. */
    public static Frame of(Match match) {
        return new Frame(match.fields());
    }

    /** Whether the frame satisfies a match. */
    public boolean matches(Match match) {
        for (Map.Entry<Field, Masked> e : match.fields().entrySet()) {
            Masked value = values.get(e.getKey());
            if (value == null || !e.getValue().covers(value.hi(), value.lo())) {
                return false;
            }
        }
        return true;
    }

    /** The low 64 bits of a field, 0 where the frame does not have it. */
    public long get(Field field) {
        Masked value = values.get(field);
        return value == null ? 0 : value.lo();
    }

    /** The high 64 bits of a field, 0 where it has none. */
    long hi(Field field) {
        Masked value = values.get(field);
        return value == null ? 0 : value.hi();
    }

    /** Overwrites the bits of a field that {@code value}'s mask names. */
    public Frame with(Field field, Masked value) {
        Masked old = values.getOrDefault(field, Masked.exact(field, 0));
        Frame copy = new Frame(values);
        copy.values.put(field, Masked.exact(field, old.hi() & ~value.maskHi() | value.hi(),
                old.lo() & ~value.maskLo() | value.lo()));
        return copy;
    }
}
