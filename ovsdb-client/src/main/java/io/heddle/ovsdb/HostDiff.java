package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.BRIDGE;
import static io.heddle.ovsdb.Database.CONTROLLER;
import static io.heddle.ovsdb.Database.INTERFACE;
import static io.heddle.ovsdb.Database.OPEN_VSWITCH;
import static io.heddle.ovsdb.Database.PORT;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The one transaction that makes a host's database what it should be. Pure.
 *
 * <p>Whose a row is stands in {@code external_ids:heddle}: {@code created} rows are removed when the file no longer
 * names them, {@code adopted} ones, which stood there before, are released with the columns they have then. Rows
 * without the mark are somebody else's.
 */
public final class HostDiff {
    /** The key in external_ids that marks rows as Heddle's. */
    public static final String MARK = "heddle";
    private static final String CREATED = "created";
    private static final String ADOPTED = "adopted";

    /** In map columns, the keys that Heddle sets, and so removes when they are no longer wanted. */
    private static final Map<String, Set<String>> KNOWN_KEYS = Map.of(
            BRIDGE + ".other_config", Set.of("datapath-id", "mac-aging-time"),
            PORT + ".other_config", Set.of("lacp-time"));

    private final Database have;
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private int names;

    private HostDiff(Database have) {
        this.have = have;
    }

    /**
     * What is to be done.
     *
     * @param operations to send in one transaction; empty for a host that is already right
     * @param lines the same for people: {@code + port br0/vm1 tag=200}
     */
    public record Change(List<Operation> operations, List<String> lines) {
        public boolean isEmpty() {
            return operations.isEmpty();
        }
    }

    /** What turns {@code have} into {@code want}. */
    public static Change between(HostState want, Database have) {
        HostDiff diff = new HostDiff(have);
        diff.bridges(want);
        if (!diff.operations.isEmpty()) {
            String root = have.root().orElseThrow().uuid();
            diff.operations.add(Operation.mutate(OPEN_VSWITCH, root, "next_cfg", "+=", 1L));
            diff.operations.add(Operation.select(OPEN_VSWITCH, root, "next_cfg"));
        }
        return new Change(List.copyOf(diff.operations), List.copyOf(diff.lines));
    }

    private void bridges(HostState want) {
        String root = have.root().orElseThrow(() -> new IllegalStateException("the database has no Open_vSwitch row"))
                .uuid();
        // Removals first: a port that moves to another bridge must leave the first one in the same transaction.
        for (Database.Row row : have.table(BRIDGE).values()) {
            HostState.Bridge wanted = want.bridges().get(row.text("name"));
            if (wanted == null) {
                leave(BRIDGE, row, OPEN_VSWITCH, root, "bridges", "bridge " + row.text("name"));
            } else {
                stalePorts(row, wanted);
            }
        }
        want.bridges().forEach((name, bridge) -> {
            Optional<Database.Row> row = have.named(BRIDGE, name);
            if (row.isEmpty()) {
                createBridge(root, name, bridge);
            } else {
                alterBridge(row.get(), name, bridge);
            }
        });
    }

    /** Removes a row of ours from its parent's column, or lets go of one that was adopted. */
    private void leave(String table, Database.Row row, String parentTable, String parent, String column, String what) {
        String mark = row.map("external_ids").get(MARK);
        if (CREATED.equals(mark)) {
            operations.add(Operation.mutate(parentTable, parent, column, "delete", Value.Ref.uuid(row.uuid())));
            lines.add("- " + what);
        } else if (ADOPTED.equals(mark)) {
            operations.add(Operation.mutate(table, row.uuid(), "external_ids", "delete", Map.of(MARK, ADOPTED)));
            lines.add("~ " + what + " released, as it is");
        }
    }

    private void stalePorts(Database.Row bridge, HostState.Bridge wanted) {
        for (String uuid : bridge.refs("ports")) {
            // The port that carries the bridge's own name comes and goes with the bridge.
            have.row(PORT, uuid).filter(p -> !wanted.ports().containsKey(p.text("name")))
                    .filter(p -> !p.text("name").equals(bridge.text("name")))
                    .ifPresent(p -> leave(PORT, p, BRIDGE, bridge.uuid(), "ports",
                            "port " + bridge.text("name") + "/" + p.text("name")));
        }
    }

    private void createBridge(String root, String name, HostState.Bridge bridge) {
        Map<String, Object> row = new LinkedHashMap<>(bridge.columns());
        row.put("name", name);
        row.put("external_ids", Map.of(MARK, CREATED));
        bridge.controller().ifPresent(target -> row.put("controller", controller(target)));
        Map<String, HostState.Port> ports = new LinkedHashMap<>();
        ports.put(name, new HostState.Port(Map.of(),
                Map.of(name, new HostState.Interface(Map.of("type", "internal")))));
        ports.putAll(bridge.ports());
        lines.add("+ bridge " + name + text(bridge.columns()) + bridge.controller().map(c -> " controller=" + c)
                .orElse(""));
        Set<Object> refs = new HashSet<>();
        ports.forEach((n, p) -> refs.add(createPort(name, n, p)));
        row.put("ports", refs);
        operations.add(Operation.mutate(OPEN_VSWITCH, root, "bridges", "insert", insert(BRIDGE, row)));
    }

    private void alterBridge(Database.Row row, String name, HostState.Bridge bridge) {
        Map<String, Object> changes = changes(BRIDGE, row, bridge.columns());
        List<String> details = details(row, changes);
        mark(row, changes);
        bridge.controller().ifPresent(target -> {
            Set<Object> targets = new TreeSet<>();
            row.refs("controller").forEach(u -> have.row(CONTROLLER, u).ifPresent(c -> targets.add(c.text("target"))));
            if (!targets.equals(Set.of(target))) {
                changes.put("controller", controller(target));
                details.add("controller=" + Value.text(targets) + " → " + target);
            }
        });
        update(BRIDGE, row, changes, "bridge " + name, details);
        Map<String, Database.Row> present = new LinkedHashMap<>();
        row.refs("ports").forEach(u -> have.row(PORT, u).ifPresent(p -> present.put(p.text("name"), p)));
        bridge.ports().forEach((portName, port) -> {
            Database.Row p = present.get(portName);
            if (p == null) {
                operations.add(Operation.mutate(BRIDGE, row.uuid(), "ports", "insert",
                        createPort(name, portName, port)));
            } else {
                alterPort(p, name, port);
            }
        });
    }

    private Value.Ref createPort(String bridge, String name, HostState.Port port) {
        Map<String, Object> row = new LinkedHashMap<>(port.columns());
        row.put("name", name);
        row.put("external_ids", Map.of(MARK, CREATED));
        Set<Object> refs = new HashSet<>();
        port.interfaces().forEach((n, i) -> refs.add(createInterface(n, i)));
        row.put("interfaces", refs);
        if (!name.equals(bridge)) {
            lines.add("+ port " + bridge + "/" + name + text(port.columns()) + interfaces(name, port));
        }
        return insert(PORT, row);
    }

    private static String interfaces(String name, HostState.Port port) {
        StringBuilder out = new StringBuilder();
        port.interfaces().forEach((n, i) -> {
            if (!n.equals(name)) {
                out.append(" interface=").append(n);
            }
            out.append(text(i.columns()));
        });
        return out.toString();
    }

    private Value.Ref createInterface(String name, HostState.Interface i) {
        Map<String, Object> row = new LinkedHashMap<>(i.columns());
        row.put("name", name);
        return insert(INTERFACE, row);
    }

    private void alterPort(Database.Row row, String bridge, HostState.Port port) {
        String what = "port " + bridge + "/" + row.text("name");
        Map<String, Object> changes = changes(PORT, row, port.columns());
        List<String> details = details(row, changes);
        mark(row, changes);
        Map<String, Database.Row> present = new TreeMap<>();
        row.refs("interfaces").forEach(u -> have.row(INTERFACE, u).ifPresent(i -> present.put(i.text("name"), i)));
        if (!present.keySet().equals(port.interfaces().keySet())) {
            Set<Object> refs = new HashSet<>();
            port.interfaces().forEach((n, i) -> refs.add(present.containsKey(n)
                    ? Value.Ref.uuid(present.get(n).uuid()) : createInterface(n, i)));
            changes.put("interfaces", refs);
            details.add("interfaces=" + present.keySet() + " → " + port.interfaces().keySet());
        }
        update(PORT, row, changes, what, details);
        port.interfaces().forEach((n, i) -> {
            Database.Row have = present.get(n);
            if (have != null) {
                Map<String, Object> c = changes(INTERFACE, have, i.columns());
                update(INTERFACE, have, c, "interface " + bridge + "/" + n, details(have, c));
            }
        });
    }

    /** A row that stood there before is adopted. */
    private static void mark(Database.Row row, Map<String, Object> changes) {
        Map<String, String> ids = row.map("external_ids");
        if (!ids.containsKey(MARK)) {
            Map<String, String> marked = new TreeMap<>(ids);
            marked.put(MARK, ADOPTED);
            changes.put("external_ids", marked);
        }
    }

    private void update(String table, Database.Row row, Map<String, Object> changes, String what,
                        List<String> details) {
        if (!changes.isEmpty()) {
            operations.add(Operation.update(table, row.uuid(), changes));
            lines.add("~ " + what + (details.isEmpty() ? " adopted" : " " + String.join(" ", details)));
        }
    }

    /** The columns of {@code want} that the row has otherwise. */
    private static Map<String, Object> changes(String table, Database.Row row, Map<String, Object> want) {
        Map<String, Object> out = new LinkedHashMap<>();
        want.forEach((column, value) -> {
            Object now = row.columns().get(column);
            Object then = value;
            if (value instanceof Map<?, ?> && KNOWN_KEYS.containsKey(table + "." + column)) {
                Map<String, String> merged = new TreeMap<>(Value.map(now));
                merged.keySet().removeAll(KNOWN_KEYS.get(table + "." + column));
                merged.putAll(Value.map(value));
                then = merged;
            }
            if (!Value.same(now, then)) {
                out.put(column, then);
            }
        });
        return out;
    }

    private static List<String> details(Database.Row row, Map<String, Object> changes) {
        List<String> out = new ArrayList<>();
        changes.forEach((c, v) -> out.add(c + "=" + Value.text(row.columns().get(c)) + " → " + Value.text(v)));
        return out;
    }

    private static String text(Map<String, Object> columns) {
        StringBuilder out = new StringBuilder();
        columns.forEach((c, v) -> {
            if (!Value.set(v).isEmpty() && !Value.text(v).isEmpty() && !Value.text(v).equals("-")) {
                out.append(' ').append(c).append('=').append(Value.text(v));
            }
        });
        return out.toString();
    }

    private Value.Ref controller(String target) {
        return insert(CONTROLLER, Map.of("target", target));
    }

    private Value.Ref insert(String table, Map<String, Object> row) {
        String name = "row" + names++;
        operations.add(Operation.insert(table, name, row));
        return Value.Ref.name(name);
    }
}
