package io.heddle.flows.order;

import io.heddle.flows.model.Acl;
import io.heddle.flows.pipeline.Cookies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The order of rules as short text, for the store of versions. For each list {@code numbers/priorities}. Numbers are
 * runs {@code first+count}. Priorities are runs {@code size:step*count}: {@code count} units of {@code size} rules,
 * each {@code step} below the unit before, and the first of a list below {@link RuleOrder#TOP}.
 */
public final class OrderText {
    private OrderText() {}

    /** The order of all lists, by list name. */
    public static Map<String, String> of(List<Acl> lists) {
        Sequence s = Sequence.of(lists);
        Map<String, String> out = new LinkedHashMap<>();
        for (int l = 0; l < lists.size(); l++) {
            out.put(lists.get(l).name(), numbers(s, l) + "/" + priorities(s, l));
        }
        return out;
    }

    private static String numbers(Sequence s, int l) {
        StringBuilder out = new StringBuilder();
        for (int i = s.start(l); i < s.end(l); ) {
            int first = i++;
            while (i < s.end(l) && s.number[i] == s.number[i - 1] + 1) {
                i++;
            }
            out.append(out.isEmpty() ? "" : " ")
                    .append(s.number[first])
                    .append('+')
                    .append(i - first);
        }
        return out.toString();
    }

    private static String priorities(Sequence s, int l) {
        List<String> units = new ArrayList<>();
        int before = RuleOrder.TOP;
        for (int i = s.start(l); i < s.start(l + 1); ) {
            int from = i;
            i = Math.min(s.unitEnd(i), s.start(l + 1));
            units.add((i - from) + ":" + (before - s.priority[from]));
            before = s.priority[from];
        }
        StringBuilder out = new StringBuilder();
        for (int u = 0; u < units.size(); ) {
            int from = u;
            while (u < units.size() && units.get(u).equals(units.get(from))) {
                u++;
            }
            out.append(out.isEmpty() ? "" : " ")
                    .append(units.get(from))
                    .append('*')
                    .append(u - from);
        }
        return out.toString();
    }

    /**
     * The lists in the order that {@code texts} says.
     *
     * @return empty if the texts are not those of an order of these lists
     */
    public static Optional<List<Acl>> read(List<Acl> lists, Map<String, String> texts) {
        Sequence s = Sequence.of(lists);
        try {
            for (int l = 0; l < lists.size(); l++) {
                String[] parts = texts.getOrDefault(lists.get(l).name(), "").split("/", 2);
                if (parts.length < 2 || !numbers(s, l, parts[0]) || !priorities(s, l, parts[1])) {
                    return Optional.empty();
                }
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
        return isOrdered(s) ? Optional.of(s.placed(List.of())) : Optional.empty();
    }

    private static boolean numbers(Sequence s, int l, String text) {
        BitSet used = new BitSet();
        int at = s.start(l);
        for (String run : text.isEmpty() ? new String[0] : text.split(" ")) {
            String[] words = run.split("\\+");
            for (int k = 0; k < Integer.parseInt(words[1]); k++) {
                int number = Integer.parseInt(words[0]) + k;
                if (at >= s.end(l) || number >= Cookies.MOST_ITEMS || used.get(number)) {
                    return false;
                }
                used.set(number);
                s.number[at++] = number;
            }
        }
        return at == s.end(l);
    }

    private static boolean priorities(Sequence s, int l, String text) {
        int at = s.start(l);
        int priority = RuleOrder.TOP;
        for (String run : text.isEmpty() ? new String[0] : text.split(" ")) {
            String[] words = run.split("[:*]");
            for (int k = 0; k < Integer.parseInt(words[2]); k++) {
                int size = Integer.parseInt(words[0]);
                priority -= Integer.parseInt(words[1]);
                if (size < 1 || at + size > s.start(l + 1)) {
                    return false;
                }
                Arrays.fill(s.priority, at, at + size, priority);
                at += size;
            }
        }
        return at == s.start(l + 1);
    }

    /** Whether the priorities decrease, and only rules that no frame can match together share one. */
    static boolean isOrdered(Sequence s) {
        int before = RuleOrder.TOP;
        for (int i = 0; i < s.size(); i = s.unitEnd(i)) {
            if (s.priority[i] >= before || s.priority[i] < 1 || !s.isDisjoint(i, s.unitEnd(i))) {
                return false;
            }
            before = s.priority[i];
        }
        return true;
    }
}
