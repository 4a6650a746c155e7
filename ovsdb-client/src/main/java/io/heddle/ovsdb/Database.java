package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A copy of a host's Open_vSwitch database, kept up to date by a monitor: table, row, column. Confined to its session's
 * event loop. Source: ovs-vswitchd.conf.db(5), RFC 7047 §4.1.5.
 */
public final class Database {
    public static final String OPEN_VSWITCH = "Open_vSwitch";
    public static final String BRIDGE = "Bridge";
    public static final String PORT = "Port";
    public static final String INTERFACE = "Interface";
    public static final String CONTROLLER = "Controller";
    public static final String MIRROR = "Mirror";
    public static final String QOS = "QoS";
    public static final String SFLOW = "sFlow";
    public static final String NETFLOW = "NetFlow";
    public static final String IPFIX = "IPFIX";
    public static final String DATAPATH = "Datapath";
    public static final String CT_ZONE = "CT_Zone";
    /** The column of Open_vSwitch that refers to the datapaths, by type. */
    static final String DATAPATHS = "datapaths";
    /** The column of CT_Zone with the most connections. */
    static final String LIMIT = "limit";

    /**
     * The monitored columns. Statistics are not monitored: they change every five seconds, and no decision needs them.
     */
    static final Map<String, List<String>> WATCHED = Map.of(
            OPEN_VSWITCH, List.of("bridges", "external_ids", "other_config", "next_cfg", "cur_cfg", "ovs_version"),
            BRIDGE,
                    List.of(
                            "name",
                            "datapath_type",
                            "datapath_id",
                            "fail_mode",
                            "protocols",
                            "controller",
                            "ports",
                            "mirrors",
                            "sflow",
                            "netflow",
                            "ipfix",
                            "stp_enable",
                            "rstp_enable",
                            "mcast_snooping_enable",
                            "external_ids",
                            "other_config"),
            PORT,
                    List.of(
                            "name",
                            "interfaces",
                            "tag",
                            "trunks",
                            "cvlans",
                            "vlan_mode",
                            "bond_mode",
                            "lacp",
                            "bond_updelay",
                            "bond_downdelay",
                            "bond_active_slave",
                            "protected",
                            "qos",
                            "external_ids",
                            "other_config"),
            INTERFACE,
                    List.of(
                            "name",
                            "type",
                            "options",
                            "ofport",
                            "ofport_request",
                            "error",
                            "link_state",
                            "mac",
                            "mac_in_use",
                            "mtu",
                            "mtu_request",
                            "lacp_current",
                            "bfd",
                            "bfd_status",
                            "external_ids",
                            "other_config"),
            CONTROLLER, List.of("target", "is_connected", "external_ids"),
            MIRROR,
                    List.of(
                            "name",
                            "select_all",
                            "select_src_port",
                            "select_dst_port",
                            "select_vlan",
                            "output_port",
                            "output_vlan",
                            "snaplen",
                            "external_ids"),
            QOS, List.of("type", "other_config", "external_ids"),
            SFLOW, List.of("targets", "agent", "sampling", "polling", "header", "external_ids"),
            NETFLOW, List.of("targets", "active_timeout", "engine_id", "engine_type", "external_ids"),
            IPFIX,
                    List.of(
                            "targets",
                            "sampling",
                            "obs_domain_id",
                            "obs_point_id",
                            "cache_active_timeout",
                            "cache_max_flows",
                            "external_ids"));

    /** The columns that are monitored as well on a host that can limit the connections of a zone. */
    static final Map<String, List<String>> WATCHED_ZONES = Map.of(
            OPEN_VSWITCH, List.of(DATAPATHS),
            DATAPATH, List.of("ct_zones", "external_ids"),
            CT_ZONE, List.of(LIMIT, "external_ids"));

    /** A row, with its columns in the form of {@link Value}. */
    public record Row(String uuid, Map<String, Object> columns) {
        /** A column's text; "" if it is empty. */
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

        /** The value of a column that contains at most one integer. */
        public Optional<Long> number(String column) {
            return set(column).stream()
                    .filter(Long.class::isInstance)
                    .map(Long.class::cast)
                    .findFirst();
        }

        /** The UUIDs of the rows that a column refers to. */
        public List<String> refs(String column) {
            return set(column).stream()
                    .filter(Value.Ref.class::isInstance)
                    .map(r -> ((Value.Ref) r).id())
                    .toList();
        }
    }

    /** More rows than any host has: ten thousand ports take thirty thousand. */
    private static final int MOST_ROWS = 500_000;

    private final Map<String, Map<String, Row>> tables = new HashMap<>();

    /**
     * Applies an update of the monitor: each row with its new columns, or without them if it was deleted.
     *
     * @throws IllegalStateException if the database has more rows than any host has
     */
    void update(JsonNode updates) {
        updates.properties().forEach(table -> {
            Map<String, Row> rows = tables.computeIfAbsent(table.getKey(), t -> new LinkedHashMap<>());
            table.getValue().properties().forEach(row -> {
                JsonNode now = row.getValue().get("new");
                if (now == null || now.isNull()) {
                    rows.remove(row.getKey());
                } else {
                    Map<String, Object> columns = new HashMap<>();
                    now.properties().forEach(c -> columns.put(c.getKey(), Value.fromJson(c.getValue())));
                    rows.put(row.getKey(), new Row(row.getKey(), columns));
                }
            });
            if (rows.size() > MOST_ROWS) {
                throw new IllegalStateException(
                        "the table " + table.getKey() + " of the host has more than " + MOST_ROWS + " rows");
            }
        });
    }

    public Map<String, Row> table(String name) {
        return tables.getOrDefault(name, Map.of());
    }

    public Optional<Row> row(String table, String uuid) {
        return Optional.ofNullable(table(table).get(uuid));
    }

    /** The row with this name. */
    public Optional<Row> named(String table, String name) {
        return table(table).values().stream()
                .filter(r -> r.text("name").equals(name))
                .findFirst();
    }

    /** The only row of the table Open_vSwitch. */
    public Optional<Row> root() {
        return table(OPEN_VSWITCH).values().stream().findFirst();
    }

    /** Whether the host can limit the connections of a zone: Open vSwitch 3.3 and later. */
    public boolean limitsZones() {
        return root().filter(r -> r.columns().containsKey(DATAPATHS)).isPresent();
    }

    /** The version of Open vSwitch; "" if the host does not say. */
    public String version() {
        return root().map(r -> r.text("ovs_version")).orElse("");
    }

    /** The host's {@code external_ids:system-id}; "" if it has none. */
    public String systemId() {
        return root().map(r -> r.map("external_ids").getOrDefault("system-id", ""))
                .orElse("");
    }
}
