package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.BRIDGE;
import static io.heddle.ovsdb.Database.IPFIX;
import static io.heddle.ovsdb.Database.MIRROR;
import static io.heddle.ovsdb.Database.NETFLOW;
import static io.heddle.ovsdb.Database.QOS;
import static io.heddle.ovsdb.Database.SFLOW;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The changes to rows that belong to one bridge or one port alone: mirrors, QoS, sFlow, NetFlow, IPFIX. */
final class OwnedRows {
    private static final Map<String, String> TABLES =
            Map.of("sflow", SFLOW, "netflow", NETFLOW, "ipfix", IPFIX, "qos", QOS);

    private final Database have;
    private final ColumnDiff columns;
    private final Transaction transaction;
    private final PortRefs ports;

    OwnedRows(Comparison comparison, PortRefs ports) {
        this.have = comparison.have();
        this.columns = comparison.columns();
        this.transaction = comparison.transaction();
        this.ports = ports;
    }

    /** Creates a row. @param what the row in words */
    Value.Ref create(String what, HostState.Row row) {
        return transaction.create(what, row, ports.resolved(row.columns()));
    }

    /** Creates a row that {@code owner} refers to by {@code column}, or updates it in place. */
    void put(RowUpdate owner, String column, HostState.Row wanted) {
        String what = owner.what() + " " + column;
        Optional<Database.Row> there =
                owner.row().refs(column).stream().findFirst().flatMap(u -> have.row(wanted.table(), u));
        if (there.isEmpty()) {
            owner.set(column, create(what, wanted));
        } else {
            transaction.update(columns.update(wanted.table(), there.get(), what, wanted.columns(), true));
        }
    }

    /**
     * Removes rows that Heddle created and that are no longer wanted. Rows of a root table (QoS) must also be deleted
     * there.
     *
     * @param wanted the columns of {@code owner} that refer to wanted rows
     * @param columns all columns of {@code owner} that can refer to such rows
     */
    void removeStale(RowUpdate owner, Set<String> wanted, List<String> columns) {
        for (String column : columns) {
            String table = TABLES.get(column);
            if (wanted.contains(column)) {
                continue;
            }
            owner.row().refs(column).stream()
                    .findFirst()
                    .flatMap(u -> have.row(table, u))
                    .filter(Transaction::isCreated)
                    .ifPresent(r -> {
                        owner.set(column, Set.of(), column + " removed");
                        if (table.equals(QOS)) {
                            transaction.add(Operation.delete(QOS, r.uuid()));
                        }
                    });
        }
    }

    /** Creates, updates and removes the mirrors of an existing bridge. @param wanted by name */
    void mirrors(Database.Row bridge, Map<String, HostState.Row> wanted) {
        Transaction.RefColumn place = new Transaction.RefColumn(BRIDGE, bridge.uuid(), "mirrors");
        String prefix = "mirror " + bridge.text("name") + "/";
        Map<String, Database.Row> present = new LinkedHashMap<>();
        bridge.refs("mirrors").forEach(u -> have.row(MIRROR, u).ifPresent(m -> present.put(m.text("name"), m)));
        present.forEach((name, mirror) -> {
            if (!wanted.containsKey(name) && Transaction.isCreated(mirror)) {
                transaction.detach(place, mirror);
                transaction.report('-', MIRROR, prefix + name);
            }
        });
        wanted.forEach((name, mirror) -> {
            Database.Row there = present.get(name);
            if (there == null) {
                transaction.attach(place, create(prefix + name, mirror));
            } else {
                transaction.update(
                        columns.update(MIRROR, there, prefix + name, ports.resolved(mirror.columns()), true));
            }
        });
    }
}
