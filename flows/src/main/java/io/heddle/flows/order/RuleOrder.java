package io.heddle.flows.order;

import io.heddle.flows.model.Acl;
import java.util.BitSet;
import java.util.List;

/**
 * Assigns priorities to the rules of all access lists: a rule that comes earlier in the network file, and that a frame
 * may match together with a later one, has the higher priority. The priorities have gaps, and rules keep theirs from one
 * version of the network to the next. So a rule that is inserted, removed or moved costs the entries of that rule, and of
 * a few neighbours where a gap is used up.
 *
 * <p>Rules share a priority if no frame can match two of them, but only if there are so many that they have to.
 */
public final class RuleOrder {
    /** The priority above all rules. */
    public static final int TOP = 60000;
    /** The message if there are too few priorities. */
    public static final String NONE_LEFT =
            "the access lists need more priorities than a switch has: put rules that look at the "
                    + "same fields next to each other, they share one";

    /** Flow entries of one rule in place may cost this many changes of entries, unless the gaps around it are used up. */
    static final int FEW_CHANGES = 20;
    /** Priorities between two rules that were appended or put ahead one after the other. */
    private static final int LONGEST_STEP = 64;

    /** A few rules leave room for so many to come after them. More rules take a quarter of the gap. */
    private static final int STEPS_IN_OPEN_GAP = 1024;

    private static final int FEW_UNITS = 8;

    private RuleOrder() {}

    /** There are more rules than priorities. */
    public static final class NoneLeft extends Exception {
        private static final long serialVersionUID = 1L;
        private final int list;
        private final int rule;

        NoneLeft(int list, int rule) {
            super(NONE_LEFT);
            this.list = list;
            this.rule = rule;
        }

        /** The index of the list in which the first rule without a priority is. */
        public int list() {
            return list;
        }

        /** The index of that rule in the list; the number of rules if its {@code default: drop} is meant. */
        public int rule() {
            return rule;
        }
    }

    /**
     * The lists with priorities. Where a list has changed little since {@code before}, its rules keep their numbers and
     * priorities.
     *
     * @param before the lists of the previous version, with priorities; empty if there is none
     */
    public static List<Acl> assign(List<Acl> lists, List<Acl> before) throws NoneLeft {
        Sequence now = Sequence.of(lists);
        Sequence old = Sequence.of(before);
        if (old.size() == 0 || !keep(now, old)) {
            FreshOrder.assign(now);
        }
        number(now);
        return now.placed(before);
    }

    /** @return false if the gaps do not suffice */
    private static boolean keep(Sequence now, Sequence old) {
        int[] match = Alignment.of(now, old);
        boolean[] replaced = new boolean[now.size()];
        for (int i = 0; i < match.length; i++) {
            if (match[i] >= 0) {
                now.take(i, old, match[i]);
            }
        }
        replace(now, old, match, replaced);
        for (int i = 0; i < replaced.length; i++) {
            if (replaced[i] && !now.isDisjoint(now.unitStart(i), now.unitEnd(i))) {
                now.priority[i] = 0;
            }
        }
        Gaps gaps = new Gaps(now);
        for (int i = 0; i < now.size(); i++) {
            if (now.priority[i] == 0) {
                int end = i + 1;
                while (end < now.size() && now.priority[end] == 0) {
                    end++;
                }
                if (!gaps.place(i, end)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** A rule that was edited in place takes the place of the rule that it was. */
    private static void replace(Sequence now, Sequence old, int[] match, boolean[] replaced) {
        int next = 0;
        for (int i = 0; i < match.length; i++) {
            if (match[i] >= 0) {
                next = match[i] + 1;
                continue;
            }
            boolean free = next < old.size() && isFree(match, i, next);
            if (free && now.isRest(i) == old.isRest(next) && now.name(i).equals(old.name(next))) {
                now.take(i, old, next);
                replaced[i] = true;
                next++;
            }
        }
    }

    /** Whether the old rule {@code at} comes before that of the next rule that was there before. */
    private static boolean isFree(int[] match, int i, int at) {
        int j = i + 1;
        while (j < match.length && match[j] < 0) {
            j++;
        }
        return j == match.length || at < match[j];
    }

    /** Gives numbers to the rules that have none: the least that no rule of the list has. */
    private static void number(Sequence now) {
        for (int list = 0; list < now.lists(); list++) {
            BitSet used = new BitSet();
            int end = now.end(list);
            for (int i = now.start(list); i < end; i++) {
                if (now.number[i] >= 0) {
                    used.set(now.number[i]);
                }
            }
            int free = 0;
            for (int i = now.start(list); i < end; i++) {
                if (now.number[i] < 0) {
                    free = used.nextClearBit(free);
                    used.set(free);
                    now.number[i] = free;
                }
            }
        }
    }

    /**
     * Spreads units of rules over a gap. Where more rules are likely to come on one side only, leaves the room there.
     *
     * @param k the number of units
     * @param high the priority above the gap
     * @param low the priority below the gap
     * @return the priority of each unit
     */
    static int[] spread(int k, int high, int low, boolean topOpen, boolean bottomOpen) {
        int[] out = new int[k];
        int gap = high - low;
        int wished = k < FEW_UNITS ? gap / STEPS_IN_OPEN_GAP : gap / (k + 1) / 4;
        int step = Math.max(1, Math.min(Math.min(LONGEST_STEP, wished), gap / (k + 1)));
        for (int m = 0; m < k; m++) {
            out[m] = topOpen == bottomOpen
                    ? high - (int) ((long) (m + 1) * gap / (k + 1))
                    : topOpen ? low + step * (k - m) : high - step * (m + 1);
        }
        return out;
    }
}
