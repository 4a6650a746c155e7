package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A host's Open_vSwitch database as its monitor tells it: table, row, column. Confined to its session's event loop.
 * Source: ovs-vswitchd.conf.db(5), RFC 7047 §4.1.5.
 */
public final class Database {
    public static final String OPEN_VSWITCH = "Open_vSwitch";
    public static final String BRIDGE = "Bridge";
    public static final String PORT = "Port";
    public static final String INTERFACE = "Interface";
    public static final String CONTROLLER = "Controller";

    /** The columns that are watched. Statistics are not: they change every five seconds and no decision needs them. */
    static final Map<String, List<String>> WATCHED = Map.of(
            OPEN_VSWITCH, List.of("bridges", "external_ids", "next_cfg", "cur_cfg", "ovs_version"),
            BRIDGE, List.of("name", "datapath_type", "datapath_id", "fail_mode", "protocols", "controller", "ports",
                    "external_ids", "other_config"),
            PORT, List.of("name", "interfaces", "tag", "trunks", "vlan_mode", "bond_mode", "lacp", "bond_updelay",
                    "bond_downdelay", "bond_active_slave", "external_ids", "other_config"),
            INTERFACE, List.of("name", "type", "options", "ofport", "error", "link_state", "mac_in_use", "mtu",
                    "external_ids", "other_config"),
            CONTROLLER, List.of("target", "is_connected"));

    /** A row: its columns in the shapes of {@link Value}. */
    public record Row(String uuid, Map<String, Object> columns) {
        /** A column's text, or "" where it is empty. */
        public String text(String column) {
            Set<Object> set = set(column);
            return set.isEmpty() ? "" : Value.text(set.iterator().next());
        }

        public Set<Object> set(String column) {
            return Value.set(columns.get(column));
        }

        public Map<String, String> map(String column) {
            return Value.map(columns.get(column));
        }

        /** A column that holds at most one whole number. */
        public Optional<Long> number(String column) {
            return set(column).stream().filter(Long.class::isInstance).map(Long.class::cast).findFirst();
        }

        /** The rows that a column refers to. */
        public List<String> refs(String column) {
            return set(column).stream().filter(Value.Ref.class::isInstance).map(r -> ((Value.Ref) r).id()).toList();
        }
    }

    private final Map<String, Map<String, Row>> tables = new HashMap<>();

    /** Takes in what a monitor says: rows with what is new, or nothing where a row went. */
    void update(JsonNode updates) {
        updates.fields().forEachRemaining(table -> {
            Map<String, Row> rows = tables.computeIfAbsent(table.getKey(), t -> new LinkedHashMap<>());
            table.getValue().fields().forEachRemaining(row -> {
                JsonNode now = row.getValue().get("new");
                if (now == null || now.isNull()) {
                    rows.remove(row.getKey());
                } else {
                    Map<String, Object> columns = new HashMap<>();
                    now.fields().forEachRemaining(c -> columns.put(c.getKey(), Value.fromJson(c.getValue())));
                    rows.put(row.getKey(), new Row(row.getKey(), columns));
                }
            });
        });
    }

    public Map<String, Row> table(String name) {
        return tables.getOrDefault(name, Map.of());
    }

    public Optional<Row> row(String table, String uuid) {
        return Optional.ofNullable(table(table).get(uuid));
    }

    /** The row of this name. */
    public Optional<Row> named(String table, String name) {
        return table(table).values().stream().filter(r -> r.text("name").equals(name)).findFirst();
    }

    /** The one row of the table Open_vSwitch. */
    public Optional<Row> root() {
        return table(OPEN_VSWITCH).values().stream().findFirst();
    }

    /** The name by which the host knows itself, "" if it has none. */
    public String systemId() {
        return root().map(r -> r.map("external_ids").getOrDefault("system-id", "")).orElse("");
    }
}
