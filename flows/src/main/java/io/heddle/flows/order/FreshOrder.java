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
        int units = units(s, size);
        while (units > PRIORITIES - PRIORITIES / CROWDED && size < LARGEST_UNIT) {
            size *= 2;
            units = units(s, size);
        }
        if (units > PRIORITIES) {
            throw s.noneLeftAt(start(s, size, PRIORITIES));
        }
        // A quarter of the priorities lies where lists begin and end: that is where most rules are added.
        int step = Math.max(1, Math.min(LONGEST_STEP, (PRIORITIES - PRIORITIES / CROWDED) / Math.max(1, units)));
        int boundaries = 1;
        for (int i = 0; i < s.size(); i = s.shareable(i, s.size(), size)) {
            boundaries += s.isBoundary(i) ? 1 : 0;
        }
        int room = (PRIORITIES - units * step) / boundaries;
        int priority = RuleOrder.TOP;
        int end;
        for (int i = 0; i < s.size(); i = end) {
            end = s.shareable(i, s.size(), size);
            priority -= step + (s.isBoundary(i) ? room : 0);
            Arrays.fill(s.priority, i, end, priority);
        }
        Arrays.fill(s.number, -1);
    }

    private static int units(Sequence s, int size) {
        int units = 0;
        for (int i = 0; i < s.size(); i = s.shareable(i, s.size(), size)) {
            units++;
        }
        return units;
    }

    /** The first rule of a unit. */
    private static int start(Sequence s, int size, int unit) {
        int i = 0;
        for (int u = 0; u < unit; u++) {
            i = s.shareable(i, s.size(), size);
        }
        return i;
    }
}
