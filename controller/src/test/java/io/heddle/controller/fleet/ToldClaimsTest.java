package io.heddle.controller.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.controller.bindings.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What many hosts tell at once, and one host tells without end, costs the model thread little. */
class ToldClaimsTest {
    private final TreeMap<Long, List<Runnable>> scheduled = new TreeMap<>();
    private final List<String> taken = new ArrayList<>();
    private long now;
    private int follows;
    private final ToldClaims claims = new ToldClaims(
            (task, millis) -> scheduled
                    .computeIfAbsent(now + millis, t -> new ArrayList<>())
                    .add(task),
            (host, told) -> taken.add(host),
            () -> follows++);

    private void advance(long millis) {
        long end = now + millis;
        while (!scheduled.isEmpty() && scheduled.firstKey() <= end) {
            now = scheduled.firstKey();
            scheduled.remove(now).forEach(Runnable::run);
        }
        now = end;
    }

    private static Set<Claim> claim(String host, String id) {
        return Set.of(new Claim(host, "br0", "tap", "iface-id=" + id));
    }

    @Test
    void manyHostsAreOneChange() {
        for (int i = 0; i < 1000; i++) {
            claims.told("hv" + i, claim("hv" + i, "id" + i));
        }
        advance(ToldClaims.GATHERED_MILLIS);
        assertEquals(1000, taken.size());
        assertEquals(1, follows);
        claims.told("hv1", Set.of());
        advance(ToldClaims.GATHERED_MILLIS);
        assertEquals(2, follows);
    }

    /** Whoever empties a host moves each guest once. */
    @Test
    void theNextGuestNeverWaits() {
        for (int i = 0; i < 3 * ToldClaims.PATIENCE; i++) {
            claims.told("hv1", claim("hv1", "id" + i));
            assertEquals(i + 1, taken.size(), "at once");
        }
    }

    @Test
    void aHostThatNeverStopsWaits() {
        for (int i = 0; i < 4 * ToldClaims.PATIENCE; i++) {
            claims.told("hv1", i % 2 == 0 ? claim("hv1", "id") : Set.of());
            advance(10);
        }
        int first = taken.size();
        assertTrue(first > ToldClaims.PATIENCE && first < 2.5 * ToldClaims.PATIENCE, first + " times");
        claims.told("hv2", claim("hv2", "id"));
        assertEquals(first + 1, taken.size(), "others do not wait");
        for (int i = 0; i < 6000; i++) {
            claims.told("hv1", i % 2 == 0 ? claim("hv1", "id") : Set.of());
            advance(10);
        }
        assertTrue(taken.size() < first + 20, taken.size() - first + " in a minute");
        // What it told last counts in the end.
        claims.told("hv1", claim("hv1", "last"));
        int before = taken.size();
        advance(30_000);
        assertEquals(before + 1, taken.size());
    }
}
