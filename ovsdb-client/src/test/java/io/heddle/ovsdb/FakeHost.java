package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A host in memory: its database rows, transactions, monitor updates, and an Open vSwitch that acts on the database
 * when a test lets it. Source: RFC 7047 §4.1.3, §5.2; ovs-vswitchd.conf.db(5).
 */
final class FakeHost {
    static final String ROOT = "root";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ROOT_TABLES = Set.of(Database.OPEN_VSWITCH, Database.QOS);
    private static final Set<String> UNIQUE_NAMES = Set.of(Database.BRIDGE, Database.PORT, Database.INTERFACE);

    /** The result of a transaction. */
    record Outcome(List<JsonNode> results, String error) {}

    /** The current database. */
    final Database truth = new Database();
    /** Updates that the host has yet to send to the monitor. */
    final Deque<JsonNode> updates = new ArrayDeque<>();

    int transactions;
    /** The error with which the host refuses the next transactions, or null. */
    String refusal;
    /** The number of next replies that are empty. */
    int emptyAnswers;

    private Map<String, Map<String, Map<String, Object>>> tables = new TreeMap<>();
    private int uuids;

    FakeHost() {
        change(() -> table(Database.OPEN_VSWITCH).put(ROOT, new HashMap<>(Map.of("next_cfg", 0L, "cur_cfg", 0L))));
    }

    private Map<String, Map<String, Object>> table(String name) {
        return tables.computeIfAbsent(name, t -> new LinkedHashMap<>());
    }

    /** All rows, as in a monitor's first reply. */
    JsonNode initial() {
        return difference(Map.of(), tables);
    }

    /** Open vSwitch acts on the database. */
    void takeUp() {
        Map<String, Object> root = table(Database.OPEN_VSWITCH).get(ROOT);
        change(() -> table(Database.OPEN_VSWITCH).get(ROOT).put("cur_cfg", root.get("next_cfg")));
    }

    boolean isTakenUp() {
        Map<String, Object> root = table(Database.OPEN_VSWITCH).get(ROOT);
        return root.get("cur_cfg").equals(root.get("next_cfg"));
    }

    /** An external change sets columns of a row, if it exists. */
    void set(String table, String name, Map<String, Object> columns) {
        find(table, name).ifPresent(uuid -> change(() -> table(table).get(uuid).putAll(columns)));
    }

    /** An external change removes a port, if it exists. */
    void removePort(String bridge, String port) {
        find(Database.BRIDGE, bridge)
                .ifPresent(b -> find(Database.PORT, port)
                        .ifPresent(p -> change(() ->
                                setOf(table(Database.BRIDGE).get(b), "ports").remove(Value.Ref.uuid(p)))));
    }

    /** An external change adds a port with a mark, unless a port has that name. */
    void addPort(String bridge, String port, Map<String, String> externalIds) {
        if (find(Database.PORT, port).isEmpty()) {
            find(Database.BRIDGE, bridge)
                    .ifPresent(b -> change(() -> {
                        String i = insert(Database.INTERFACE, Map.of("name", port, "type", ""));
                        String p = insert(
                                Database.PORT,
                                Map.of("name", port, "interfaces", Value.Ref.uuid(i), "external_ids", externalIds));
                        setOf(table(Database.BRIDGE).get(b), "ports").add(Value.Ref.uuid(p));
                    }));
        }
    }

    /** An external change adds a bridge. */
    void addBridge(String name) {
        change(() -> setOf(table(Database.OPEN_VSWITCH).get(ROOT), "bridges")
                .add(Value.Ref.uuid(insert(Database.BRIDGE, Map.of("name", name)))));
        addPort(name, name, Map.of());
    }

    private String insert(String table, Map<String, Object> columns) {
        String uuid = "u" + uuids++;
        table(table).put(uuid, new HashMap<>(columns));
        return uuid;
    }

    private Optional<String> find(String table, String name) {
        return table(table).entrySet().stream()
                .filter(e -> name.equals(e.getValue().get("name")))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The column as a modifiable set. */
    private static Set<Object> setOf(Map<String, Object> row, String column) {
        Set<Object> all = Value.set(row.get(column));
        row.put(column, all);
        return all;
    }

    /** Applies all operations or none. */
    Outcome transact(List<Operation> operations) {
        transactions++;
        if (refusal != null) {
            return new Outcome(null, refusal);
        }
        List<JsonNode> results = new ArrayList<>();
        String[] error = new String[1];
        Map<String, Map<String, Map<String, Object>>> before = copy();
        change(() -> {
            Map<String, String> names = new HashMap<>();
            List<JsonNode> all =
                    operations.stream().map(o -> JSON.<JsonNode>valueToTree(o)).toList();
            all.stream()
                    .filter(o -> o.has("uuid-name"))
                    .forEach(o -> names.put(o.get("uuid-name").asText(), "u" + uuids++));
            all.forEach(o -> results.add(execute(o, names)));
            error[0] = twins();
            tables = error[0] == null ? tables : before;
        });
        if (error[0] == null && emptyAnswers > 0) {
            emptyAnswers--;
            return new Outcome(List.of(), null);
        }
        return error[0] == null ? new Outcome(results, null) : new Outcome(null, error[0]);
    }

    private JsonNode execute(JsonNode o, Map<String, String> names) {
        Map<String, Map<String, Object>> table = table(o.get("table").asText());
        ObjectNode result = JSON.createObjectNode();
        String uuid = o.path("where").path(0).path(2).path(1).asText();
        if (o.has("where") && !table.containsKey(uuid)) {
            // An operation that finds no row is no error (RFC 7047 §5.2.3).
            return result;
        }
        switch (o.get("op").asText()) {
            case "insert" -> table.put(names.get(o.get("uuid-name").asText()), columns(o.get("row"), names));
            case "update" -> table.get(uuid).putAll(columns(o.get("row"), names));
            case "delete" -> table.remove(uuid);
            case "mutate" ->
                o.get("mutations")
                        .forEach(m -> mutate(
                                table.get(uuid),
                                m.get(0).asText(),
                                m.get(1).asText(),
                                resolve(Value.fromJson(m.get(2)), names)));
            default -> {
                ObjectNode row = result.putArray("rows").addObject();
                o.get("columns")
                        .forEach(c -> row.set(
                                c.asText(),
                                JSON.valueToTree(Value.toJson(table.get(uuid).get(c.asText())))));
            }
        }
        return result;
    }

    private static Map<String, Object> columns(JsonNode row, Map<String, String> names) {
        Map<String, Object> out = new HashMap<>();
        row.properties().forEach(c -> out.put(c.getKey(), resolve(Value.fromJson(c.getValue()), names)));
        return out;
    }

    private static Object resolve(Object value, Map<String, String> names) {
        if (value instanceof Set<?> s) {
            Set<Object> out = Value.set(Set.of());
            s.forEach(v -> out.add(resolve(v, names)));
            return out;
        }
        return value instanceof Value.Ref r && r.named()
                ? Value.Ref.uuid(Objects.requireNonNull(names.get(r.id())))
                : value;
    }

    private static void mutate(Map<String, Object> row, String column, String mutator, Object value) {
        if (mutator.equals("+=")) {
            row.put(column, (Long) row.get(column) + (Long) value);
        } else if (value instanceof Map<?, ?> m) {
            Map<String, String> map = new TreeMap<>(Value.map(row.get(column)));
            m.forEach((k, v) -> map.remove(k, v));
            row.put(column, map);
        } else if (mutator.equals("insert")) {
            setOf(row, column).addAll(Value.set(value));
        } else {
            setOf(row, column).removeAll(Value.set(value));
        }
    }

    /** An error if two rows have the same name and the schema forbids it; or null. */
    private String twins() {
        collect();
        for (String t : UNIQUE_NAMES) {
            Set<Object> names = new HashSet<>();
            for (Map<String, Object> row : table(t).values()) {
                if (!names.add(row.get("name"))) {
                    return "constraint violation: two rows of " + t + " are called " + row.get("name");
                }
            }
        }
        return null;
    }

    /** Removes rows that no other row refers to, except those of root tables. */
    private void collect() {
        Set<Object> reached = new HashSet<>();
        for (int before = -1; before < reached.size(); ) {
            before = reached.size();
            tables.forEach((name, rows) -> rows.forEach((uuid, row) -> {
                if (ROOT_TABLES.contains(name) || reached.contains(Value.Ref.uuid(uuid))) {
                    row.values()
                            .forEach(v -> Value.set(v instanceof Map ? Set.of() : v).stream()
                                    .filter(Value.Ref.class::isInstance)
                                    .forEach(reached::add));
                }
            }));
        }
        tables.forEach((name, rows) -> {
            if (!ROOT_TABLES.contains(name)) {
                rows.keySet().removeIf(uuid -> !reached.contains(Value.Ref.uuid(uuid)));
            }
        });
    }

    /** Makes a change, and queues its update for the monitor. */
    private void change(Runnable change) {
        Map<String, Map<String, Map<String, Object>>> before = copy();
        change.run();
        collect();
        JsonNode update = difference(before, tables);
        if (!update.isEmpty()) {
            truth.update(update);
            updates.add(update);
        }
    }

    private Map<String, Map<String, Map<String, Object>>> copy() {
        Map<String, Map<String, Map<String, Object>>> out = new TreeMap<>();
        tables.forEach((name, rows) -> rows.forEach((uuid, row) -> {
            Map<String, Object> columns = new HashMap<>(row);
            columns.replaceAll((c, v) -> v instanceof Set<?> s ? Value.set(s) : v);
            out.computeIfAbsent(name, n -> new LinkedHashMap<>()).put(uuid, columns);
        }));
        return out;
    }

    private static JsonNode difference(
            Map<String, Map<String, Map<String, Object>>> before, Map<String, Map<String, Map<String, Object>>> after) {
        ObjectNode out = JSON.createObjectNode();
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            Map<String, Map<String, Object>> was = before.getOrDefault(name, Map.of());
            Map<String, Map<String, Object>> is = after.getOrDefault(name, Map.of());
            ObjectNode rows = JSON.createObjectNode();
            was.keySet().stream()
                    .filter(u -> !is.containsKey(u))
                    .forEach(u -> rows.putObject(u).putObject("old"));
            is.forEach((uuid, row) -> {
                if (!row.equals(was.get(uuid))) {
                    ObjectNode now = rows.putObject(uuid).putObject("new");
                    row.forEach((c, v) -> now.set(c, JSON.valueToTree(Value.toJson(v))));
                }
            });
            if (!rows.isEmpty()) {
                out.set(name, rows);
            }
        }
        return out;
    }
}
