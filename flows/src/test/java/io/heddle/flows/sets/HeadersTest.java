package io.heddle.flows.sets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.simulate.Decision;
import io.heddle.flows.simulate.Frame;
import io.heddle.flows.simulate.Simulator;
import io.heddle.flows.simulate.Walk;
import io.heddle.flows.simulate.Witness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A set of headers goes through flow entries as each of its headers does. */
class HeadersTest {
    private static final List<Field> FIELDS = List.of(Field.ETH_SRC, Field.ETH_DST, Field.VLAN_VID, Field.ETH_TYPE);

    private static Match match(Random random) {
        Match match = Match.ALL;
        for (Field f : FIELDS) {
            if (random.nextInt(3) == 0) {
                match = match.with(
                        f,
                        f.maskable() && random.nextBoolean()
                                ? Masked.of(random.nextInt(4), 1 + random.nextInt(3))
                                : Masked.exact(f, random.nextInt(4)));
            }
        }
        if (random.nextInt(4) == 0) {
            match = match.with(Field.METADATA, Masked.of(random.nextInt(4), 3));
        }
        return random.nextInt(4) == 0 ? match.with(Field.IN_PORT, 1 + random.nextInt(2)) : match;
    }

    private static Action action(Random random) {
        Field f = FIELDS.get(random.nextInt(FIELDS.size()));
        return switch (random.nextInt(5)) {
            case 0 -> new Action.SetField(f, random.nextInt(4));
            case 1 -> new Action.Output(3 + random.nextInt(2));
            case 2 -> Action.PushVlan.CUSTOMER;
            case 3 -> new Action.PopVlan();
            default -> new Action.Output(PortNumber.NORMAL);
        };
    }

    private static FlowEntry entry(int table, int priority, Random random) {
        List<Action> actions = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            actions.add(action(random));
        }
        Instructions does = Instructions.apply(actions.toArray(Action[]::new));
        does = random.nextInt(3) == 0 ? does.write(random.nextInt(4), 3) : does;
        return new FlowEntry(
                table,
                priority,
                match(random),
                table < 2 && random.nextInt(3) > 0 ? does.then(table + 1) : does,
                priority);
    }

    @Property(tries = 300)
    void aSetGoesTheWayOfEachOfItsHeaders(@ForAll long seed) {
        Random random = new Random(seed);
        List<FlowEntry> entries = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            entries.add(entry(random.nextInt(3), 100 - i, random));
        }
        Map<Integer, List<Decision>> tables = Decision.byTable(entries);
        HeaderSpace space = new HeaderSpace();
        Map<Integer, Integer> sent = new HashMap<>();
        Map<FlowEntry, Integer> taken = new HashMap<>();
        Witness<Headers> witness = new Witness<>() {
            @Override
            public void emitted(FlowEntry e, int port, Headers some) {
                sent.merge(port, some.set(), space::or);
            }

            @Override
            public void matched(FlowEntry e, Headers some) {
                taken.merge(e, some.set(), space::or);
            }
        };
        Match known = Match.ALL.with(Field.IN_PORT, 1);
        new Walk<>(Headers.in(space), witness, t -> tables.getOrDefault(t, List.of()), t -> List.of(), t -> true)
                .from(0, new Headers(known, HeaderSpace.ALL));
        Simulator simulator = new Simulator(entries);
        Map<FlowEntry, Boolean> seen = new HashMap<>();
        for (int i = 0; i < 256; i++) {
            Match header = Match.ALL;
            for (int f = 0; f < FIELDS.size(); f++) {
                header = header.with(FIELDS.get(f), Masked.exact(FIELDS.get(f), i >> 2 * f & 3));
            }
            Simulator.Outcome out = simulator.send(Frame.of(header.with(Field.IN_PORT, 1)));
            for (Simulator.Emission e : out.emissions()) {
                Match left = Match.ALL;
                for (Field f : FIELDS) {
                    left = left.with(f, Masked.exact(f, e.frame().get(f)));
                }
                assertTrue(
                        space.contains(sent.getOrDefault(e.port(), HeaderSpace.NONE), left), left + " by " + e.port());
            }
            out.path().forEach(e -> seen.put(e, true));
        }
        // The headers cover the values 0 to 3 of each field; an entry that the set misses, they must miss too.
        seen.keySet().forEach(e -> assertTrue(taken.containsKey(e), e::toString));
        taken.keySet().stream()
                .filter(e -> e.table() == 0 && isSmall(e.match()))
                .forEach(e -> assertEquals(true, seen.get(e), e::toString));
    }

    /** Whether it matches exact values of all fields of the test's headers. */
    private static boolean isSmall(Match match) {
        return FIELDS.stream().allMatch(f -> match.get(f).map(m -> m.isExact(f)).orElse(false));
    }
}
