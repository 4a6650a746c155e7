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
        wanted.controller().ifPresent(target -> row.put("controller", controller(target)));
        transaction.report(
                '+',
                BRIDGE,
                what
                        + ColumnDiff.text(wanted.columns())
                        + wanted.controller().map(c -> " controller=" + c).orElse(""));
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
        wanted.former().filter(targetRows::containsKey).ifPresent(former -> {
            Set<Object> others = new HashSet<>();
            targetRows.forEach((target, u) -> {
                if (!target.equals(former)) {
                    others.add(Value.Ref.uuid(u));
                }
            });
            update.set("controller", others, "controller=" + former + " → -");
        });
        wanted.controller().ifPresent(target -> {
            Set<Object> targets = new TreeSet<>(targetRows.keySet());
            if (!targets.equals(Set.of(target))) {
                update.set("controller", controller(target), "controller=" + Value.text(targets) + " → " + target);
                // Passive targets, such as ptcp:, are listeners, not controllers.
                if (targets.stream().allMatch(t -> t.toString().startsWith("p"))) {
                    transaction.touch(what, Set.of(HostDiff.FIRST_CONTROLLER));
                }
            }
        });
    }

    private Value.Ref controller(String target) {
        return transaction.insert(CONTROLLER, Map.of("target", target));
    }
}
