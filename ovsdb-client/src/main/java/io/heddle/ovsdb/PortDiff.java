package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.BRIDGE;
import static io.heddle.ovsdb.Database.INTERFACE;
import static io.heddle.ovsdb.Database.PORT;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The changes to the ports of one bridge and their interfaces. */
final class PortDiff {
    private final Database have;
    private final ColumnDiff columns;
    private final TakenNames names;
    private final Transaction transaction;
    private final String bridge;
    private final PortRefs refs;
    private final OwnedRows ownedRows;

    /** @param bridge the bridge's name */
    PortDiff(Comparison comparison, String bridge, PortRefs refs, OwnedRows ownedRows) {
        this.have = comparison.have();
        this.columns = comparison.columns();
        this.names = comparison.names();
        this.transaction = comparison.transaction();
        this.bridge = bridge;
        this.refs = refs;
        this.ownedRows = ownedRows;
    }

    /** Removes or releases ports of an existing bridge. @param wanted the names of the ports that stay */
    void removeStale(Database.Row bridgeRow, Set<String> wanted) {
        for (String uuid : bridgeRow.refs("ports")) {
            // OVS creates and removes the port with the bridge's own name together with the bridge.
            have.row(PORT, uuid)
                    .filter(p -> !wanted.contains(p.text("name")))
                    .filter(p -> !p.text("name").equals(bridge))
                    .filter(p -> transaction.leave(PORT, p, place(bridgeRow), what(p.text("name"))))
                    .ifPresent(names::released);
        }
    }

    /** Creates and alters ports of an existing bridge. @param wanted by name */
    void put(Database.Row bridgeRow, Map<String, HostState.Port> wanted) {
        Map<String, Database.Row> present = new LinkedHashMap<>();
        bridgeRow.refs("ports").forEach(u -> have.row(PORT, u).ifPresent(p -> present.put(p.text("name"), p)));
        wanted.forEach((name, port) -> {
            Database.Row row = present.get(name);
            if (row == null) {
                create(name, port).ifPresent(ref -> transaction.attach(place(bridgeRow), ref));
            } else {
                alter(row, port);
            }
        });
    }

    /**
     * Creates a port; leaves it out if somebody else is to create it, or if another bridge has its name, or the names
     * of all its interfaces.
     */
    Optional<Value.Ref> create(String name, HostState.Port port) {
        if (port.found()) {
            return Optional.empty();
        }
        String what = what(name);
        if (!names.isFree(bridge, name, what)) {
            return Optional.empty();
        }
        Map<String, HostState.Interface> interfaces = names.free(bridge, name, port.interfaces(), Set.of());
        if (interfaces.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> row = Transaction.marked(name, port.columns());
        Set<Object> members = new HashSet<>();
        interfaces.forEach((n, i) -> members.add(createInterface(n, i)));
        row.put("interfaces", members);
        port.rows().forEach((column, child) -> row.put(column, ownedRows.create(what + " " + column, child)));
        if (!name.equals(bridge)) {
            transaction.report('+', PORT, what + ColumnDiff.text(port.columns()) + ColumnDiff.text(name, interfaces));
        }
        Value.Ref created = transaction.insert(PORT, row);
        refs.created(name, created);
        return Optional.of(created);
    }

    private void alter(Database.Row row, HostState.Port port) {
        String name = row.text("name");
        boolean ours = Transaction.isCreated(row);
        RowUpdate update = columns.update(PORT, row, what(name), port.columns(), ours);
        Map<String, Database.Row> present = new TreeMap<>();
        row.refs("interfaces").forEach(u -> have.row(INTERFACE, u).ifPresent(i -> present.put(i.text("name"), i)));
        members(update, present, names.free(bridge, name, port.interfaces(), present.keySet()));
        port.rows().forEach((column, child) -> ownedRows.put(update, column, child));
        ownedRows.removeStale(update, port.rows().keySet(), List.of("qos"));
        transaction.update(update);
        port.interfaces().forEach((n, i) -> {
            Database.Row there = present.get(n);
            if (there != null) {
                String what = "interface " + bridge + "/" + n;
                transaction.update(columns.update(INTERFACE, there, what, i.columns(), ours));
            }
        });
    }

    /** Changes which interfaces a port has: a bond's members. */
    private void members(
            RowUpdate port, Map<String, Database.Row> present, Map<String, HostState.Interface> interfaces) {
        if (interfaces.isEmpty() || present.keySet().equals(interfaces.keySet())) {
            return;
        }
        Set<Object> members = new HashSet<>();
        interfaces.forEach((n, i) -> members.add(
                present.containsKey(n) ? Value.Ref.uuid(present.get(n).uuid()) : createInterface(n, i)));
        port.set("interfaces", members, "interfaces=" + present.keySet() + " → " + interfaces.keySet());
    }

    private Value.Ref createInterface(String name, HostState.Interface i) {
        Map<String, Object> row = new LinkedHashMap<>(i.columns());
        row.put("name", name);
        return transaction.insert(INTERFACE, row);
    }

    private String what(String port) {
        return "port " + bridge + "/" + port;
    }

    private static Transaction.RefColumn place(Database.Row bridgeRow) {
        return new Transaction.RefColumn(BRIDGE, bridgeRow.uuid(), "ports");
    }
}
