package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.BRIDGE;
import static io.heddle.ovsdb.Database.CONTROLLER;
import static io.heddle.ovsdb.Database.INTERFACE;
import static io.heddle.ovsdb.Database.IPFIX;
import static io.heddle.ovsdb.Database.MIRROR;
import static io.heddle.ovsdb.Database.NETFLOW;
import static io.heddle.ovsdb.Database.OPEN_VSWITCH;
import static io.heddle.ovsdb.Database.PORT;
import static io.heddle.ovsdb.Database.QOS;
import static io.heddle.ovsdb.Database.SFLOW;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Computes the one transaction that brings a host's database to its wanted state. Pure.
 *
 * <p>The key {@code external_ids:heddle} says who owns a row. When the network file no longer names them, Heddle
 * removes {@code created} rows, and releases {@code adopted} rows, which existed before, with their current columns.
 * Rows without the mark are foreign.
 */
public final class HostDiff {
    /** The key in external_ids that marks rows as Heddle's. */
    public static final String MARK = Transaction.MARK;

    private static final Map<String, String> CHILD_TABLES =
            Map.of("sflow", SFLOW, "netflow", NETFLOW, "ipfix", IPFIX, "qos", QOS);

    private final Database have;
    private final ColumnDiff columns;
    private final Ownership ownership;
    /** The ports of the current bridge that this transaction creates. */
    private final Map<String, Value.Ref> madePorts = new HashMap<>();

    private final Transaction transaction = new Transaction();

    private HostDiff(Database have, HostState want) {
        this.have = have;
        this.columns = new ColumnDiff(want.mapKeys());
        this.ownership = new Ownership(have, want.bridges().keySet());
    }

    /**
     * The changes to a host's database.
     *
     * @param operations to send in one transaction; empty if the host is already right
     * @param rows the changes for people
     * @param touches the existing rows that the transaction changes or removes
     * @param conflicts what the transaction leaves out because rows of somebody else are in its place, for people
     */
    public record Change(
            List<Operation> operations, List<RowChange> rows, List<Touch> touches, List<String> conflicts) {
        /** No changes. */
        public static final Change NONE = new Change(List.of(), List.of(), List.of(), List.of());

        public boolean isEmpty() {
            return operations.isEmpty();
        }

        /** The rows as text: {@code + port br0/vm1 tag=200}. */
        public List<String> lines() {
            return rows.stream().map(RowChange::toString).toList();
        }
    }

    /**
     * A row that the transaction changes or removes.
     *
     * @param what such as {@code port br0/vm1}
     * @param columns the columns that change; empty for a row that is removed
     */
    public record Touch(String what, Set<String> columns) {
        public boolean isRemoved() {
            return columns.isEmpty();
        }
    }

    /** The column in the {@link Touch} of a bridge that will get its first controller: OVS then flushes its flows. */
    public static final String FIRST_CONTROLLER = "first controller";

    /** The changes from {@code have} to {@code want}. */
    public static Change between(HostState want, Database have) {
        HostDiff diff = new HostDiff(have, want);
        diff.root(want);
        diff.bridges(want);
        return diff.transaction.end(have.root().orElseThrow().uuid(), List.copyOf(diff.ownership.conflicts()));
    }

    private void root(HostState want) {
        have.root().ifPresent(row -> {
            Map<String, Object> changes = columns.changes(OPEN_VSWITCH, row, want.root(), false);
            transaction.update(OPEN_VSWITCH, row, changes, "host", ColumnDiff.details(row, changes));
        });
    }

    private void bridges(HostState want) {
        String root = have.root()
                .orElseThrow(() -> new IllegalStateException("the database has no Open_vSwitch row"))
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
            if (row.isPresent()) {
                alterBridge(row.get(), name, bridge);
            } else if (ownership.isFree(name, name, "bridge " + name)) {
                createBridge(root, name, bridge);
            }
        });
    }

    /** Removes a row that Heddle created from its parent's column, or releases one that it adopted. */
    private void leave(String table, Database.Row row, String parentTable, String parent, String column, String what) {
        String mark = row.map("external_ids").get(MARK);
        if (Transaction.CREATED.equals(mark)) {
            transaction.add(Operation.mutate(parentTable, parent, column, "delete", Value.Ref.uuid(row.uuid())));
            transaction.report('-', table, what);
            if (table.equals(PORT)) {
                ownership.released(row);
            } else if (table.equals(BRIDGE)) {
                row.refs("ports").forEach(u -> have.row(PORT, u).ifPresent(ownership::released));
            }
            transaction.touch(what, Set.of());
        } else if (Transaction.ADOPTED.equals(mark)) {
            transaction.add(
                    Operation.mutate(table, row.uuid(), "external_ids", "delete", Map.of(MARK, Transaction.ADOPTED)));
            transaction.report('~', table, what + " released, as it is");
        }
    }

    private void stalePorts(Database.Row bridge, HostState.Bridge wanted) {
        for (String uuid : bridge.refs("ports")) {
            // OVS creates and removes the port with the bridge's own name together with the bridge.
            have.row(PORT, uuid)
                    .filter(p -> !wanted.ports().containsKey(p.text("name")))
                    .filter(p -> !p.text("name").equals(bridge.text("name")))
                    .ifPresent(p -> leave(
                            PORT,
                            p,
                            BRIDGE,
                            bridge.uuid(),
                            "ports",
                            "port " + bridge.text("name") + "/" + p.text("name")));
        }
    }

    private void createBridge(String root, String name, HostState.Bridge bridge) {
        Map<String, Object> row = new LinkedHashMap<>(bridge.columns());
        row.put("name", name);
        row.put("external_ids", Map.of(MARK, Transaction.CREATED));
        bridge.controller().ifPresent(target -> row.put("controller", controller(target)));
        madePorts.clear();
        Map<String, HostState.Port> ports = new LinkedHashMap<>();
        ports.put(
                name, new HostState.Port(Map.of(), Map.of(name, new HostState.Interface(Map.of("type", "internal")))));
        ports.putAll(bridge.ports());
        transaction.report(
                '+',
                BRIDGE,
                "bridge " + name + ColumnDiff.text(bridge.columns())
                        + bridge.controller().map(c -> " controller=" + c).orElse(""));
        Set<Object> refs = new HashSet<>();
        ports.forEach((n, p) -> createPort(name, n, p).ifPresent(refs::add));
        row.put("ports", refs);
        bridge.rows().forEach((column, child) -> row.put(column, createRow("bridge " + name + " " + column, child)));
        Set<Object> mirrors = new HashSet<>();
        bridge.mirrors().forEach((n, m) -> mirrors.add(createRow("mirror " + name + "/" + n, m)));
        row.put("mirrors", mirrors);
        transaction.add(Operation.mutate(OPEN_VSWITCH, root, "bridges", "insert", transaction.insert(BRIDGE, row)));
    }

    private void alterBridge(Database.Row row, String name, HostState.Bridge bridge) {
        Map<String, Object> changes = columns.changes(BRIDGE, row, bridge.columns(), Transaction.isCreated(row));
        List<String> details = ColumnDiff.details(row, changes);
        controllers(row, name, bridge, changes, details);
        bridge.rows().forEach((column, child) -> child("bridge " + name, row, column, child, changes, details));
        staleRows(row, bridge.rows().keySet(), Set.of("sflow", "netflow", "ipfix"), changes, details);
        transaction.update(BRIDGE, row, changes, "bridge " + name, details);
        ports(row, name, bridge.ports());
        mirrors(row, name, bridge.mirrors());
    }

    private void controllers(
            Database.Row row, String name, HostState.Bridge bridge, Map<String, Object> changes, List<String> details) {
        Map<String, String> targetRows = new TreeMap<>();
        row.refs("controller")
                .forEach(u -> have.row(CONTROLLER, u).ifPresent(c -> targetRows.put(c.text("target"), u)));
        bridge.former().filter(targetRows::containsKey).ifPresent(former -> {
            Set<Object> others = new HashSet<>();
            targetRows.forEach((target, u) -> {
                if (!target.equals(former)) {
                    others.add(Value.Ref.uuid(u));
                }
            });
            changes.put("controller", others);
            details.add("controller=" + former + " → -");
        });
        bridge.controller().ifPresent(target -> {
            Set<Object> targets = new TreeSet<>(targetRows.keySet());
            if (!targets.equals(Set.of(target))) {
                changes.put("controller", controller(target));
                // Passive targets, such as ptcp:, are listeners, not controllers.
                if (targets.stream().allMatch(t -> t.toString().startsWith("p"))) {
                    transaction.touch("bridge " + name, Set.of(FIRST_CONTROLLER));
                }
                details.add("controller=" + Value.text(targets) + " → " + target);
            }
        });
    }

    private void ports(Database.Row row, String bridge, Map<String, HostState.Port> wanted) {
        madePorts.clear();
        Map<String, Database.Row> present = new LinkedHashMap<>();
        row.refs("ports").forEach(u -> have.row(PORT, u).ifPresent(p -> present.put(p.text("name"), p)));
        wanted.forEach((portName, port) -> {
            Database.Row p = present.get(portName);
            if (p == null) {
                createPort(bridge, portName, port)
                        .ifPresent(
                                made -> transaction.add(Operation.mutate(BRIDGE, row.uuid(), "ports", "insert", made)));
            } else {
                alterPort(p, bridge, port);
            }
        });
    }

    private void mirrors(Database.Row bridge, String name, Map<String, HostState.Row> wanted) {
        Map<String, Database.Row> present = new LinkedHashMap<>();
        bridge.refs("mirrors").forEach(u -> have.row(MIRROR, u).ifPresent(m -> present.put(m.text("name"), m)));
        present.forEach((n, m) -> {
            if (!wanted.containsKey(n) && Transaction.isCreated(m)) {
                transaction.add(Operation.mutate(BRIDGE, bridge.uuid(), "mirrors", "delete", Value.Ref.uuid(m.uuid())));
                transaction.report('-', MIRROR, "mirror " + name + "/" + n);
            }
        });
        wanted.forEach((n, m) -> {
            Database.Row there = present.get(n);
            if (there == null) {
                transaction.add(Operation.mutate(
                        BRIDGE, bridge.uuid(), "mirrors", "insert", createRow("mirror " + name + "/" + n, m)));
            } else {
                Map<String, Object> c = columns.changes(MIRROR, there, resolved(m.columns()), true);
                transaction.update(MIRROR, there, c, "mirror " + name + "/" + n, ColumnDiff.details(there, c));
            }
        });
    }

    /** Creates a row that {@code parent} refers to by {@code column}, or updates it in place. */
    private void child(
            String what,
            Database.Row parent,
            String column,
            HostState.Row wanted,
            Map<String, Object> changes,
            List<String> details) {
        Optional<Database.Row> there =
                parent.refs(column).stream().findFirst().flatMap(u -> have.row(wanted.table(), u));
        if (there.isEmpty()) {
            changes.put(column, createRow(what + " " + column, wanted));
        } else {
            Map<String, Object> c = columns.changes(wanted.table(), there.get(), wanted.columns(), true);
            transaction.update(wanted.table(), there.get(), c, what + " " + column, ColumnDiff.details(there.get(), c));
        }
    }

    /**
     * Removes rows that Heddle created and that are no longer wanted. Rows of a root table (QoS) must also be deleted
     * there.
     */
    private void staleRows(
            Database.Row parent,
            Set<String> wanted,
            Set<String> columns,
            Map<String, Object> changes,
            List<String> details) {
        for (String column : columns) {
            String table = CHILD_TABLES.get(column);
            if (wanted.contains(column)) {
                continue;
            }
            parent.refs(column).stream()
                    .findFirst()
                    .flatMap(u -> have.row(table, u))
                    .filter(Transaction::isCreated)
                    .ifPresent(r -> {
                        changes.put(column, Set.of());
                        details.add(column + " removed");
                        if (table.equals(QOS)) {
                            transaction.add(Operation.delete(QOS, r.uuid()));
                        }
                    });
        }
    }

    private Value.Ref createRow(String what, HostState.Row row) {
        return transaction.create(what, row, resolved(row.columns()));
    }

    /** Replaces names of ports by references to them. */
    private Map<String, Object> resolved(Map<String, Object> columns) {
        Map<String, Object> out = new LinkedHashMap<>();
        columns.forEach((column, given) -> {
            Object value = ColumnDiff.created(given);
            Set<Object> refs = new HashSet<>();
            for (Object v : Value.set(value)) {
                refs.add(v instanceof HostState.PortNamed p ? port(p.name()) : v);
            }
            out.put(column, value instanceof Map<?, ?> ? value : refs);
        });
        return out;
    }

    private Value.Ref port(String name) {
        Value.Ref made = madePorts.get(name);
        return made != null
                ? made
                : have.named(PORT, name)
                        .map(p -> Value.Ref.uuid(p.uuid()))
                        .orElseThrow(() ->
                                new IllegalStateException("a mirror refers to port " + name + ", which is not there"));
    }

    /** Makes a port; leaves it out if another bridge has its name, or the names of all its interfaces. */
    private Optional<Value.Ref> createPort(String bridge, String name, HostState.Port port) {
        String what = "port " + bridge + "/" + name;
        if (!ownership.isFree(bridge, name, what)) {
            return Optional.empty();
        }
        Map<String, HostState.Interface> interfaces = ownership.free(bridge, name, port.interfaces(), Set.of());
        if (interfaces.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> row = new LinkedHashMap<>(port.columns());
        row.put("name", name);
        row.put("external_ids", Map.of(MARK, Transaction.CREATED));
        Set<Object> refs = new HashSet<>();
        interfaces.forEach((n, i) -> refs.add(createInterface(n, i)));
        row.put("interfaces", refs);
        port.rows().forEach((column, child) -> row.put(column, createRow(what + " " + column, child)));
        if (!name.equals(bridge)) {
            transaction.report('+', PORT, what + ColumnDiff.text(port.columns()) + ColumnDiff.text(name, interfaces));
        }
        Value.Ref made = transaction.insert(PORT, row);
        madePorts.put(name, made);
        return Optional.of(made);
    }

    private Value.Ref createInterface(String name, HostState.Interface i) {
        Map<String, Object> row = new LinkedHashMap<>(i.columns());
        row.put("name", name);
        return transaction.insert(INTERFACE, row);
    }

    private void alterPort(Database.Row row, String bridge, HostState.Port port) {
        String what = "port " + bridge + "/" + row.text("name");
        Map<String, Object> changes = columns.changes(PORT, row, port.columns(), Transaction.isCreated(row));
        List<String> details = ColumnDiff.details(row, changes);
        Map<String, Database.Row> present = new TreeMap<>();
        row.refs("interfaces").forEach(u -> have.row(INTERFACE, u).ifPresent(i -> present.put(i.text("name"), i)));
        Map<String, HostState.Interface> interfaces =
                ownership.free(bridge, row.text("name"), port.interfaces(), present.keySet());
        if (!interfaces.isEmpty() && !present.keySet().equals(interfaces.keySet())) {
            Set<Object> refs = new HashSet<>();
            interfaces.forEach((n, i) -> refs.add(
                    present.containsKey(n) ? Value.Ref.uuid(present.get(n).uuid()) : createInterface(n, i)));
            changes.put("interfaces", refs);
            details.add("interfaces=" + present.keySet() + " → " + interfaces.keySet());
        }
        port.rows().forEach((column, child) -> child(what, row, column, child, changes, details));
        staleRows(row, port.rows().keySet(), Set.of("qos"), changes, details);
        transaction.update(PORT, row, changes, what, details);
        port.interfaces().forEach((n, i) -> {
            Database.Row have = present.get(n);
            if (have != null) {
                Map<String, Object> c = columns.changes(INTERFACE, have, i.columns(), Transaction.isCreated(row));
                transaction.update(INTERFACE, have, c, "interface " + bridge + "/" + n, ColumnDiff.details(have, c));
            }
        });
    }

    private Value.Ref controller(String target) {
        return transaction.insert(CONTROLLER, Map.of("target", target));
    }
}
