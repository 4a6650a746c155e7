package io.heddle.flows.simulate;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A frame as a switch sees it: the values of its fields. Fields that every frame has (port, metadata, VLAN, tunnel) are
 * zero unless set, and so is the state of its connection; other fields may be absent. The transport ports of a fragment
 * are always zero, and so are the TCP flags of a later fragment, because matches compare with these values
 * (ovs-ofctl(8), set-frags normal).
 */
public final class Frame {
    private static final Set<Field> PORTS = Set.of(
            Field.TCP_SRC,
            Field.TCP_DST,
            Field.UDP_SRC,
            Field.UDP_DST,
            Field.SCTP_SRC,
            Field.SCTP_DST,
            Field.ICMP_TYPE,
            Field.ICMP_CODE,
            Field.ICMPV6_TYPE,
            Field.ICMPV6_CODE);

    private final EnumMap<Field, Masked> values = new EnumMap<>(Field.class);

    private Frame(Map<Field, Masked> values) {
        for (Field f : new Field[] {
            Field.CT_STATE,
            Field.CT_ZONE,
            Field.CT_MARK,
            Field.REG0,
            Field.REG1,
            Field.REG2,
            Field.REG3,
            Field.REG4,
            Field.REG5,
            Field.IN_PORT,
            Field.METADATA,
            Field.VLAN_VID,
            Field.VLAN_PCP,
            Field.TUN_ID,
            Field.TUN_SRC,
            Field.TUN_DST,
            Field.TUN_IPV6_SRC,
            Field.TUN_IPV6_DST
        }) {
            this.values.put(f, Masked.exact(f, 0));
        }
        this.values.putAll(values);
    }

    /** The frame with exactly the values of an exact match. */
    public static Frame of(Match match) {
        Frame frame = new Frame(match.fields());
        long fragment = frame.get(Field.IP_FRAG);
        if (fragment != 0) {
            PORTS.forEach(f -> frame.values.put(f, Masked.exact(f, 0)));
        }
        if ((fragment & Field.LATER_FRAGMENT) != 0) {
            frame.values.put(Field.TCP_FLAGS, Masked.exact(Field.TCP_FLAGS, 0));
        }
        return frame;
    }

    /** Whether the frame satisfies a match; a tracked frame may satisfy one on its connection. */
    public boolean matches(Match match) {
        Optional<Tracked> tracked = Tracked.of(get(Field.CT_STATE));
        return tracked.isEmpty()
                ? has(match)
                : Tracking.translate(match, tracked.get()).filter(this::has).isPresent();
    }

    private boolean has(Match match) {
        for (Map.Entry<Field, Masked> e : match.fields().entrySet()) {
            Masked value = values.get(e.getKey());
            if (value == null || !e.getValue().covers(value.hi(), value.lo())) {
                return false;
            }
        }
        return true;
    }

    /** The value of a field; empty if the frame lacks the field. */
    public Optional<Masked> value(Field field) {
        return Optional.ofNullable(values.get(field));
    }

    /** The low 64 bits of a field; 0 if the frame lacks the field. */
    public long get(Field field) {
        Masked value = values.get(field);
        return value == null ? 0 : value.lo();
    }

    /** The high 64 bits of a field; 0 if the frame lacks the field or it is narrower. */
    long hi(Field field) {
        Masked value = values.get(field);
        return value == null ? 0 : value.hi();
    }

    /** A copy of the frame in which {@code value} overwrites the bits of its mask. */
    public Frame with(Field field, Masked value) {
        Masked old = values.getOrDefault(field, Masked.exact(field, 0));
        Frame copy = new Frame(values);
        copy.values.put(
                field,
                Masked.exact(field, old.hi() & ~value.maskHi() | value.hi(), old.lo() & ~value.maskLo() | value.lo()));
        return copy;
    }
}
