package io.heddle.flows.sets;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Sets of headers, exact: every header that there can be is in a set or is not, and two sets are equal just when their
 * numbers are. Made for one check and thrown away with it; not safe for several threads.
 *
 * <p>Fields that never stand in one frame share their bits, such as TCP's ports and UDP's: which of them is meant, the
 * protocol says. That is sound because a match on a field always names its protocol too.
 */
public final class HeaderSpace {
    /** The set of no header. */
    public static final int NONE = Bdd.NONE;
    /** The set of all headers. */
    public static final int ALL = Bdd.ALL;
    /** What decides most comes first; fields in one row share their bits. */
    private static final List<List<Field>> LAYOUT = List.of(
            List.of(Field.ETH_TYPE),
            List.of(Field.IP_PROTO),
            List.of(Field.VLAN_VID),
            List.of(Field.VLAN_PCP),
            List.of(Field.TCP_DST, Field.UDP_DST, Field.SCTP_DST, Field.ICMP_TYPE, Field.ICMPV6_TYPE),
            List.of(Field.TCP_SRC, Field.UDP_SRC, Field.SCTP_SRC, Field.ICMP_CODE, Field.ICMPV6_CODE),
            List.of(Field.IP_FRAG),
            List.of(Field.ARP_OP),
            List.of(Field.TCP_FLAGS, Field.ND_OPTIONS_TYPE),
            List.of(Field.IPV6_SRC, Field.IPV4_SRC, Field.ARP_SPA),
            List.of(Field.IPV6_DST, Field.IPV4_DST, Field.ARP_TPA),
            List.of(Field.ETH_SRC),
            List.of(Field.ETH_DST),
            List.of(Field.IP_DSCP, Field.MPLS_TC),
            List.of(Field.IP_ECN, Field.MPLS_BOS),
            List.of(Field.IP_TTL, Field.MPLS_TTL),
            List.of(Field.IPV6_LABEL, Field.MPLS_LABEL),
            List.of(Field.ARP_SHA),
            List.of(Field.ARP_THA),
            List.of(Field.ND_TARGET),
            List.of(Field.ND_SLL),
            List.of(Field.ND_TLL),
            List.of(Field.ND_RESERVED));

    private static final Map<Field, Integer> FIRST_BIT = new EnumMap<>(Field.class);

    static {
        int bit = 0;
        for (List<Field> row : LAYOUT) {
            for (Field f : row) {
                FIRST_BIT.put(f, bit);
            }
            bit += row.stream().mapToInt(Field::bits).max().orElseThrow();
        }
    }

    private final Bdd bdd = new Bdd();

    /**
     * The headers that satisfy a match.
     *
     * @throws IllegalArgumentException when it matches what no header has: a port, metadata, a tunnel
     */
    public int of(Match match) {
        List<Map.Entry<Field, Masked>> fields = new ArrayList<>(match.fields().entrySet());
        for (Map.Entry<Field, Masked> e : fields) {
            if (!FIRST_BIT.containsKey(e.getKey())) {
                throw new IllegalArgumentException(e.getKey().text() + " is not a header");
            }
        }
        // From the last bit to the first, so that each step makes one node.
        fields.sort((a, b) -> FIRST_BIT.get(b.getKey()) - FIRST_BIT.get(a.getKey()));
        int set = Bdd.ALL;
        for (Map.Entry<Field, Masked> e : fields) {
            int first = FIRST_BIT.get(e.getKey());
            int bits = e.getKey().bits();
            if (e.getKey() == Field.IP_FRAG) {
                set = fragment(first, e.getValue(), set);
                continue;
            }
            for (int i = bits - 1; i >= 0; i--) {
                int position = position(e.getKey(), i);
                if (bit(e.getValue().maskHi(), e.getValue().maskLo(), position)) {
                    set = bit(e.getValue().hi(), e.getValue().lo(), position)
                            ? bdd.node(first + i, Bdd.NONE, set)
                            : bdd.node(first + i, set, Bdd.NONE);
                }
            }
        }
        return set;
    }

    /**
     * Of two bits there are three kinds of packet: whole ones, first fragments and later ones. Where the first bit, "is
     * a fragment", is 0 the second says nothing, so that no header is in a set that is no frame's.
     */
    private int fragment(int first, Masked kind, int set) {
        boolean whole = kind.covers(0, 0);
        int later = kind.covers(0, Field.FRAGMENT | Field.LATER_FRAGMENT) ? set : Bdd.NONE;
        int part = bdd.node(first + 1, kind.covers(0, Field.FRAGMENT) ? set : Bdd.NONE, later);
        return bdd.node(first, whole ? set : Bdd.NONE, part);
    }

    /** The bit of a value, 0 for its last, that a field's {@code i}th bit in a set is; also the other way round. */
    private static int position(Field f, int i) {
        return f == Field.IP_FRAG ? i : f.bits() - 1 - i;
    }

    private static boolean bit(long hi, long lo, int position) {
        return ((position < 64 ? lo >>> position : hi >>> position - 64) & 1) != 0;
    }

    /** What is in both. */
    public int and(int a, int b) {
        return bdd.and(a, b);
    }

    /** What is in either. */
    public int or(int a, int b) {
        return bdd.or(a, b);
    }

    /** What is in {@code a} and not in {@code b}. */
    public int minus(int a, int b) {
        return bdd.minus(a, b);
    }

    /** Whether a field is a header, so that sets can be told apart by it. */
    public static boolean isHeader(Field field) {
        return FIRST_BIT.containsKey(field);
    }

    /** The headers of a set with the bits of a field overwritten that {@code value}'s mask names. */
    public int set(int set, Field field, Masked value) {
        int out = set;
        for (int i = field.bits() - 1; i >= 0; i--) {
            int position = position(field, i);
            if (bit(value.maskHi(), value.maskLo(), position)) {
                int v = FIRST_BIT.get(field) + i;
                int one = bit(value.hi(), value.lo(), position)
                        ? bdd.node(v, Bdd.NONE, Bdd.ALL)
                        : bdd.node(v, Bdd.ALL, Bdd.NONE);
                out = bdd.and(bdd.forget(out, v), one);
            }
        }
        return out;
    }

    /**
     * The headers of a set with one field's value copied into another. Where the set has several values of it, the copy may
     * be any value: the answer is then more than what there can be, and never less.
     */
    public int move(int set, Field from, Field to) {
        int out = set;
        long[] value = new long[4];
        for (int i = 0; i < to.bits(); i++) {
            out = bdd.forget(out, FIRST_BIT.get(to) + i);
        }
        for (int i = 0; i < from.bits(); i++) {
            int v = FIRST_BIT.get(from) + i;
            int one = bdd.and(set, bdd.node(v, Bdd.NONE, Bdd.ALL));
            boolean same = one == NONE || one == set;
            int position = position(from, i);
            int half = position >= 64 ? 0 : 1;
            value[half] |= same && one == set ? 1L << (position & 63) : 0;
            value[2 + half] |= same ? 1L << (position & 63) : 0;
        }
        return set(out, to, new Masked(value[0], value[1], value[2], value[3]));
    }

    /** Whether one header, given as an exact match, is in a set; fields that it does not name count as zero. */
    public boolean contains(int set, Match header) {
        return and(set, point(header)) != NONE;
    }

    /** The header with zeros in all the bits that it does not name. */
    private int point(Match header) {
        boolean[] ones =
                new boolean[FIRST_BIT.values().stream().max(Integer::compare).orElseThrow() + 128];
        header.fields().forEach((f, v) -> {
            for (int i = 0; i < f.bits(); i++) {
                ones[FIRST_BIT.get(f) + i] |= bit(v.hi(), v.lo(), position(f, i));
            }
        });
        int set = Bdd.ALL;
        for (int i = ones.length - 1; i >= 0; i--) {
            set = ones[i] ? bdd.node(i, Bdd.NONE, set) : bdd.node(i, set, Bdd.NONE);
        }
        return set;
    }

    /**
     * Some headers of a set, as matches of which each is wholly in it.
     *
     * @param most how many at most
     */
    public List<Match> examples(int set, int most) {
        List<Match> out = new ArrayList<>();
        walk(set, new ArrayList<>(), out, most);
        return out;
    }

    /** @param path bit numbers decided so far, those that are 1 as {@code ~bit} */
    private void walk(int set, List<Integer> path, List<Match> out, int most) {
        if (set == Bdd.NONE || out.size() >= most) {
            return;
        }
        if (set == Bdd.ALL) {
            out.add(match(path));
            return;
        }
        int v = bdd.variable(set);
        path.add(~v);
        walk(bdd.high(set), path, out, most);
        path.set(path.size() - 1, v);
        walk(bdd.low(set), path, out, most);
        path.remove(path.size() - 1);
    }

    private static Match match(List<Integer> path) {
        Match match = Match.ALL;
        for (List<Field> row : LAYOUT) {
            for (Field f : row) {
                if (stands(f, match)) {
                    Masked value = value(f, path);
                    match = value.isWild() ? match : match.with(f, value);
                    break;
                }
            }
        }
        return match;
    }

    private static Masked value(Field f, List<Integer> path) {
        long[] bits = new long[4];
        int first = FIRST_BIT.get(f);
        for (int p : path) {
            int bit = (p < 0 ? ~p : p) - first;
            if (bit >= 0 && bit < f.bits()) {
                int position = position(f, bit);
                int half = position >= 64 ? 0 : 1;
                bits[2 + half] |= 1L << (position & 63);
                bits[half] |= p < 0 ? 1L << (position & 63) : 0;
            }
        }
        boolean whole = f == Field.IP_FRAG && (bits[3] & ~bits[1] & Field.FRAGMENT) != 0;
        return whole ? Masked.exact(f, 0) : new Masked(bits[0], bits[1], bits[2], bits[3]);
    }

    /** Whether frames of the protocol that {@code match} names have the field. */
    private static boolean stands(Field f, Match match) {
        long type = match.exact(Field.ETH_TYPE).orElse(-1L);
        long proto = match.exact(Field.IP_PROTO).orElse(-1L);
        boolean ip = type == 0x0800 || type == 0x86dd;
        return switch (f) {
            case IP_PROTO, IP_DSCP, IP_ECN, IP_TTL, IP_FRAG -> ip;
            case IPV4_SRC, IPV4_DST -> type == 0x0800;
            case IPV6_SRC, IPV6_DST, IPV6_LABEL -> type == 0x86dd;
            case MPLS_LABEL, MPLS_TC, MPLS_TTL, MPLS_BOS -> type == 0x8847 || type == 0x8848;
            case ARP_OP, ARP_SPA, ARP_TPA, ARP_SHA, ARP_THA -> type == 0x0806 || type == 0x8035;
            case TCP_SRC, TCP_DST, TCP_FLAGS -> ip && proto == 6;
            case UDP_SRC, UDP_DST -> ip && proto == 17;
            case SCTP_SRC, SCTP_DST -> ip && proto == 132;
            case ICMP_TYPE, ICMP_CODE -> type == 0x0800 && proto == 1;
            case ICMPV6_TYPE, ICMPV6_CODE -> type == 0x86dd && proto == 58;
            case ND_TARGET, ND_SLL, ND_TLL, ND_RESERVED, ND_OPTIONS_TYPE -> type == 0x86dd && proto == 58;
            default -> true;
        };
    }
}
