package io.heddle.ovsdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The changes to the columns of one existing row, as values and in words. */
final class RowUpdate {
    private final String table;
    private final Database.Row row;
    private final String what;
    private final Map<String, Object> columns;
    private final List<String> details = new ArrayList<>();

    /**
     * @param what the row in words, such as {@code port br0/vm1}
     * @param columns the columns that change, with their new values
     */
    RowUpdate(String table, Database.Row row, String what, Map<String, Object> columns) {
        this.table = table;
        this.row = row;
        this.what = what;
        this.columns = columns;
        columns.forEach((c, v) -> details.add(c + "=" + Value.text(row.columns().get(c)) + " → " + Value.text(v)));
    }

    /** Sets a column to a row that the transaction creates and reports. */
    void set(String column, Value.Ref created) {
        columns.put(column, created);
    }

    /** Sets a column. @param detail the change in words */
    void set(String column, Object value, String detail) {
        columns.put(column, value);
        details.add(detail);
    }

    String table() {
        return table;
    }

    Database.Row row() {
        return row;
    }

    String what() {
        return what;
    }

    /** The columns that change, with their new values; modifiable. */
    Map<String, Object> columns() {
        return columns;
    }

    /** The row and its changes: {@code port br0/vm1 tag=200 → 300}. A change without words is an adoption. */
    String text() {
        return what + (details.isEmpty() ? " adopted" : " " + String.join(" ", details));
    }
}
