package io.heddle.flows.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DisjointTest {
    private static final Field[] FIELDS = {Field.IN_PORT, Field.ETH_TYPE, Field.VLAN_VID};

    @Test
    void rulesOfOneKindShareAPriorityAndOthersComeBelow() {
        Disjoint priorities = new Disjoint(100);
        assertEquals(99, priorities.next(List.of(Match.ALL.with(Field.IN_PORT, 1))));
        assertEquals(99, priorities.next(List.of(Match.ALL.with(Field.IN_PORT, 2))));
        assertEquals(98, priorities.next(List.of(Match.ALL.with(Field.IN_PORT, 2))));
        assertEquals(97, priorities.next(List.of(Match.ALL)));
        assertEquals(96, priorities.next(List.of(Match.ALL.with(Field.IN_PORT, 1), Match.ALL.with(Field.VLAN_VID, 1))));
        assertEquals(95, priorities.next(List.of(Match.ALL.with(Field.IN_PORT, 3))));
    }

    /** For any rules: if a frame can match two of them, the earlier one has the higher priority. */
    @Property(tries = 300)
    void whereAFrameMatchesTwoTheEarlierOneIsAbove(@ForAll long seed) {
        Random random = new Random(seed);
        Disjoint priorities = new Disjoint(1000);
        List<Match> rules = new ArrayList<>();
        List<Integer> given = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Match rule = rule(random);
            rules.add(rule);
            given.add(priorities.next(List.of(rule)));
            for (int j = 0; j < i; j++) {
                boolean above = given.get(j) > given.get(i);
                assertFalse(overlap(rules.get(j), rule) && !above, rules.get(j) + " and " + rule);
            }
        }
    }

    private static Match rule(Random random) {
        Match rule = Match.ALL;
        for (Field f : FIELDS) {
            if (random.nextInt(4) == 0) {
                rule = rule.with(f, random.nextInt(3));
            } else if (random.nextInt(4) == 0) {
                rule = rule.with(f, Masked.of(random.nextInt(4), 1 + random.nextInt(3)));
            }
        }
        return rule;
    }

    private static boolean overlap(Match a, Match b) {
        for (Field f : FIELDS) {
            if (a.has(f) && b.has(f)) {
                Masked x = a.get(f).get();
                Masked y = b.get(f).get();
                if (((x.lo() ^ y.lo()) & x.maskLo() & y.maskLo()) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
