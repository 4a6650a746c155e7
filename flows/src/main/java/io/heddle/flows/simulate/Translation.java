package io.heddle.flows.simulate;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.CtState;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a translation does to the first frame of a connection. A switch may choose another source port if two
 * connections would look the same; a walk assumes that it keeps the port.
 */
final class Translation {
    private Translation() {}

    /** The fields that it sets in any frame, and those of the port of each protocol. */
    static Map<Field, Masked> all(Action.Nat nat) {
        Map<Field, Masked> out = new LinkedHashMap<>();
        nat.address().ifPresent(a -> {
            Field field = nat.source() ? Field.IPV4_SRC : Field.IPV4_DST;
            out.put(field, Masked.address(field, a));
            if (nat.firstPort() != 0) {
                Field[] ports = nat.source()
                        ? new Field[] {Field.TCP_SRC, Field.UDP_SRC}
                        : new Field[] {Field.TCP_DST, Field.UDP_DST};
                for (Field port : ports) {
                    out.put(port, Masked.exact(port, nat.firstPort()));
                }
            }
        });
        return out;
    }

    /** The protocol whose packets have a field; empty for one that all have. */
    static OptionalInt protocol(Field field) {
        return switch (field) {
            case TCP_SRC, TCP_DST -> OptionalInt.of(6);
            case UDP_SRC, UDP_DST -> OptionalInt.of(17);
            default -> OptionalInt.empty();
        };
    }

    /** The bit of the state of a connection that it translates. */
    static long state(Action.Nat nat) {
        return nat.address().isEmpty() ? 0 : nat.source() ? CtState.SOURCE_NAT : CtState.DESTINATION_NAT;
    }
}
