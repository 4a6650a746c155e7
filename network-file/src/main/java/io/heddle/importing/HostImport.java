package io.heddle.importing;

import io.heddle.config.OvsdbSettings;
import io.heddle.config.YamlText;
import io.heddle.ovsdb.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Writes a network file that describes a host as it is: bridges, ports, VLANs, bonds and tunnels, from its database.
 * Applying the file changes nothing. Whatever the file cannot describe stays in the database, and a comment in the file
 * names it. Pure.
 */
public final class HostImport {
    private static final String HEAD = """
            # Host %s as it was found. Applied, this changes nothing: Heddle keeps the rows as they are here, and what \
            the bridges do
            # with frames stays Open vSwitch's business. Take "controller: none" out, and Heddle takes the bridges over.
            """;

    private final Database db;
    private final List<String> left = new ArrayList<>();
    /** The VLANs that are the tag of some port. They become networks; other VLANs stay numbers. */
    private final TreeSet<Integer> vlans = new TreeSet<>();

    private HostImport(Database db) {
        this.db = db;
    }

    /**
     * Describes a host.
     *
     * @param name the name of the host in the file
     * @param ovsdb where Heddle dials the host's database, {@code tcp:172.31.0.1:6640}; "" for a host that dials in
     */
    public static String file(Database db, String name, String ovsdb) {
        return new HostImport(db).write(name, ovsdb);
    }

    private String write(String name, String ovsdb) {
        Map<String, Object> host = new LinkedHashMap<>();
        if (!ovsdb.isEmpty()) {
            host.put("ovsdb", ovsdb);
        } else {
            host.put("system-id", db.systemId());
        }
        host.put("controller", "none");
        Map<String, Object> bridges = new LinkedHashMap<>();
        db.table(Database.BRIDGE).values().stream()
                .sorted((a, b) -> a.text("name").compareTo(b.text("name")))
                .forEach(b -> bridges.put(b.text("name"), bridge(b)));
        host.put("bridges", bridges);
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("heddle", "v1");
        Map<String, Object> networks = new LinkedHashMap<>();
        vlans.forEach(v -> networks.put(PortImport.network(v), Map.of("vlan", v)));
        if (!networks.isEmpty()) {
            file.put("networks", networks);
        }
        file.put("hosts", Map.of(name, host));
        StringBuilder out = new StringBuilder(String.format(HEAD, name));
        left.forEach(l -> out.append("# Left as it is: ").append(l).append('\n'));
        return out.append(YamlText.file(file)).toString();
    }

    private Map<String, Object> bridge(Database.Row row) {
        String name = row.text("name");
        Map<String, Object> bridge = new LinkedHashMap<>();
        if (row.text("datapath_type").equals("netdev")) {
            bridge.put("datapath", "netdev");
        }
        if (!row.text("fail_mode").equals("secure")) {
            bridge.put("fail-mode", "standalone");
        }
        String aging = row.map("other_config").getOrDefault("mac-aging-time", "");
        if (aging.matches("\\d{1,4}")) {
            bridge.put("mac-aging-time", Integer.parseInt(aging));
        }
        bridge.putAll(OvsdbSettings.declared("bridge", t -> t.equals(Database.BRIDGE) ? row : null));
        for (String column : List.of("mirrors", "sflow", "netflow", "ipfix")) {
            if (!row.refs(column).isEmpty()) {
                left.add(column + " of bridge " + name);
            }
        }
        if (!row.refs("controller").isEmpty()) {
            left.add("the controller of bridge " + name);
        }
        Map<String, Object> ports = new LinkedHashMap<>();
        row.refs("ports").stream()
                .flatMap(u -> db.row(Database.PORT, u).stream())
                .sorted((a, b) -> a.text("name").compareTo(b.text("name")))
                .forEach(p -> new PortImport(db, p, name, left, vlans)
                        .describe()
                        .filter(d -> !d.isEmpty() || !p.text("name").equals(name))
                        .ifPresent(d -> ports.put(p.text("name"), d)));
        bridge.put("ports", ports);
        return bridge;
    }
}
