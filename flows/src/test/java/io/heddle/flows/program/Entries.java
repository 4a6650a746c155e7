package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Random flow entries that a switch would accept. */
public final class Entries {
    private Entries() {
    }

    /** Any entry. */
    public static Arbitrary<FlowEntry> any() {
        return Arbitraries.randomValue(Entries::entry);
    }

    /** One entry drawn from {@code random}. */
    public static FlowEntry entry(Random random) {
        return new FlowEntry(random.nextInt(254), random.nextInt(0x10000), match(random), instructions(random),
                random.nextLong(), random.nextInt(3) * 100, random.nextInt(3) * 300, random.nextBoolean());
    }

    private static Match match(Random r) {
        List<String> bases = List.of("", "ip", "tcp", "udp", "icmp", "arp", "ipv6", "tcp6", "icmp6", "sctp");
        String base = bases.get(r.nextInt(bases.size()));
        Match m = FlowText.parseMatch(base);
        for (Field f : List.of(Field.IN_PORT, Field.METADATA, Field.ETH_SRC, Field.ETH_DST, Field.TUN_ID,
                Field.TUN_SRC)) {
            if (r.nextInt(4) == 0) {
                m = m.with(f, f.maskable() && r.nextBoolean()
                        ? Masked.of(r.nextLong() & lowBits(f), r.nextLong() & lowBits(f) | 1)
                        : Masked.exact(f, f == Field.IN_PORT ? 1 + r.nextInt(0xfeff) : r.nextLong()));
            }
        }
        if (r.nextInt(3) == 0) {
            m = m.with(Field.VLAN_VID, Field.VLAN_PRESENT | r.nextInt(4096));
        }
        return switch (base) {
            case "ip", "tcp", "udp" -> r.nextBoolean() ? m : m.with(Field.IPV4_SRC,
                    new Masked(0, r.nextInt(), 0, 0xffffffffL & -1L << r.nextInt(32)));
            case "arp" -> m.with(Field.ARP_OP, 1 + r.nextInt(2));
            case "tcp6" -> m.with(Field.TCP_DST, r.nextInt(0x10000))
                    .with(Field.IPV6_DST, new Masked(r.nextLong(), 0, -1L << r.nextInt(63), 0));
            case "icmp6" -> m.with(Field.ICMPV6_TYPE, r.nextInt(256));
            default -> m;
        };
    }

    private static long lowBits(Field f) {
        return f.bits() >= 64 ? -1L : (1L << f.bits()) - 1;
    }

    private static Instructions instructions(Random r) {
        List<Action> actions = new ArrayList<>();
        for (int n = r.nextInt(4); n > 0; n--) {
            actions.add(switch (r.nextInt(9)) {
                case 0 -> new Action.Output(1 + r.nextInt(0xfe00));
                case 1 -> new Action.Output(PortNumber.NORMAL);
                case 2 -> new Action.Output(PortNumber.CONTROLLER, r.nextInt(0x10000));
                case 3 -> Action.PushVlan.CUSTOMER;
                case 4 -> new Action.PopVlan();
                case 5 -> new Action.Move(Field.ETH_SRC, Field.ETH_DST);
                case 6 -> new Action.Learn(r.nextInt(254), r.nextInt(0x10000), r.nextInt(0x10000), r.nextLong(),
                        Masked.of(r.nextInt(0x2000_0000), 0x1fff_ffff));
                case 7 -> new Action.SetField(Field.TUN_DST, r.nextInt());
                default -> new Action.SetField(Field.ETH_DST, r.nextLong());
            });
        }
        int meter = r.nextInt(3) == 0 ? 1 + r.nextInt(1000) : 0;
        Instructions i = new Instructions(meter, actions, Masked.of(0, 0), r.nextBoolean() ? -1 : r.nextInt(254));
        return r.nextBoolean() ? i : i.write(r.nextLong(), r.nextLong() | 1);
    }
}
