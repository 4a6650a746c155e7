package io.heddle.flows.order;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Finds the rules that one version of the network has kept from the version before, in their order. */
final class Alignment {
    private Alignment() {}

    /**
     * For each rule, the index of the same rule in {@code old}, or -1. The indices increase. What is not the longest
     * such list is a rule that has moved.
     */
    static int[] of(Sequence now, Sequence old) {
        int[] match = new int[now.size()];
        Arrays.fill(match, -1);
        int shorter = Math.min(now.size(), old.size());
        int head = 0;
        while (head < shorter && now.isSame(head, old, head)) {
            match[head] = head;
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && now.isSame(now.size() - 1 - tail, old, old.size() - 1 - tail)) {
            match[now.size() - 1 - tail] = old.size() - 1 - tail;
            tail++;
        }
        middle(now, head, now.size() - tail, old, old.size() - tail, match);
        return match;
    }

    private static void middle(Sequence now, int from, int to, Sequence old, int oldTo, int[] match) {
        if (from == to || from == oldTo) {
            return;
        }
        Map<Object, Deque<Integer>> places = new HashMap<>();
        for (int j = from; j < oldTo; j++) {
            places.computeIfAbsent(old.content(j), k -> new ArrayDeque<>(1)).add(j);
        }
        int[] place = new int[to - from];
        for (int i = from; i < to; i++) {
            Deque<Integer> same = places.get(now.content(i));
            place[i - from] = same == null || same.isEmpty() ? -1 : same.poll();
        }
        for (int i : longestIncrease(place)) {
            match[from + i] = place[i];
        }
    }

    /** The indices of the longest increasing subsequence, without negative values. */
    private static int[] longestIncrease(int[] values) {
        int[] ends = new int[values.length];
        int[] before = new int[values.length];
        int length = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0) {
                continue;
            }
            int low = 0;
            int high = length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (values[ends[middle]] < values[i]) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            before[i] = low == 0 ? -1 : ends[low - 1];
            ends[low] = i;
            length = Math.max(length, low + 1);
        }
        int[] out = new int[length];
        int at = length == 0 ? -1 : ends[length - 1];
        for (int i = length - 1; i >= 0; i--) {
            out[i] = at;
            at = before[at];
        }
        return out;
    }
}
