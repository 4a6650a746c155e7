package io.heddle.flows.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds priorities for rules between others that have theirs, and moves as few of these as it can. */
final class Gaps {
    /** Priorities for each unit that a few rules should have after they were spread anew. */
    private static final int ROOM_FOR_FEW = 2;
    /**
     * The same for more rules: {@value} to the power of the logarithm of their number. They wait longer for the next.
     */
    private static final double ROOM_GROWTH = 1.2;

    /** Priorities between two rules that were appended or put ahead one after the other. */
    private static final int LONGEST_STEP = 64;

    /** A few rules leave room for so many to come after them. More rules take a quarter of the gap. */
    private static final int STEPS_IN_OPEN_GAP = 1024;

    private static final int FEW_UNITS = 8;

    private final Sequence s;
    private final int unitSize;

    Gaps(Sequence s) {
        this.s = s;
        this.unitSize = FreshOrder.unitSize(s.size());
    }

    /** Rules that are to have one priority. */
    private record Unit(int from, int to) {
        int rules() {
            return to - from;
        }
    }

    /**
     * Gives priorities to the rules from {@code from} to {@code to}, which have none.
     *
     * @return false if there are not enough
     */
    boolean place(int from, int to) {
        int above = s.above(from);
        int below = s.below(to);
        int high = above < 0 ? RuleOrder.TOP : s.priority[above];
        int low = below == s.size() ? 0 : s.priority[below];
        if (high == low && !joins(s.unitStart(above), s.unitEnd(below), high)) {
            // The new rules part a unit: its rest moves below them.
            int end = s.unitEnd(below);
            Arrays.fill(s.priority, below, end, 0);
            return place(from, end);
        }
        if (high == low
                || unitSize > 1
                        && (above >= 0 && joins(s.unitStart(above), to, high)
                                || below < s.size() && joins(from, s.unitEnd(below), low))) {
            return true;
        }
        List<Unit> units = new ArrayList<>();
        for (int i = from; i < to; ) {
            Unit unit = new Unit(i, s.shareable(i, to, unitSize));
            units.add(unit);
            i = unit.to;
        }
        if (high - low > units.size()) {
            boolean up = s.isBoundary(from) || isNewer(below, above);
            boolean down = s.isBoundary(to) || isNewer(above, below);
            assign(units, spread(units.size(), high, low, up, down));
            return true;
        }
        return makeRoom(units, above, below);
    }

    /** Gives all these rules one priority if they may share it. Some have it already. */
    private boolean joins(int from, int to, int priority) {
        boolean fits = to - from <= Math.max(unitSize, s.unitEnd(from) - s.unitStart(from))
                && s.shareable(from, to, to - from) == to;
        if (fits) {
            Arrays.fill(s.priority, from, to, priority);
        }
        return fits;
    }

    /**
     * Whether rule {@code a} was probably put next to {@code b} by a later change. Then the next rule probably comes
     * between the two.
     */
    private boolean isNewer(int a, int b) {
        return a >= 0 && b >= 0 && a < s.size() && b < s.size() && s.number[a] > s.number[b] + 1;
    }

    private void assign(List<Unit> units, int[] priorities) {
        for (int u = 0; u < priorities.length; u++) {
            Arrays.fill(s.priority, units.get(u).from, units.get(u).to, priorities[u]);
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
    private static int[] spread(int k, int high, int low, boolean topOpen, boolean bottomOpen) {
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

    /** Spreads the new units together with neighbours: with as few as possible, or with so many that gaps remain. */
    private boolean makeRoom(List<Unit> units, int above, int below) {
        int rules = units.stream().mapToInt(Unit::rules).sum();
        // A rule that moves costs two changes: its entry is added with the new priority, and removed with the old one.
        int few = Math.max(0, (RuleOrder.FEW_CHANGES - rules) / 2);
        List<Unit> up = new ArrayList<>();
        List<Unit> down = new ArrayList<>();
        extend(up, above, few, false);
        extend(down, below, few, true);
        for (int room = ROOM_FOR_FEW; room >= 1; room--) {
            for (int moved = 1; moved <= few; moved++) {
                for (int over = 0; over <= moved; over++) {
                    if (over <= up.size()
                            && moved - over <= down.size()
                            && fits(units, up.subList(0, over), down.subList(0, moved - over), room, few)) {
                        return true;
                    }
                }
            }
        }
        for (int each = Math.max(8, units.size()); ; each *= 2) {
            extend(up, above, each, false);
            extend(down, below, each, true);
            boolean all = up.size() < each && down.size() < each;
            double room = all ? 1 : Math.pow(ROOM_GROWTH, Math.log(each) / Math.log(2));
            if (fits(units, up, down, room, Integer.MAX_VALUE)) {
                return true;
            }
            if (all) {
                return false;
            }
        }
    }

    /** Extends a list of neighbouring units, the nearest first, to {@code size} if there are so many. */
    private void extend(List<Unit> units, int nearest, int size, boolean down) {
        while (units.size() < size) {
            Unit last = units.isEmpty() ? null : units.get(units.size() - 1);
            int at = last == null ? nearest : down ? s.below(last.to) : s.above(last.from);
            if (at < 0 || at >= s.size()) {
                return;
            }
            units.add(new Unit(s.unitStart(at), s.unitEnd(at)));
        }
    }

    private boolean fits(List<Unit> units, List<Unit> up, List<Unit> down, double room, int most) {
        int top = up.isEmpty() ? s.above(units.get(0).from) : s.above(up.get(up.size() - 1).from);
        int bottom = down.isEmpty() ? s.below(units.get(units.size() - 1).to) : s.below(down.get(down.size() - 1).to);
        int high = top < 0 ? RuleOrder.TOP : s.priority[top];
        int low = bottom >= s.size() ? 0 : s.priority[bottom];
        int moved = 0;
        for (Unit u : up) {
            moved += u.rules();
        }
        for (Unit u : down) {
            moved += u.rules();
        }
        int all = up.size() + units.size() + down.size();
        if (moved > most || high - low - 1 < all * room) {
            return false;
        }
        List<Unit> spread = new ArrayList<>();
        for (int i = up.size() - 1; i >= 0; i--) {
            spread.add(up.get(i));
        }
        spread.addAll(units);
        spread.addAll(down);
        assign(spread, withRoom(spread.size(), high, low, up.size(), up.size() + units.size()));
        return true;
    }

    /**
     * Spreads {@code k} units. Half of the room is next to the new ones, of the indices {@code from} to {@code to}:
     * there it was used up, and is needed again.
     */
    private static int[] withRoom(int k, int high, int low, int from, int to) {
        int[] out = new int[k];
        int room = high - low - 1 - k;
        double each = room / 2.0 / (k + 1);
        double given = 0;
        for (int u = 0; u < k; u++) {
            given += each + (u == from || u == to ? room / 4.0 : 0);
            out[u] = high - 1 - u - (int) given;
        }
        return out;
    }
}
