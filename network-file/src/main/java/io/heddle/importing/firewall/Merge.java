package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Joins the lists of IPv4 and of IPv6. What both say becomes one item. A packet has one version, so the items of the
 * one may stand anywhere between those of the other, each in its own order.
 */
final class Merge {
    private static final long MOST_PAIRS = 4_000_000;

    private Merge() {}

    static List<Item> of(List<Item> v4, List<Item> v6) {
        if ((long) v4.size() * v6.size() > MOST_PAIRS) {
            List<Item> out = new ArrayList<>(v4);
            out.addAll(v6);
            return out;
        }
        int[][] common = common(v4, v6);
        List<Item> out = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < v4.size() || j < v6.size()) {
            if (i < v4.size() && j < v6.size() && v4.get(i).isLike(v6.get(j))) {
                Set<Origin> origins = new LinkedHashSet<>(v4.get(i).origins());
                origins.addAll(v6.get(j).origins());
                out.add(v4.get(i).from(List.copyOf(origins)));
                i++;
                j++;
            } else if (j == v6.size() || i < v4.size() && common[i + 1][j] >= common[i][j + 1]) {
                out.add(v4.get(i++));
            } else {
                out.add(v6.get(j++));
            }
        }
        return out;
    }

    /** How many items the rests of both have in common. */
    private static int[][] common(List<Item> v4, List<Item> v6) {
        int[][] common = new int[v4.size() + 1][v6.size() + 1];
        for (int i = v4.size() - 1; i >= 0; i--) {
            for (int j = v6.size() - 1; j >= 0; j--) {
                common[i][j] = v4.get(i).isLike(v6.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
