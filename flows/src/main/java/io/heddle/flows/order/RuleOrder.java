package io.heddle.flows.order;

import io.heddle.flows.model.Acl;
import java.util.BitSet;
import java.util.List;

/**
 * Assigns priorities to the rules of all access lists: a rule that comes earlier in the network file, and that a frame
 * may match together with a later one, has the higher priority. The priorities have gaps, and rules keep theirs from
 * one version of the network to the next. So a rule that is inserted, removed or moved costs the entries of that rule,
 * and of a few neighbours where a gap is used up.
 *
 * <p>Rules share a priority if no frame can match two of them, but only if there are so many that they have to.
 */
public final class RuleOrder {
    /** The priority above all rules. */
    public static final int TOP = 60000;

    private static final String NONE_LEFT =
            "the access lists need more priorities than a switch has: put rules that look at the "
                    + "same fields next to each other, they share one";

    /**
     * Flow entries of one rule in place may cost this many changes of entries, unless the gaps around it are used up.
     */
    static final int FEW_CHANGES = 20;

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
        for (int i = 0; i < match.length; ) {
            if (match[i] >= 0) {
                next = match[i++] + 1;
                continue;
            }
            int end = i;
            while (end < match.length && match[end] < 0) {
                end++;
            }
            int limit = end < match.length ? match[end] : old.size();
            for (; i < end; i++) {
                if (next < limit
                        && now.isRest(i) == old.isRest(next)
                        && now.name(i).equals(old.name(next))) {
                    now.take(i, old, next++);
                    replaced[i] = true;
                }
            }
        }
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
}
