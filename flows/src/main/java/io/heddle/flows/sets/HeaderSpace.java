package io.heddle.flows.sets;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Exact sets of headers: every possible header is in a set or is not, and two sets are equal exactly if their numbers
 * are equal. Each check creates a space and discards it. Not thread-safe.
 *
 * <p>Fields that never occur in the same frame share their bits, such as the ports of TCP and UDP; the protocol says
 * which field the bits belong to. That is sound because a match on a field always names its protocol too.
 */
public final class HeaderSpace {
    /** The set of no header. */
    public static final int NONE = Bdd.NONE;
    /** The set of all headers. */
    public static final int ALL = Bdd.ALL;
    /** The order of the bits: the most selective fields first. Fields in one row share their bits. */
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
    private int possible = NONE;

    /**
     * The headers that satisfy a match.
     *
     * @throws IllegalArgumentException if it matches a field that is no header: a port, metadata, a tunnel
     */
    public int of(Match match) {
        List<Map.Entry<Field, Masked>> fields = new ArrayList<>(match.fields().entrySet());
        for (Map.Entry<Field, Masked> e : fields) {
            if (!FIRST_BIT.containsKey(e.getKey())) {
                throw new IllegalArgumentException(e.getKey().text() + " is not a header");
            }
        }
        // Start with the last bit, so that each step creates one node.
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

    /** The headers of a product's frames. @throws IllegalArgumentException as for a match */
    public int of(Product product) {
        int set = of(product.base());
        for (List<Match> clause : product.clauses()) {
            set = bdd.and(set, clause.stream().mapToInt(this::of).reduce(NONE, bdd::or));
        }
        return set;
    }

    /**
     * The headers that a frame can have, as Open vSwitch sees it: the ports of every fragment are 0, and so are the TCP
     * flags of a later one. Source: ovs-fields(7), IPv4/v6 fragmentation, and {@code frag=normal} in ovs-ofctl(8).
     */
    public int possible() {
        if (possible == NONE) {
            int ports = allZero(Field.TCP_SRC, allZero(Field.TCP_DST, ALL));
            int first = FIRST_BIT.get(Field.IP_FRAG);
            int later = bdd.and(ports, allZero(Field.TCP_FLAGS, ALL));
            int fragment = bdd.or(
                    bdd.and(bdd.node(first + 1, ALL, NONE), ports), bdd.and(bdd.node(first + 1, NONE, ALL), later));
            possible = bdd.or(bdd.node(first, ALL, NONE), bdd.and(bdd.node(first, NONE, ALL), fragment));
        }
        return possible;
    }

    /** The headers of a set in which all bits of a field are 0. */
    private int allZero(Field field, int set) {
        int out = set;
        for (int i = field.bits() - 1; i >= 0; i--) {
            out = bdd.and(out, bdd.node(FIRST_BIT.get(field) + i, ALL, NONE));
        }
        return out;
    }

    /**
     * Two bits encode three kinds of packet: whole packets, first fragments and later fragments. If the first bit, "is
     * a fragment", is 0, the second bit does not matter. So no set contains a header that no frame can have.
     */
    private int fragment(int first, Masked kind, int set) {
        boolean whole = kind.covers(0, 0);
        int later = kind.covers(0, Field.FRAGMENT | Field.LATER_FRAGMENT) ? set : Bdd.NONE;
        int part = bdd.node(first + 1, kind.covers(0, Field.FRAGMENT) ? set : Bdd.NONE, later);
        return bdd.node(first, whole ? set : Bdd.NONE, part);
    }

    /**
     * Converts a field's {@code i}th bit in a set to the bit's position in a value, 0 for the lowest; also the inverse.
     */
    private static int position(Field f, int i) {
        return f == Field.IP_FRAG ? i : f.bits() - 1 - i;
    }

    private static boolean bit(long hi, long lo, int position) {
        return ((position < 64 ? lo >>> position : hi >>> position - 64) & 1) != 0;
    }

    /** The intersection. */
    public int and(int a, int b) {
        return bdd.and(a, b);
    }

    /** The union. */
    public int or(int a, int b) {
        return bdd.or(a, b);
    }

    /** The headers of {@code a} that are not in {@code b}. */
    public int minus(int a, int b) {
        return bdd.minus(a, b);
    }

    /** Whether a field is a header, which sets can contain. */
    public static boolean isHeader(Field field) {
        return FIRST_BIT.containsKey(field);
    }

    /** The conditions of a match on headers, without those on ports, metadata and the state of connections. */
    public static Match headers(Match match) {
        Match headers = match;
        for (Field f : match.fields().keySet()) {
            headers = isHeader(f) ? headers : headers.without(f);
        }
        return headers;
    }

    /** The headers of a set, with the bits of a field overwritten that {@code value}'s mask selects. */
    public int set(int set, Field field, Masked value) {
        int first = FIRST_BIT.get(field);
        int out = value.isExact(field) ? forget(set, field) : set;
        int ones = ALL;
        for (int i = field.bits() - 1; i >= 0; i--) {
            int position = position(field, i);
            if (bit(value.maskHi(), value.maskLo(), position)) {
                out = value.isExact(field) ? out : bdd.forget(out, first + i, first + i + 1);
                ones = bit(value.hi(), value.lo(), position)
                        ? bdd.node(first + i, NONE, ones)
                        : bdd.node(first + i, ones, NONE);
            }
        }
        return bdd.and(out, ones);
    }

    /** The headers of a set, with any value of a field. */
    public int forget(int set, Field field) {
        int first = FIRST_BIT.get(field);
        return bdd.forget(set, first, first + field.bits());
    }

    /**
     * The headers of a set, with the value of one field copied into another. If the set has several values of the
     * source field, bits that differ between them become arbitrary: the result may be too large, but never too small.
     */
    public int move(int set, Field from, Field to) {
        int out = forget(set, to);
        long[] value = new long[4];
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

    /** Whether one header, given as an exact match, is in a set; fields that the match lacks count as zero. */
    public boolean contains(int set, Match header) {
        return and(set, point(header)) != NONE;
    }

    /** The header of an exact match, with zeros in all other bits. */
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
     * Some headers of a set, as matches of which every {@link #possible} header is in the set.
     *
     * @param most the highest number of matches
     */
    public List<Match> examples(int set, int most) {
        List<Match> simple = new ArrayList<>();
        walk(bdd.simplify(set, possible()), new ArrayList<>(), simple, most);
        if (simple.stream().allMatch(m -> isWithin(m, set))) {
            return simple;
        }
        List<Match> out = new ArrayList<>();
        walk(set, new ArrayList<>(), out, most);
        return out;
    }

    private boolean isWithin(Match match, int set) {
        int headers = and(of(match), possible());
        return headers != NONE && minus(headers, set) == NONE;
    }

    /** @param path the bits decided so far: {@code bit} for 0, {@code ~bit} for 1 */
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

    /** Whether frames of the protocol in {@code match} have the field. */
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
