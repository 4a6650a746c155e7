package io.heddle.flows.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Entries;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FlowDiffTest {
    /**
     * Two overlapping sets of entries: some equal, some with the same key and other instructions, some on one side
     * only.
     */
    private record Pair(FlowProgram desired, List<FlowEntry> observed) {
        static Pair of(long seed) {
            Random random = new Random(seed);
            FlowProgram.Builder desired = new FlowProgram.Builder();
            Map<FlowEntry.Key, FlowEntry> observed = new HashMap<>();
            for (int i = 0; i < 40; i++) {
                FlowEntry e = Entries.entry(random);
                FlowEntry twin = new FlowEntry(
                        e.table(),
                        e.priority(),
                        e.match(),
                        Entries.entry(random).instructions(),
                        e.cookie());
                int kind = random.nextInt(4);
                if (kind != 0) {
                    desired.add(e, Reason.note("r" + i, "r" + i));
                }
                if (kind != 1) {
                    observed.put(e.key(), kind == 2 ? twin : e);
                }
            }
            List<FlowEntry> shuffled = new ArrayList<>(observed.values());
            Collections.shuffle(shuffled, random);
            return new Pair(desired.build(), shuffled);
        }
    }

    @Property(tries = 200)
    void applyingTheDifferenceGivesWhatIsDesired(@ForAll long seed) {
        Pair pair = Pair.of(seed);
        FlowDiff diff = FlowDiff.between(pair.desired, pair.observed);
        Map<FlowEntry.Key, FlowEntry> result = new HashMap<>();
        pair.observed.forEach(e -> result.put(e.key(), e));
        diff.remove().forEach(e -> assertEquals(e, result.remove(e.key())));
        diff.add().forEach(e -> result.put(e.key(), e));
        assertEquals(pair.desired.byKey(), result);
    }

    @Property(tries = 200)
    void nothingIsTouchedThatIsRight(@ForAll long seed) {
        Pair pair = Pair.of(seed);
        FlowDiff diff = FlowDiff.between(pair.desired, pair.observed);
        long wrong = pair.desired.entries().stream()
                .filter(e -> !pair.observed.contains(e))
                .count();
        long stray = pair.observed.stream()
                .filter(e -> !pair.desired.byKey().containsKey(e.key()))
                .count();
        assertEquals(wrong, diff.add().size());
        assertEquals(stray, diff.remove().size());
        assertTrue(FlowDiff.between(pair.desired, pair.desired.entries()).isEmpty());
    }

    @Property(tries = 100)
    void theOrderOfArrivalDoesNotMatter(@ForAll long seed) {
        Pair pair = Pair.of(seed);
        List<FlowEntry> reversed = new ArrayList<>(pair.observed);
        Collections.reverse(reversed);
        assertEquals(
                FlowDiff.between(pair.desired, pair.observed).changes(),
                FlowDiff.between(pair.desired, reversed).changes());
    }
}
