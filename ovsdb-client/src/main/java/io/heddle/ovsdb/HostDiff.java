package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.BRIDGE;
import static io.heddle.ovsdb.Database.OPEN_VSWITCH;
import static io.heddle.ovsdb.Database.PORT;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Computes the one transaction that brings a host's database to its wanted state. Pure.
 *
 * <p>The key {@code external_ids:heddle} says who owns a row. When the network file no longer names them, Heddle
 * removes {@code created} rows, and releases {@code adopted} rows, which existed before, with their current columns.
 * Rows without the mark are foreign.
 */
public final class HostDiff {
    /**
     * The changes to a host's database.
     *
     * @param operations to send in one transaction; empty if the host is already right
     * @param rows the changes for people
     * @param touches the existing rows that the transaction changes or removes
     * @param conflicts what the transaction leaves out because rows of somebody else are in its place, or because
     *     Open vSwitch cannot do it, for people
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

    private final Database have;
    private final HostState want;
    private final Comparison comparison;

    private HostDiff(HostState want, Database have) {
        this.have = have;
        this.want = want;
        this.comparison = new Comparison(
                have,
                new ColumnDiff(want.mapKeys()),
                new TakenNames(have, want.bridges().keySet()),
                new Transaction());
    }

    /** The changes from {@code have} to {@code want}. */
    public static Change between(HostState want, Database have) {
        Database.Row root =
                have.root().orElseThrow(() -> new IllegalStateException("the database has no Open_vSwitch row"));
        Comparison comparison = new HostDiff(want, have).compare(root);
        return comparison.transaction().end(root.uuid(), comparison.names().conflicts());
    }

    private Comparison compare(Database.Row root) {
        comparison.transaction().update(comparison.columns().update(OPEN_VSWITCH, root, "host", want.root(), false));
        Transaction.RefColumn place = new Transaction.RefColumn(OPEN_VSWITCH, root.uuid(), "bridges");
        // Removals first: a port that moves to another bridge must leave the first one in the same transaction.
        have.table(BRIDGE).values().forEach(row -> removeStale(row, place));
        want.bridges().forEach((name, bridge) -> put(name, bridge, place));
        new ZoneDiff(comparison, root).compare(want.zones());
        return comparison;
    }

    /** Removes or releases a bridge that is not wanted, or the ports that are not wanted on a bridge that is. */
    private void removeStale(Database.Row row, Transaction.RefColumn place) {
        String name = row.text("name");
        HostState.Bridge wanted = want.bridges().get(name);
        if (wanted != null) {
            new BridgeDiff(comparison, name, wanted).removeStalePorts(row);
        } else if (comparison.transaction().leave(BRIDGE, row, place, "bridge " + name)) {
            row.refs("ports").forEach(u -> have.row(PORT, u).ifPresent(comparison.names()::released));
        }
    }

    private void put(String name, HostState.Bridge wanted, Transaction.RefColumn place) {
        BridgeDiff diff = new BridgeDiff(comparison, name, wanted);
        Optional<Database.Row> row = have.named(BRIDGE, name);
        if (row.isPresent()) {
            diff.alter(row.get());
        } else if (comparison.names().isFree(name, name, "bridge " + name)) {
            diff.create(place);
        }
    }
}
