package io.heddle.controller.plan;

import io.heddle.ovsdb.RowChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a plan changes on one host or one switch.
 *
 * @param lines all changes as text, each with a sign ahead: {@code +} added, {@code ~} changed, {@code -} removed
 * @param counts the numbers of changes, by what they are about
 */
public record Part(List<String> lines, List<Count> counts) {
    /**
     * The number of changes that are about one thing.
     *
     * @param of the kind of row, such as {@code port}; the access list, such as {@code acl web}; or the app
     */
    public record Count(String of, int add, int change, int remove) {
        private Count with(char sign) {
            return new Count(
                    of, add + (sign == '+' ? 1 : 0), change + (sign == '~' ? 1 : 0), remove + (sign == '-' ? 1 : 0));
        }
    }

    /** Collects the changes of one part in the order in which they are shown. */
    static final class Builder {
        private final List<String> lines = new ArrayList<>();
        private final Map<String, Count> counts = new TreeMap<>();

        void add(char sign, String of, String line) {
            lines.add(line);
            counts.merge(of, new Count(of, 0, 0, 0).with(sign), (old, one) -> old.with(sign));
        }

        Part build() {
            return new Part(List.copyOf(lines), List.copyOf(counts.values()));
        }
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    static Part ofRows(List<RowChange> rows) {
        Builder out = new Builder();
        rows.forEach(r -> out.add(r.sign(), kind(r.table()), r.toString()));
        return out.build();
    }

    /** A table's name in the words of the network file. */
    private static String kind(String table) {
        return table.equals("Open_vSwitch") ? "host" : table.toLowerCase(Locale.ROOT);
    }
}
