package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.BRIDGE;
import static io.heddle.ovsdb.Database.CONTROLLER;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The changes to one wanted bridge of a host, with its ports and its mirrors. */
final class BridgeDiff {
    private final Database have;
    private final ColumnDiff columns;
    private final Transaction transaction;
    private final String name;
    private final HostState.Bridge wanted;
    private final String what;
    private final OwnedRows ownedRows;
    private final PortDiff ports;

    BridgeDiff(Comparison comparison, String name, HostState.Bridge wanted) {
        this.have = comparison.have();
        this.columns = comparison.columns();
        this.transaction = comparison.transaction();
        this.name = name;
        this.wanted = wanted;
        this.what = "bridge " + name;
        PortRefs refs = new PortRefs(have);
        this.ownedRows = new OwnedRows(comparison, refs);
        this.ports = new PortDiff(comparison, name, refs, ownedRows);
    }

    /** Removes or releases the ports of the existing bridge that are no longer wanted. */
    void removeStalePorts(Database.Row row) {
        ports.removeStale(row, wanted.ports().keySet());
    }

    /** Creates the bridge. @param place the column that refers to the host's bridges */
    void create(Transaction.RefColumn place) {
        Map<String, Object> row = Transaction.marked(name, wanted.columns());
        if (!wanted.controllers().isEmpty()) {
            row.put("controller", controllers(wanted.controllers(), Map.of()));
        }
        transaction.report(
                '+',
                BRIDGE,
                what
                        + ColumnDiff.text(wanted.columns())
                        + (wanted.controllers().isEmpty() ? "" : " controller=" + Value.text(wanted.controllers())));
        Map<String, HostState.Port> all = new LinkedHashMap<>();
        all.put(name, new HostState.Port(Map.of(), Map.of(name, new HostState.Interface(Map.of("type", "internal")))));
        all.putAll(wanted.ports());
        Set<Object> refs = new HashSet<>();
        all.forEach((n, p) -> ports.create(n, p).ifPresent(refs::add));
        row.put("ports", refs);
        wanted.rows().forEach((column, child) -> row.put(column, ownedRows.create(what + " " + column, child)));
        Set<Object> mirrors = new HashSet<>();
        wanted.mirrors().forEach((n, m) -> mirrors.add(ownedRows.create("mirror " + name + "/" + n, m)));
        row.put("mirrors", mirrors);
        transaction.attach(place, transaction.insert(BRIDGE, row));
    }

    /** Alters the existing bridge. */
    void alter(Database.Row row) {
        RowUpdate update = columns.update(BRIDGE, row, what, wanted.columns(), Transaction.isCreated(row));
        controllers(update);
        wanted.rows().forEach((column, child) -> ownedRows.put(update, column, child));
        ownedRows.removeStale(update, wanted.rows().keySet(), List.of("sflow", "netflow", "ipfix"));
        transaction.update(update);
        ports.put(row, wanted.ports());
        ownedRows.mirrors(row, wanted.mirrors());
    }

    private void controllers(RowUpdate update) {
        Map<String, String> targetRows = new TreeMap<>();
        update.row()
                .refs("controller")
                .forEach(u -> have.row(CONTROLLER, u).ifPresent(c -> targetRows.put(c.text("target"), u)));
        Set<String> leaving = new TreeSet<>(wanted.former());
        leaving.retainAll(targetRows.keySet());
        if (!leaving.isEmpty()) {
            Set<Object> others = new HashSet<>();
            targetRows.forEach((target, u) -> {
                if (!leaving.contains(target)) {
                    others.add(Value.Ref.uuid(u));
                }
            });
            update.set("controller", others, "controller=" + Value.text(leaving) + " → -");
        }
        Set<String> targets = targetRows.keySet();
        if (!wanted.controllers().isEmpty() && !targets.equals(wanted.controllers())) {
            update.set(
                    "controller",
                    controllers(wanted.controllers(), targetRows),
                    "controller=" + Value.text(targets) + " → " + Value.text(wanted.controllers()));
            // Passive targets, such as ptcp:, are listeners, not controllers.
            if (targets.stream().allMatch(t -> t.startsWith("p"))) {
                transaction.touch(what, Set.of(HostDiff.FIRST_CONTROLLER));
            }
        }
    }

    /** References to the rows of targets. @param rows those that exist, by target: their connections go on */
    private Object controllers(Set<String> targets, Map<String, String> rows) {
        Set<Object> refs = new HashSet<>();
        for (String target : targets) {
            String row = rows.get(target);
            refs.add(row != null ? Value.Ref.uuid(row) : transaction.insert(CONTROLLER, Map.of("target", target)));
        }
        return refs.size() == 1 ? refs.iterator().next() : refs;
    }
}
