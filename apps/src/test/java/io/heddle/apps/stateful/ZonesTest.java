package io.heddle.apps.stateful;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ZonesTest {
    private static List<Zones.Key> ports(int from, int to) {
        List<Zones.Key> keys = new ArrayList<>();
        for (int i = from; i < to; i++) {
            keys.add(new Zones.Key("hv1/br0/vm" + i, "red"));
        }
        return keys;
    }

    @Test
    void portsThatAreAddedTakeNoZoneThatIsInUse() {
        List<Zones.Key> keys = ports(0, 2000);
        Map<Zones.Key, Integer> before = Zones.of(keys);
        assertEquals(2000, new HashSet<>(before.values()).size());
        // Of 2000 ports, about 30 have no zone of their own. Names are counted up, so the ports that are there keep
        // them,
        // but for the few that have to do with a second choice that becomes another port's first one.
        keys.addAll(ports(2000, 2200));
        Map<Zones.Key, Integer> after = Zones.of(keys);
        assertEquals(2200, new HashSet<>(after.values()).size());
        long moved = before.entrySet().stream()
                .filter(e -> !after.get(e.getKey()).equals(e.getValue()))
                .count();
        assertTrue(moved <= 1, moved + " ports have other zones");
    }

    /** Whatever comes before it in the alphabet, a port moves only for one with the same hash. */
    @Test
    void aNewPortMovesNoneButThatWithItsHash() {
        Map<Integer, Zones.Key> owners = new HashMap<>();
        for (int i = 1000; ; i++) {
            Zones.Key later = new Zones.Key("hv1/br0/vm" + i, "red");
            int zone = Zones.of(List.of(later)).get(later);
            Zones.Key earlier = owners.putIfAbsent(zone, later);
            if (earlier == null) {
                continue;
            }
            // The port that has the next zone by its own hash is not concerned.
            Zones.Key next = owners.get(zone + 1);
            if (next == null) {
                continue;
            }
            assertEquals(zone + 1, Zones.of(List.of(earlier, later, next)).get(next));
            assertEquals(zone, Zones.of(List.of(later, next, earlier)).get(earlier));
            return;
        }
    }
}
