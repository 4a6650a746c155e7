package io.heddle.ovsdb;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opendaylight.ovsdb.lib.schema.GenericTableSchema;

/** One operation of an OVSDB transaction, in the form of RFC 7047 §5.2. */
public final class Operation extends org.opendaylight.ovsdb.lib.operations.Operation<GenericTableSchema> {
    private final Map<String, Object> json = new LinkedHashMap<>();

    private Operation(String op, String table) {
        json.put("op", op);
        json.put("table", table);
    }

    /** Aborts the transaction if the session does not have a lock. */
    static Operation requireLock(String name) {
        Operation o = new Operation("assert", null);
        o.json.remove("table");
        o.json.put("lock", name);
        return o;
    }

    /** Inserts a row; other operations of the transaction can refer to it by {@code name}. */
    static Operation insert(String table, String name, Map<String, Object> row) {
        Operation o = new Operation("insert", table);
        o.json.put("row", row(row));
        o.json.put("uuid-name", name);
        return o;
    }

    /** Updates columns of one row. */
    static Operation update(String table, String uuid, Map<String, Object> row) {
        Operation o = new Operation("update", table);
        o.json.put("where", where(uuid));
        o.json.put("row", row(row));
        return o;
    }

    /** Deletes one row of a root table. */
    static Operation delete(String table, String uuid) {
        Operation o = new Operation("delete", table);
        o.json.put("where", where(uuid));
        return o;
    }

    /** Mutates a column of one row: {@code insert}, {@code delete}, {@code +=}. */
    static Operation mutate(String table, String uuid, String column, String mutator, Object value) {
        Operation o = new Operation("mutate", table);
        o.json.put("where", where(uuid));
        o.json.put("mutations", List.of(List.of(column, mutator, Value.toJson(value))));
        return o;
    }

    /** Reads a column of one row, to get the result of a mutation. */
    static Operation select(String table, String uuid, String column) {
        Operation o = new Operation("select", table);
        o.json.put("where", where(uuid));
        o.json.put("columns", List.of(column));
        return o;
    }

    /** Reads a column of all rows of a table. */
    static Operation select(String table, String column) {
        return selectAll(table, List.of(column));
    }

    /** Reads columns of all rows of a table. */
    static Operation selectAll(String table, List<String> columns) {
        Operation o = new Operation("select", table);
        o.json.put("where", List.of());
        o.json.put("columns", columns);
        return o;
    }

    private static List<Object> where(String uuid) {
        return List.of(List.of("_uuid", "==", List.of("uuid", uuid)));
    }

    private static Map<String, Object> row(Map<String, Object> row) {
        Map<String, Object> out = new LinkedHashMap<>();
        row.forEach((k, v) -> out.put(k, Value.toJson(v)));
        return out;
    }

    /** The operation on the wire. */
    @JsonValue
    public Map<String, Object> json() {
        return json;
    }
}
