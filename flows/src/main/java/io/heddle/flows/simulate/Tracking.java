package io.heddle.flows.simulate;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tuple of a connection: addresses, protocol and ports of its first frame. A frame and its connection have the same
 * tuple, or in a reply the reversed one, so a match on the tuple is a match on the frame's own fields. That holds while
 * no entry changes these fields after the frame was tracked, and for whole packets: matches see no ports in fragments.
 *
 * <p>Source: ovs-fields(7), "Connection Tracking Fields"; write_ct_md() in Open vSwitch.
 */
public final class Tracking {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    /** The fields of {@code ct_tp_src} and {@code ct_tp_dst} in a frame of each protocol. */
    private static final Map<Integer, List<Field>> PORTS = Map.of(
            6,
            List.of(Field.TCP_SRC, Field.TCP_DST),
            17,
            List.of(Field.UDP_SRC, Field.UDP_DST),
            132,
            List.of(Field.SCTP_SRC, Field.SCTP_DST),
            ICMP,
            List.of(Field.ICMP_TYPE, Field.ICMP_CODE),
            ICMPV6,
            List.of(Field.ICMPV6_TYPE, Field.ICMPV6_CODE));
    /** The bit that distinguishes an echo request from its reply: 8 from 0 in ICMP, 128 from 129 in ICMPv6. */
    private static final int ECHO = 8;

    private static final int ECHO_V6 = 1;

    private Tracking() {}

    /**
     * The match of tracked frames without a condition on the tuple: with conditions on the frame's own fields instead.
     * Conditions on the state, the zone and the mark stay, because the frame remembers these.
     *
     * @return the match, or empty if no such frame satisfies it
     */
    public static Optional<Match> translate(Match match, Tracked tracked) {
        if (!match.get(Field.CT_STATE).map(m -> m.covers(0, tracked.state())).orElse(true)) {
            return Optional.empty();
        }
        Optional<Match> out = Optional.of(match);
        for (Map.Entry<Field, Masked> e : match.fields().entrySet()) {
            if (e.getKey().isTuple()) {
                out = out.flatMap(m -> own(m.without(e.getKey()), match, e.getKey(), e.getValue(), tracked));
            }
        }
        return out;
    }

    /** Adds to {@code to} the condition on a field of the tuple, which {@code match} has. */
    private static Optional<Match> own(Match to, Match match, Field field, Masked value, Tracked tracked) {
        boolean reply = tracked == Tracked.REPLY;
        return switch (field) {
            case CT_NW_SRC -> narrowed(to, reply ? Field.IPV4_DST : Field.IPV4_SRC, value);
            case CT_NW_DST -> narrowed(to, reply ? Field.IPV4_SRC : Field.IPV4_DST, value);
            case CT_IPV6_SRC -> narrowed(to, reply ? Field.IPV6_DST : Field.IPV6_SRC, value);
            case CT_IPV6_DST -> narrowed(to, reply ? Field.IPV6_SRC : Field.IPV6_DST, value);
            case CT_NW_PROTO -> narrowed(to, Field.IP_PROTO, value);
            case CT_TP_SRC, CT_TP_DST -> port(to, protocol(match), field == Field.CT_TP_SRC, value, reply);
            default -> throw new IllegalArgumentException(field.text() + " is not in the tuple");
        };
    }

    private static int protocol(Match match) {
        return match.exact(Field.CT_NW_PROTO)
                .or(() -> match.exact(Field.IP_PROTO))
                .map(Long::intValue)
                .orElse(-1);
    }

    /** Protocols without ports have ports of zero. */
    private static Optional<Match> port(Match to, int protocol, boolean source, Masked value, boolean reply) {
        List<Field> fields = PORTS.get(protocol);
        if (fields == null) {
            return value.covers(0, 0) ? Optional.of(to) : Optional.empty();
        }
        if (protocol != ICMP && protocol != ICMPV6) {
            return narrowed(to, fields.get(source == reply ? 1 : 0), value);
        }
        // Types and codes have eight bits, the ports of the tuple sixteen.
        if (value.lo() > 0xff) {
            return Optional.empty();
        }
        long type = source && reply ? answer(protocol, value) : value.lo();
        return narrowed(to, fields.get(source ? 0 : 1), Masked.of(type, value.maskLo() & 0xff));
    }

    /** The type of the reply to a request of a type; requests other than echo only by their exact type. */
    private static long answer(int protocol, Masked type) {
        boolean exact = (type.maskLo() & 0xff) == 0xff;
        if (exact && protocol == ICMP && type.lo() >= 13 && type.lo() <= 16) {
            // Timestamp and information: the request is odd, and its reply is the next number.
            return type.lo() % 2 == 1 ? type.lo() + 1 : type.lo() - 1;
        }
        return type.lo() ^ (protocol == ICMP ? ECHO : ECHO_V6);
    }

    private static Optional<Match> narrowed(Match match, Field field, Masked value) {
        Masked old = match.get(field).orElse(Masked.of(0, 0));
        boolean contradict = ((old.hi() ^ value.hi()) & old.maskHi() & value.maskHi()) != 0
                || ((old.lo() ^ value.lo()) & old.maskLo() & value.maskLo()) != 0;
        return contradict
                ? Optional.empty()
                : Optional.of(match.with(
                        field,
                        new Masked(
                                old.hi() | value.hi(),
                                old.lo() | value.lo(),
                                old.maskHi() | value.maskHi(),
                                old.maskLo() | value.maskLo())));
    }
}
