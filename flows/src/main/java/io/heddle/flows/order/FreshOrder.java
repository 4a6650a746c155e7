package io.heddle.flows.order;

import java.util.Arrays;

/** Priorities for rules of which none has one yet. Depends on the rules alone. */
final class FreshOrder {
    /** Rules share priorities only if there are more than this fraction (1/{@value}) of the priorities. */
    private static final int CROWDED = 4;
    /** The most rules that share a priority. */
    private static final int LARGEST_UNIT = 64;
    /** The most priorities between neighbours. */
    private static final int LONGEST_STEP = 1024;

    private static final int PRIORITIES = RuleOrder.TOP - 1;

    private FreshOrder() {}

    /** The most rules of a unit, where so many rules are in one order. */
    static int unitSize(int rules) {
        int size = 1;
        while (size < LARGEST_UNIT && (long) rules * CROWDED > (long) PRIORITIES * size) {
            size *= 2;
        }
        return size;
    }

    static void assign(Sequence s) throws RuleOrder.NoneLeft {
        int size = unitSize(s.size());
        int[] units = units(s, size);
        while (units.length > PRIORITIES - PRIORITIES / CROWDED && size < LARGEST_UNIT) {
            size *= 2;
            units = units(s, size);
        }
        if (units.length > PRIORITIES) {
            throw s.noneLeftAt(units[PRIORITIES]);
        }
        // A quarter of the priorities lies where lists begin and end: that is where most rules are added.
        int step = Math.max(1, Math.min(LONGEST_STEP, (PRIORITIES - PRIORITIES / CROWDED) / Math.max(1, units.length)));
        int boundaries = 1 + (int) Arrays.stream(units).filter(s::isBoundary).count();
        int room = (PRIORITIES - units.length * step) / boundaries;
        int priority = RuleOrder.TOP;
        for (int u = 0; u < units.length; u++) {
            priority -= step + (s.isBoundary(units[u]) ? room : 0);
            Arrays.fill(s.priority, units[u], u + 1 < units.length ? units[u + 1] : s.size(), priority);
        }
        Arrays.fill(s.number, -1);
    }

    /** The first rule of each unit. */
    private static int[] units(Sequence s, int size) {
        int[] starts = new int[s.size()];
        int units = 0;
        for (int i = 0; i < s.size(); i = s.shareable(i, s.size(), size)) {
            starts[units++] = i;
        }
        return Arrays.copyOf(starts, units);
    }
}
