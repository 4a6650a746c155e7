package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.CT_ZONE;
import static io.heddle.ovsdb.Database.DATAPATH;
import static io.heddle.ovsdb.Database.DATAPATHS;
import static io.heddle.ovsdb.Database.LIMIT;
import static io.heddle.ovsdb.Database.OPEN_VSWITCH;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The changes to the limits of connection tracking zones. A row of Datapath, one for each type, refers to the rows of
 * CT_Zone by number. Open vSwitch creates neither. Source: ovs-vswitchd.conf.db(5) of Open vSwitch 3.3, "Datapath
 * TABLE" and "CT_Zone TABLE".
 */
final class ZoneDiff {
    private static final String ZONES = "ct_zones";

    private final Database have;
    private final ColumnDiff columns;
    private final TakenNames names;
    private final Transaction transaction;
    private final Database.Row root;

    /** @param root the row of Open_vSwitch */
    ZoneDiff(Comparison comparison, Database.Row root) {
        this.have = comparison.have();
        this.columns = comparison.columns();
        this.names = comparison.names();
        this.transaction = comparison.transaction();
        this.root = root;
    }

    /** @param wanted see {@link HostState#zones} */
    void compare(Map<String, Map<Integer, HostState.Zone>> wanted) {
        if (!have.limitsZones()) {
            List<HostState.Zone> zones = wanted.values().stream()
                    .flatMap(z -> new TreeMap<>(z).values().stream())
                    .toList();
            if (!zones.isEmpty()) {
                names.leftOut("connection-limit of " + zones.get(0).owner()
                        + (zones.size() == 1 ? "" : ", and of " + (zones.size() - 1) + " more,")
                        + " is left out: it needs Open vSwitch 3.3 or later, and the host has "
                        + (have.version().isEmpty() ? "an earlier one" : have.version()));
            }
            return;
        }
        Map<String, String> datapaths = root.map(DATAPATHS);
        Set<String> types = new TreeSet<>(datapaths.keySet());
        types.addAll(wanted.keySet());
        for (String type : types) {
            Map<Integer, HostState.Zone> zones = new TreeMap<>(wanted.getOrDefault(type, Map.of()));
            have.row(DATAPATH, datapaths.getOrDefault(type, ""))
                    .ifPresentOrElse(row -> alter(type, row, zones), () -> create(type, zones));
        }
    }

    private void create(String type, Map<Integer, HostState.Zone> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        Map<Integer, Value.Ref> zones = new TreeMap<>();
        HostState.Row datapath = new HostState.Row(DATAPATH, Map.of());
        wanted.forEach((number, zone) -> zones.put(number, create(type, number, zone)));
        Transaction.RefColumn place = new Transaction.RefColumn(OPEN_VSWITCH, root.uuid(), DATAPATHS, type);
        transaction.attach(place, transaction.create("datapath " + type, datapath, Map.of(ZONES, zones)));
    }

    private Value.Ref create(String type, int number, HostState.Zone zone) {
        HostState.Row row = new HostState.Row(CT_ZONE, Map.of(LIMIT, zone.limit()));
        return transaction.create(what(type, number, zone), row, row.columns());
    }

    private void alter(String type, Database.Row datapath, Map<Integer, HostState.Zone> wanted) {
        Map<Integer, Database.Row> present = new HashMap<>();
        datapath.map(ZONES)
                .forEach((number, uuid) ->
                        have.row(CT_ZONE, uuid).ifPresent(row -> present.put(Integer.valueOf(number), row)));
        int left = present.size();
        for (Map.Entry<Integer, Database.Row> zone : new TreeMap<>(present).entrySet()) {
            int number = zone.getKey();
            boolean gone = !wanted.containsKey(number)
                    && transaction.leave(
                            CT_ZONE, zone.getValue(), place(datapath, number), "zone " + type + "/" + number);
            left -= gone ? 1 : 0;
        }
        if (left == 0 && wanted.isEmpty() && Transaction.isCreated(datapath)) {
            Transaction.RefColumn place = new Transaction.RefColumn(OPEN_VSWITCH, root.uuid(), DATAPATHS, type);
            transaction.leave(DATAPATH, datapath, place, "datapath " + type);
        }
        wanted.forEach((number, zone) -> {
            Database.Row there = present.get(number);
            if (there == null) {
                transaction.attach(place(datapath, number), create(type, number, zone));
            } else {
                transaction.update(columns.update(
                        CT_ZONE,
                        there,
                        what(type, number, zone),
                        Map.of(LIMIT, zone.limit()),
                        Transaction.isCreated(there)));
            }
        });
    }

    private static Transaction.RefColumn place(Database.Row datapath, int zone) {
        return new Transaction.RefColumn(DATAPATH, datapath.uuid(), ZONES, (long) zone);
    }

    private static String what(String type, int number, HostState.Zone zone) {
        return "zone " + type + "/" + number + " of " + zone.owner();
    }
}
