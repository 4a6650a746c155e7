package io.heddle.ovsdb;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The changes to the columns of one row, as values and as text. Pure. */
final class ColumnDiff {
    private final Map<String, Set<String>> mapKeys;

    /** @param mapKeys see {@link HostState#mapKeys} */
    ColumnDiff(Map<String, Set<String>> mapKeys) {
        this.mapKeys = mapKeys;
    }

    /**
     * The columns of {@code want} whose values differ from the row's.
     *
     * @param what the row in words
     * @param ours whether Heddle created the row, so that columns without a wanted value get their defaults
     */
    RowUpdate update(String table, Database.Row row, String what, Map<String, Object> want, boolean ours) {
        return new RowUpdate(table, row, what, changes(table, row, want, ours));
    }

    private Map<String, Object> changes(String table, Database.Row row, Map<String, Object> want, boolean ours) {
        Map<String, Object> out = new LinkedHashMap<>();
        want.forEach((column, value) -> {
            if (value instanceof HostState.Initial || value instanceof HostState.Default && !ours) {
                return;
            }
            Object now = row.columns().get(column);
            if (value instanceof HostState.Alike a && a.others().stream().anyMatch(v -> Value.same(now, v))) {
                return;
            }
            Object then = created(value);
            if (value instanceof Map<?, ?> && mapKeys.containsKey(table + "." + column)) {
                Map<String, String> merged = new TreeMap<>(Value.map(now));
                if (ours) {
                    merged.keySet().removeAll(mapKeys.get(table + "." + column));
                }
                merged.putAll(Value.map(value));
                then = merged;
            }
            if (!Value.same(now, then)) {
                out.put(column, then);
            }
        });
        return out;
    }

    /** The value of the column in a row that Heddle creates. */
    static Object created(Object value) {
        return value instanceof HostState.Default d
                ? d.value()
                : value instanceof HostState.Initial i
                        ? i.value()
                        : value instanceof HostState.Alike a ? a.value() : value;
    }

    /** The columns as text, without empty ones. */
    static String text(Map<String, Object> columns) {
        StringBuilder out = new StringBuilder();
        columns.forEach((c, value) -> {
            Object v = created(value);
            if (!Value.set(v).isEmpty()
                    && !Value.text(v).isEmpty()
                    && !Value.text(v).equals("-")) {
                out.append(' ').append(c).append('=').append(Value.text(v));
            }
        });
        return out.toString();
    }

    /** The columns of a port's interfaces as text, with the names that differ from the port's. */
    static String text(String port, Map<String, HostState.Interface> interfaces) {
        StringBuilder out = new StringBuilder();
        interfaces.forEach((n, i) -> {
            if (!n.equals(port)) {
                out.append(" interface=").append(n);
            }
            out.append(text(i.columns()));
        });
        return out.toString();
    }
}
