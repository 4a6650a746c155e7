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

    private final List<Operation> operations = new ArrayList<>();
    private final List<RowChange> rows = new ArrayList<>();
    private final List<HostDiff.Touch> touches = new ArrayList<>();
    private int names;

    boolean isEmpty() {
        return operations.isEmpty();
    }

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

    /** Changes columns of a row, unless there are no changes. @param details the changes in words */
    void update(String table, Database.Row row, Map<String, Object> changes, String what, List<String> details) {
        if (changes.isEmpty()) {
            return;
        }
        if (table.equals(Database.BRIDGE) || table.equals(Database.PORT)) {
            mark(row, changes);
        }
        operations.add(Operation.update(table, row.uuid(), changes));
        touch(what, Set.copyOf(changes.keySet()));
        report('~', table, what + (details.isEmpty() ? " adopted" : " " + String.join(" ", details)));
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
