package io.heddle.ovsdb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects the operations of one transaction, and the changes of rows that they make, in words. */
final class Transaction {
    /** The key in external_ids that marks rows as Heddle's. */
    static final String MARK = "heddle";
    /** Rows that Heddle created: it removes them once the network file no longer names them. */
    static final String CREATED = "created";
    /** Rows that existed before Heddle changed them: it releases them. */
    static final String ADOPTED = "adopted";

    /** The tables whose rows may exist before Heddle changes them, and stay when it no longer does. */
    private static final Set<String> ADOPTABLE = Set.of(Database.BRIDGE, Database.PORT, Database.CT_ZONE);

    /**
     * A column of an existing row that refers to other rows.
     *
     * @param uuid the row's
     * @param key the key of the reference in a map column; null for a set
     */
    record RefColumn(String table, String uuid, String column, Object key) {
        RefColumn(String table, String uuid, String column) {
            this(table, uuid, column, null);
        }

        private Object value(Value.Ref row) {
            return key == null ? row : Map.of(key, row);
        }
    }

    private final List<Operation> operations = new ArrayList<>();
    private final List<RowChange> rows = new ArrayList<>();
    private final List<HostDiff.Touch> touches = new ArrayList<>();
    private int names;

    void add(Operation operation) {
        operations.add(operation);
    }

    void report(char sign, String table, String text) {
        rows.add(new RowChange(sign, table, text));
    }

    void touch(String what, Set<String> columns) {
        touches.add(new HostDiff.Touch(what, columns));
    }

    /** Inserts a row. @return a reference to it within the transaction */
    Value.Ref insert(String table, Map<String, Object> row) {
        String name = "row" + names++;
        Map<String, Object> columns = new LinkedHashMap<>(row);
        columns.replaceAll((c, v) -> ColumnDiff.created(v));
        operations.add(Operation.insert(table, name, columns));
        return Value.Ref.name(name);
    }

    /** Inserts a row that Heddle marks and reports. @param columns the row's columns, with references for names */
    Value.Ref create(String what, HostState.Row row, Map<String, Object> columns) {
        Map<String, Object> marked = new LinkedHashMap<>(columns);
        marked.put("external_ids", Map.of(MARK, CREATED));
        report('+', row.table(), what + ColumnDiff.text(row.columns()));
        return insert(row.table(), marked);
    }

    /** The columns of a new row with a name and Heddle's mark; modifiable. */
    static Map<String, Object> marked(String name, Map<String, Object> columns) {
        Map<String, Object> row = new LinkedHashMap<>(columns);
        row.put("name", name);
        row.put("external_ids", Map.of(MARK, CREATED));
        return row;
    }

    /** Lets a column refer to one more row. */
    void attach(RefColumn place, Value.Ref row) {
        add(Operation.mutate(place.table(), place.uuid(), place.column(), "insert", place.value(row)));
    }

    /** Removes the reference to a row from a column. OVSDB removes the row if no other row refers to it. */
    void detach(RefColumn place, Database.Row row) {
        Object value = place.value(Value.Ref.uuid(row.uuid()));
        add(Operation.mutate(place.table(), place.uuid(), place.column(), "delete", value));
    }

    /**
     * Removes a row that Heddle created, or releases one that it adopted.
     *
     * @param place the column that refers to the row
     * @return whether the row is removed
     */
    boolean leave(String table, Database.Row row, RefColumn place, String what) {
        String mark = row.map("external_ids").get(MARK);
        if (CREATED.equals(mark)) {
            detach(place, row);
            report('-', table, what);
            touch(what, Set.of());
            return true;
        }
        if (ADOPTED.equals(mark)) {
            add(Operation.mutate(table, row.uuid(), "external_ids", "delete", Map.of(MARK, ADOPTED)));
            report('~', table, what + " released, as it is");
        }
        return false;
    }

    /** Changes columns of a row, unless there are no changes. */
    void update(RowUpdate update) {
        Map<String, Object> changes = update.columns();
        if (changes.isEmpty()) {
            return;
        }
        if (ADOPTABLE.contains(update.table())) {
            mark(update.row(), changes);
        }
        operations.add(Operation.update(update.table(), update.row().uuid(), changes));
        touch(update.what(), Set.copyOf(changes.keySet()));
        report('~', update.table(), update.text());
    }

    /**
     * Marks an existing row as adopted. Only rows that change get the mark: a row that is already right stays
     * untouched.
     */
    private static void mark(Database.Row row, Map<String, Object> changes) {
        Map<String, String> ids = row.map("external_ids");
        if (!ids.containsKey(MARK)) {
            Map<String, String> marked = new TreeMap<>(ids);
            marked.put(MARK, ADOPTED);
            changes.put("external_ids", marked);
        }
    }

    /** Whether Heddle created a row. */
    static boolean isCreated(Database.Row row) {
        return CREATED.equals(row.map("external_ids").get(MARK));
    }

    /** The changes. @param root the UUID of the row of Open_vSwitch @param conflicts see {@link HostDiff.Change} */
    HostDiff.Change end(String root, List<String> conflicts) {
        if (!operations.isEmpty()) {
            operations.add(Operation.mutate(Database.OPEN_VSWITCH, root, "next_cfg", "+=", 1L));
            operations.add(Operation.select(Database.OPEN_VSWITCH, root, "next_cfg"));
        }
        return new HostDiff.Change(
                List.copyOf(operations), List.copyOf(rows), List.copyOf(touches), List.copyOf(conflicts));
    }
}
