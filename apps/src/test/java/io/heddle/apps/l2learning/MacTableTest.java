package io.heddle.apps.l2learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Compares {@link MacTable} with a plain map, after any sequence of sightings and departures. */
class MacTableTest {
    private record Key(int network, long mac) {}

    private final MacTable table = new MacTable();
    private final Map<Key, MacTable.Entry> known = new HashMap<>();

    @Property(tries = 200)
    void agreesWithAMap(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            int network = random.nextInt(3) | (random.nextInt(8) == 0 ? LearntFlows.UNNAMED : 0);
            long mac = random.nextInt(10) == 0 ? 0xffff_0000_0000L + random.nextInt(40) : random.nextInt(60);
            if (random.nextInt(3) == 0) {
                assertEquals(known.remove(new Key(network, mac)), table.forget(network, mac));
            } else {
                see(network, mac, 1 + random.nextInt(4), random.nextInt(5) == 0 ? -random.nextInt(3) : 0);
            }
        }
        assertEquals(new HashSet<>(known.values()), new HashSet<>(table.entries()));
        assertEquals(known.size(), table.size());
        table.forgetIf(e -> e.inPort() == 1);
        known.values().removeIf(e -> e.inPort() == 1);
        assertEquals(new HashSet<>(known.values()), new HashSet<>(table.entries()));
    }

    private void see(int network, long mac, int port, int vtep) {
        MacTable.Entry now = new MacTable.Entry(network, mac, port, port, vtep);
        MacTable.Entry before = known.put(new Key(network, mac), now);
        MacTable.Sighting expected = before == null
                ? MacTable.Sighting.NEW
                : before.equals(now) ? MacTable.Sighting.SAME : MacTable.Sighting.MOVED;
        assertEquals(expected, table.see(network, mac, port, port, vtep, Integer.MAX_VALUE));
        if (expected == MacTable.Sighting.MOVED) {
            assertEquals(before.inPort(), table.previousInPort());
            assertEquals(before.vtep(), table.previousVtep());
        }
        assertEquals(now, table.find(network, mac));
        assertEquals(expected != MacTable.Sighting.SAME, table.address(7, port * 10 + vtep));
        assertEquals(7, table.address(network, mac));
    }

    @Property(tries = 20)
    void refusesMacsOverThePortsLimit(@ForAll long seed) {
        MacTable table = new MacTable();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            table.see(1, random.nextInt(50), 1 + random.nextInt(2), 1, 0, 10);
        }
        assertEquals(10, table.size());
        table.forget(1, table.entries().get(0).mac());
        assertEquals(MacTable.Sighting.NEW, table.see(1, 1000, 1, 1, 0, 10));
        assertEquals(MacTable.Sighting.OVER_LIMIT, table.see(1, 1001, 1, 1, 0, 10));
    }
}
