package io.heddle.apps.stateful;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns matches of frames into matches of connections: of the frame with which a connection begins. */
final class Tuple {
    private static final Map<Field, Field> FIELDS = Map.ofEntries(
            Map.entry(Field.ETH_TYPE, Field.ETH_TYPE),
            Map.entry(Field.IP_PROTO, Field.CT_NW_PROTO),
            Map.entry(Field.IPV4_SRC, Field.CT_NW_SRC),
            Map.entry(Field.IPV4_DST, Field.CT_NW_DST),
            Map.entry(Field.IPV6_SRC, Field.CT_IPV6_SRC),
            Map.entry(Field.IPV6_DST, Field.CT_IPV6_DST),
            Map.entry(Field.TCP_SRC, Field.CT_TP_SRC),
            Map.entry(Field.TCP_DST, Field.CT_TP_DST),
            Map.entry(Field.UDP_SRC, Field.CT_TP_SRC),
            Map.entry(Field.UDP_DST, Field.CT_TP_DST),
            Map.entry(Field.SCTP_SRC, Field.CT_TP_SRC),
            Map.entry(Field.SCTP_DST, Field.CT_TP_DST),
            Map.entry(Field.ICMP_TYPE, Field.CT_TP_SRC),
            Map.entry(Field.ICMP_CODE, Field.CT_TP_DST),
            Map.entry(Field.ICMPV6_TYPE, Field.CT_TP_SRC),
            Map.entry(Field.ICMPV6_CODE, Field.CT_TP_DST));

    /** The IP protocol numbers of ICMP. */
    static final int ICMP = 1;

    static final int ICMPV6 = 58;

    private Tuple() {}

    /** The connections that begin with the frames of a product; empty if it asks for something that none has. */
    static Optional<Product> of(Product frames) {
        List<Product.Factor> factors = new ArrayList<>();
        for (Product.Factor f : frames.factors()) {
            Field field = FIELDS.get(f.field());
            if (field == null) {
                return Optional.empty();
            }
            factors.add(new Product.Factor(
                    field, f.values().stream().map(v -> widened(f.field(), v)).toList()));
        }
        return of(frames.base()).map(base -> new Product(base, factors));
    }

    /** The frames that answer those of a product; empty for those of ICMP, which do not look like their request. */
    static Optional<Product> reply(Product frames) {
        long proto = frames.base().exact(Field.IP_PROTO).orElse(0L);
        if (proto == ICMP || proto == ICMPV6) {
            return Optional.empty();
        }
        Match base = Match.ALL;
        for (Map.Entry<Field, Masked> e : frames.base().fields().entrySet()) {
            base = base.with(e.getKey().opposite(), e.getValue());
        }
        return Optional.of(new Product(
                base,
                frames.factors().stream()
                        .map(f -> new Product.Factor(f.field().opposite(), f.values()))
                        .toList()));
    }

    /** The match of a connection; empty if the match asks for something that a connection does not have. */
    static Optional<Match> of(Match frame) {
        Match out = Match.ALL;
        for (Map.Entry<Field, Masked> e : frame.fields().entrySet()) {
            Field field = FIELDS.get(e.getKey());
            if (field == null) {
                return Optional.empty();
            }
            out = out.with(field, widened(e.getKey(), e.getValue()));
        }
        return Optional.of(out);
    }

    /** The ports of a tuple have sixteen bits, the types and codes of ICMP eight. */
    private static Masked widened(Field field, Masked value) {
        return switch (field) {
            case ICMP_TYPE, ICMP_CODE, ICMPV6_TYPE, ICMPV6_CODE -> Masked.exact(Field.CT_TP_SRC, value.lo());
            default -> value;
        };
    }
}
