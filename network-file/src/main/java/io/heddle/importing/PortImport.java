package io.heddle.importing;

import io.heddle.config.OvsdbSettings;
import io.heddle.ovsdb.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Describes one port for a network file. */
final class PortImport {
    private static final Set<String> TYPES = Set.of("system", "internal", "tap", "patch", "vxlan", "geneve", "gre");
    private static final Set<String> TUNNELS = Set.of("vxlan", "geneve", "gre");
    private static final Set<String> TUNNEL_OPTIONS =
            Set.of("remote_ip", "local_ip", "key", "dst_port", "tos", "ttl", "df_default", "csum");

    private final Database db;
    private final Database.Row port;
    private final String bridge;
    private final List<String> left;
    private final Set<Integer> vlans;

    /**
     * @param left receives what a file cannot describe
     * @param vlans receives the VLANs that need a network
     */
    PortImport(Database db, Database.Row port, String bridge, List<String> left, Set<Integer> vlans) {
        this.db = db;
        this.port = port;
        this.bridge = bridge;
        this.left = left;
        this.vlans = vlans;
    }

    static String network(int vlan) {
        return "vlan" + vlan;
    }

    /** The port's entry in the file; empty if a file cannot describe the port. */
    Optional<Map<String, Object>> describe() {
        String name = port.text("name");
        List<Database.Row> devices = port.refs("interfaces").stream()
                .flatMap(u -> db.row(Database.INTERFACE, u).stream())
                .sorted((a, b) -> a.text("name").compareTo(b.text("name")))
                .toList();
        Optional<String> trouble = trouble(name, devices);
        if (trouble.isPresent()) {
            left.add("port " + bridge + "/" + name + " (" + trouble.get() + ")");
            return Optional.empty();
        }
        Map<String, Object> out = new LinkedHashMap<>();
        Database.Row device = devices.get(0);
        if (devices.size() > 1) {
            out.put("bond", bond(devices));
        } else if (!type(device).equals("system") && !name.equals(bridge)) {
            out.put("type", type(device));
        }
        if (type(device).equals("patch")) {
            out.put("peer", device.map("options").getOrDefault("peer", ""));
        }
        vlans(out);
        if (name.equals(bridge) && !out.isEmpty()) {
            out.put("type", "internal");
        }
        if (port.text("protected").equals("true")) {
            out.put("macvlan", "private");
        }
        device.number("mtu_request").ifPresent(mtu -> out.put("mtu-request", mtu));
        out.putAll(OvsdbSettings.declared(
                "port", t -> t.equals(Database.PORT) ? port : t.equals(Database.INTERFACE) ? device : null));
        if (!port.refs("qos").isEmpty()) {
            left.add("the QoS of port " + bridge + "/" + name);
        }
        return Optional.of(out);
    }

    private Optional<String> trouble(String name, List<Database.Row> devices) {
        if (devices.isEmpty()) {
            return Optional.of("it has no interface");
        }
        if (devices.size() == 1 && !devices.get(0).text("name").equals(name)) {
            return Optional.of("its interface has another name");
        }
        for (Database.Row d : devices) {
            String type = type(d);
            if (!TYPES.contains(type) || devices.size() > 1 && !type.equals("system")) {
                return Optional.of("type " + type + (devices.size() > 1 ? " in a bond" : ""));
            }
            Set<String> options = new TreeSet<>(d.map("options").keySet());
            options.removeAll(TUNNELS.contains(type) ? TUNNEL_OPTIONS : Set.of("peer"));
            if (!options.isEmpty()) {
                return Optional.of("options " + String.join(", ", options));
            }
            if (TUNNELS.contains(type)
                            && !d.map("options").getOrDefault("key", "0").matches("\\d{1,10}")
                    || !d.map("options").getOrDefault("remote_ip", "0").matches("[0-9a-fA-F.:]+")) {
                return Optional.of("its flows choose the far end or the key");
            }
        }
        return Optional.empty();
    }

    private static String type(Database.Row device) {
        return device.text("type").isEmpty() ? "system" : device.text("type");
    }

    private Map<String, Object> bond(List<Database.Row> devices) {
        Map<String, Object> bond = new LinkedHashMap<>();
        bond.put("members", devices.stream().map(d -> d.text("name")).toList());
        if (!port.text("bond_mode").isEmpty()) {
            bond.put("mode", port.text("bond_mode"));
        }
        if (!port.text("lacp").isEmpty()) {
            bond.put("lacp", port.text("lacp"));
        }
        bond.putAll(OvsdbSettings.declared(
                "bond", t -> t.equals(Database.PORT) ? port : t.equals(Database.INTERFACE) ? devices.get(0) : null));
        return bond;
    }

    /** Without a vlan_mode, the tag decides the mode. Source: ovs-vswitchd.conf.db(5), Port.vlan_mode. */
    private void vlans(Map<String, Object> out) {
        Optional<Long> tag = port.number("tag").filter(t -> t > 0);
        String mode = !port.text("vlan_mode").isEmpty() ? port.text("vlan_mode") : tag.isPresent() ? "access" : "trunk";
        String own = tag.map(t -> own(t.intValue())).orElse("");
        List<Integer> carried = port.set("trunks").stream()
                .map(t -> ((Long) t).intValue())
                .sorted()
                .toList();
        if (mode.equals("access") && tag.isPresent()) {
            out.put("access", own);
        } else if (mode.equals("dot1q-tunnel") && tag.isPresent()) {
            out.put("dot1q-tunnel", own);
            if (!port.set("cvlans").isEmpty()) {
                out.put("cvlans", port.set("cvlans").stream().sorted().toList());
            }
        } else if (!carried.isEmpty()
                || tag.isPresent()
                || !port.text("vlan_mode").isEmpty()) {
            out.put("trunk", carried.isEmpty() ? "all" : ranges(carried));
            if (tag.isPresent() && mode.startsWith("native")) {
                out.put("native", own);
                if (mode.equals("native-tagged")) {
                    out.put("vlan-mode", mode);
                }
            }
        }
    }

    private String own(int vlan) {
        vlans.add(vlan);
        return network(vlan);
    }

    private static List<Object> ranges(List<Integer> carried) {
        List<Object> out = new ArrayList<>();
        for (int i = 0; i < carried.size(); ) {
            int first = carried.get(i);
            int last = first;
            while (++i < carried.size() && carried.get(i) == last + 1) {
                last++;
            }
            out.add(first == last ? (Object) first : first + "-" + last);
        }
        return out;
    }
}
