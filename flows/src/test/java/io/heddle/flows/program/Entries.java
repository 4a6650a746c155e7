package io.heddle.flows.program;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Random flow entries that a switch would accept. */
public final class Entries {
    private Entries() {}

    /** Any entry. */
    public static Arbitrary<FlowEntry> any() {
        return Arbitraries.randomValue(Entries::entry);
    }

    /** A random entry from {@code random}. */
    public static FlowEntry entry(Random random) {
        return new FlowEntry(
                random.nextInt(254),
                random.nextInt(0x10000),
                match(random),
                instructions(random),
                random.nextLong(),
                random.nextInt(3) * 100,
                random.nextInt(3) * 300,
                random.nextBoolean());
    }

    /** Any match that a switch would accept. */
    static Match match(Random r) {
        List<String> bases = List.of(
                "",
                "ip",
                "tcp",
                "udp",
                "icmp",
                "arp",
                "rarp",
                "ipv6",
                "tcp6",
                "icmp6",
                "sctp",
                "sctp6",
                "mpls",
                "mplsm",
                "dl_type=0x600",
                "ip,nw_proto=47");
        String base = bases.get(r.nextInt(bases.size()));
        Match m = FlowText.parseMatch(base);
        m = some(r, m, Field.METADATA, Field.ETH_SRC, Field.ETH_DST, Field.TUN_ID, Field.TUN_SRC, Field.TUN_DST);
        if (r.nextInt(4) == 0) {
            m = m.with(Field.IN_PORT, 1 + r.nextInt(0xfeff));
        }
        m = tag(r, m);
        if (base.startsWith("mpls")) {
            return some(r, m, Field.MPLS_LABEL, Field.MPLS_TC, Field.MPLS_TTL, Field.MPLS_BOS);
        } else if (base.endsWith("arp")) {
            m = some(r, m, Field.ARP_SPA, Field.ARP_TPA, Field.ARP_SHA, Field.ARP_THA);
            return r.nextBoolean() ? m : m.with(Field.ARP_OP, r.nextInt(256));
        }
        boolean v6 = m.exact(Field.ETH_TYPE).equals(Optional.of(0x86ddL));
        if (v6) {
            m = some(r, m, Field.IPV6_SRC, Field.IPV6_DST, Field.IPV6_LABEL);
        } else if (m.exact(Field.ETH_TYPE).equals(Optional.of(0x0800L))) {
            m = some(r, m, Field.IPV4_SRC, Field.IPV4_DST);
        } else {
            return m;
        }
        m = some(r, m, Field.IP_DSCP, Field.IP_ECN, Field.IP_TTL);
        if (r.nextInt(4) == 0) {
            m = m.with(
                    Field.IP_FRAG,
                    FieldText.parse(
                            Field.IP_FRAG,
                            List.of("no", "yes", "first", "not_later", "later").get(r.nextInt(5))));
        }
        m = r.nextInt(4) == 0 ? connection(r, m, v6) : m;
        boolean later = m.get(Field.IP_FRAG)
                .filter(f -> (f.lo() & Field.LATER_FRAGMENT) != 0)
                .isPresent();
        return later ? m : transport(r, m);
    }

    /** Adds a state and a tuple, which needs a state that some frame with a tuple has. */
    private static Match connection(Random r, Match match, boolean v6) {
        Match m = match.with(
                Field.CT_STATE,
                r.nextBoolean()
                        ? Masked.of(r.nextInt(256) | CtState.NEW, 1 + r.nextInt(255) | CtState.NEW)
                        : Masked.of(CtState.TRACKED, CtState.TRACKED | CtState.INVALID));
        m = some(r, m, Field.CT_ZONE, Field.CT_MARK);
        m = v6 ? some(r, m, Field.CT_IPV6_SRC, Field.CT_IPV6_DST) : some(r, m, Field.CT_NW_SRC, Field.CT_NW_DST);
        m = some(r, m, Field.CT_NW_PROTO);
        return m.has(Field.CT_NW_PROTO) ? some(r, m, Field.CT_TP_SRC, Field.CT_TP_DST) : m;
    }

    private static Match transport(Random r, Match m) {
        return switch (m.exact(Field.IP_PROTO).orElse(0L).intValue()) {
            case 6 -> some(r, m, Field.TCP_SRC, Field.TCP_DST, Field.TCP_FLAGS);
            case 17 -> some(r, m, Field.UDP_SRC, Field.UDP_DST);
            case 132 -> some(r, m, Field.SCTP_SRC, Field.SCTP_DST);
            case 1 -> some(r, m, Field.ICMP_TYPE, Field.ICMP_CODE);
            case 58 ->
                switch (r.nextInt(3)) {
                    case 0 -> some(r, m, Field.ICMPV6_TYPE, Field.ICMPV6_CODE);
                    case 1 ->
                        some(
                                r,
                                m.with(Field.ICMPV6_TYPE, 135).with(Field.ICMPV6_CODE, 0),
                                Field.ND_TARGET,
                                Field.ND_SLL,
                                Field.ND_RESERVED,
                                Field.ND_OPTIONS_TYPE);
                    default -> some(r, m.with(Field.ICMPV6_TYPE, 136), Field.ND_TARGET, Field.ND_TLL);
                };
            default -> m;
        };
    }

    /** Adds some of these fields: exact, with a prefix or with any mask. */
    private static Match some(Random r, Match match, Field... fields) {
        Match m = match;
        for (Field f : fields) {
            long high = f.bits() > 64 ? -1L : 0;
            int kind = r.nextInt(6);
            if (kind == 0 && f.maskable()) {
                // ovs-ofctl reads an IPv6 mask that starts with a digit as a prefix length.
                m = m.with(
                        f,
                        new Masked(
                                r.nextLong() & high,
                                r.nextLong() & lowBits(f),
                                r.nextLong() & high | high << 60,
                                r.nextLong() & lowBits(f) | 1));
            } else if (kind == 1 && f.maskable()) {
                Masked prefix = Masked.prefix(f.bits(), 1 + r.nextInt(f.bits()));
                m = m.with(
                        f,
                        new Masked(r.nextLong() & high, r.nextLong() & lowBits(f), prefix.maskHi(), prefix.maskLo()));
            } else if (kind == 2) {
                // Few bits as well as many: text forms shorten addresses that are mostly zero.
                m = m.with(
                        f,
                        Masked.exact(
                                f,
                                r.nextBoolean() ? 0 : r.nextLong() & high,
                                r.nextLong() >>> r.nextInt(64) & lowBits(f)));
            }
        }
        return m;
    }

    /** No tag, some bits of a tag, or all. */
    private static Match tag(Random r, Match m) {
        Match tagged = switch (r.nextInt(6)) {
            case 0 -> m.with(Field.VLAN_VID, Masked.of(0, 0x1fff));
            case 1 -> m.with(Field.VLAN_VID, Field.VLAN_PRESENT | r.nextInt(4096));
            case 2 ->
                m.with(
                        Field.VLAN_VID,
                        Masked.of(Field.VLAN_PRESENT | r.nextInt(4096), Field.VLAN_PRESENT | r.nextInt(4096)));
            case 3 -> m.with(Field.VLAN_VID, Masked.of(Field.VLAN_PRESENT, Field.VLAN_PRESENT));
            default -> m;
        };
        boolean hasTag = tagged.get(Field.VLAN_VID)
                .filter(v -> (v.lo() & Field.VLAN_PRESENT) != 0)
                .isPresent();
        return hasTag && r.nextBoolean() ? tagged.with(Field.VLAN_PCP, r.nextInt(8)) : tagged;
    }

    private static long lowBits(Field f) {
        return f.bits() >= 64 ? -1L : (1L << f.bits()) - 1;
    }

    private static Instructions instructions(Random r) {
        List<Action> actions = new ArrayList<>();
        for (int n = r.nextInt(4); n > 0; n--) {
            actions.add(
                    switch (r.nextInt(17)) {
                        case 0 -> new Action.Output(1 + r.nextInt(0xfe00));
                        case 1 -> new Action.Output(PortNumber.NORMAL);
                        case 2 -> new Action.Output(PortNumber.CONTROLLER, r.nextInt(0x10000));
                        case 3 -> Action.PushVlan.CUSTOMER;
                        case 4 -> new Action.PopVlan();
                        case 5 -> new Action.Move(Field.ETH_SRC, Field.ETH_DST);
                        case 6 ->
                            new Action.Learn(
                                    r.nextInt(254),
                                    r.nextInt(0x10000),
                                    r.nextInt(0x10000),
                                    r.nextLong(),
                                    Masked.of(r.nextInt(0x2000_0000), 0x1fff_ffff));
                        case 10 -> new Action.CtClear();
                        case 11 ->
                            new Action.Ct(
                                    r.nextBoolean(),
                                    r.nextBoolean() ? Action.Zone.TRACKED : Action.Zone.of(r.nextInt(0x10000)),
                                    r.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(r.nextInt(255)),
                                    mark(r),
                                    0,
                                    nat(r));
                        case 12 -> new Action.DecTtl();
                        case 13 -> new Action.SetField(Field.IN_PORT, PortNumber.CONTROLLER & 0xffff_ffffL);
                        case 14 -> new Action.Move(Field.IPV4_SRC, Field.IPV4_DST);
                        case 8 -> new Action.Copy(r.nextInt(0x10000), 1 + r.nextInt(200_000));
                        case 7 -> new Action.SetField(Field.TUN_DST, r.nextInt());
                        default -> new Action.SetField(Field.ETH_DST, r.nextLong());
                    });
        }
        int meter = r.nextInt(3) == 0 ? 1 + r.nextInt(1000) : 0;
        Instructions i = new Instructions(meter, actions, Masked.of(0, 0), r.nextBoolean() ? -1 : r.nextInt(254));
        return r.nextBoolean() ? i : i.write(r.nextLong(), r.nextLong() | 1);
    }

    private static Optional<Masked> mark(Random r) {
        int bits = 1 + r.nextInt(32);
        long mask = (1L << bits) - 1 << r.nextInt(33 - bits);
        return r.nextBoolean() ? Optional.empty() : Optional.of(Masked.of(r.nextInt(), mask));
    }

    private static Optional<Action.Nat> nat(Random r) {
        Inet4Address address = InetAddresses.fromInteger(r.nextInt());
        int port = 1 + r.nextInt(0xfffe);
        return switch (r.nextInt(5)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(Action.Nat.RESTORE);
            case 2 -> Optional.of(Action.Nat.source(address));
            case 3 -> Optional.of(Action.Nat.destination(address, port));
            default -> Optional.of(new Action.Nat(r.nextBoolean(), Optional.of(address), port, port + 1));
        };
    }
}
