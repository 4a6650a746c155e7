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
            List.of(Field.ETH_TYPE), List.of(Field.IP_PROTO), List.of(Field.VLAN_VID), List.of(Field.VLAN_PCP),
            List.of(Field.TCP_DST, Field.UDP_DST, Field.SCTP_DST, Field.ICMP_TYPE, Field.ICMPV6_TYPE),
            List.of(Field.TCP_SRC, Field.UDP_SRC, Field.SCTP_SRC, Field.ICMP_CODE, Field.ICMPV6_CODE),
            List.of(Field.ARP_OP),
            List.of(Field.IPV6_SRC, Field.IPV4_SRC, Field.ARP_SPA), List.of(Field.IPV6_DST, Field.IPV4_DST, Field.ARP_TPA),
            List.of(Field.ETH_SRC), List.of(Field.ETH_DST),
            List.of(Field.IP_DSCP), List.of(Field.IP_ECN), List.of(Field.ARP_SHA), List.of(Field.ARP_THA),
            List.of(Field.ND_TARGET), List.of(Field.ND_SLL), List.of(Field.ND_TLL));
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
            for (int i = bits - 1; i >= 0; i--) {
                int position = bits - 1 - i;
                if (bit(e.getValue().maskHi(), e.getValue().maskLo(), position)) {
                    set = bit(e.getValue().hi(), e.getValue().lo(), position) ? bdd.node(first + i, Bdd.NONE, set)
                            : bdd.node(first + i, set, Bdd.NONE);
                }
            }
        }
        return set;
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

    /** Whether one header, given as an exact match, is in a set; fields that it does not name count as zero. */
    public boolean contains(int set, Match header) {
        return and(set, point(header)) != NONE;
    }

    /** The header with zeros in all the bits that it does not name. */
    private int point(Match header) {
        boolean[] ones = new boolean[FIRST_BIT.values().stream().max(Integer::compare).orElseThrow() + 128];
        header.fields().forEach((f, v) -> {
            for (int i = 0; i < f.bits(); i++) {
                ones[FIRST_BIT.get(f) + i] |= bit(v.hi(), v.lo(), f.bits() - 1 - i);
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
                int position = f.bits() - 1 - bit;
                int half = position >= 64 ? 0 : 1;
                bits[2 + half] |= 1L << (position & 63);
                bits[half] |= p < 0 ? 1L << (position & 63) : 0;
            }
        }
        return new Masked(bits[0], bits[1], bits[2], bits[3]);
    }

    /** Whether frames of the protocol that {@code match} names have the field. */
    private static boolean stands(Field f, Match match) {
        long type = match.exact(Field.ETH_TYPE).orElse(-1L);
        long proto = match.exact(Field.IP_PROTO).orElse(-1L);
        boolean ip = type == 0x0800 || type == 0x86dd;
        return switch (f) {
            case IP_PROTO, IP_DSCP, IP_ECN -> ip;
            case IPV4_SRC, IPV4_DST -> type == 0x0800;
            case IPV6_SRC, IPV6_DST -> type == 0x86dd;
            case ARP_OP, ARP_SPA, ARP_TPA, ARP_SHA, ARP_THA -> type == 0x0806;
            case TCP_SRC, TCP_DST -> ip && proto == 6;
            case UDP_SRC, UDP_DST -> ip && proto == 17;
            case SCTP_SRC, SCTP_DST -> ip && proto == 132;
            case ICMP_TYPE, ICMP_CODE -> type == 0x0800 && proto == 1;
            case ICMPV6_TYPE, ICMPV6_CODE, ND_TARGET, ND_SLL, ND_TLL -> type == 0x86dd && proto == 58;
            default -> true;
        };
    }
}
