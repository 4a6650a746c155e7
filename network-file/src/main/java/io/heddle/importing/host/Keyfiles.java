package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads NetworkManager's keyfiles. See nm-settings-keyfile(5). A port of Open vSwitch with one interface gives its
 * settings to the interface; with several, it is a bond.
 */
final class Keyfiles {
    static final Pattern SHAPE = Pattern.compile("(?m)\\A(\\s|#.*$)*\\[connection]");

    private static final Pattern BRIDGE_VLAN = Pattern.compile("(\\d{1,4}(?:-\\d{1,4})?)((?:\\s+(?:pvid|untagged))*)");

    private final Machine machine;
    private final Map<String, Ini> byName = new LinkedHashMap<>();
    /** Names of devices by the UUIDs and ids of their connections. */
    private final Map<String, String> names = new HashMap<>();

    private Keyfiles(Machine machine) {
        this.machine = machine;
    }

    static void read(Map<String, String> files, Machine machine) throws HostFileException {
        Keyfiles keyfiles = new Keyfiles(machine);
        for (Map.Entry<String, String> f : files.entrySet()) {
            Ini ini = Ini.read(f.getKey(), f.getValue());
            Ini.Section head = ini.section("connection");
            String name = head.text("interface-name");
            if (head.text("type").isEmpty()) {
                throw head.place().error("a connection needs type= in [connection], such as type=bridge");
            }
            if (name.isEmpty()) {
                machine.left(
                        head.place(),
                        "connection " + head.text("id"),
                        "it has no interface-name: write the name of" + " the device, as ip link shows it");
                continue;
            }
            machine.device(name, head.place());
            // An OVS bridge, its port and its interface may all have one name.
            keyfiles.byName.put(head.text("type") + " " + name, ini);
            keyfiles.names.put(head.text("uuid"), name);
            keyfiles.names.putIfAbsent(head.text("id"), name);
        }
        for (Ini ini : keyfiles.byName.values()) {
            keyfiles.connection(ini);
        }
        machine.programs.add("NetworkManager");
    }

    private String name(String nameOrUuid) {
        return names.getOrDefault(nameOrUuid, nameOrUuid);
    }

    private void connection(Ini ini) throws HostFileException {
        Ini.Section head = ini.section("connection");
        String type = head.text("type");
        Device d = machine.device(head.text("interface-name"), head.place());
        if (type.equals("ovs-port")) {
            return;
        }
        switch (type) {
            case "bridge" -> {
                d.kind = Kind.BRIDGE;
                bridge(d, ini.values("bridge"));
            }
            case "bond" -> {
                d.kind = Kind.BOND;
                ini.values("bond").forEach(d.bond::put);
            }
            case "vlan" -> {
                Ini.Section s = ini.section("vlan");
                Value id = s.get("id").orElseThrow(() -> s.place().error("a VLAN needs id= in [vlan]"));
                d.vlanOf(
                        s.get("parent")
                                .map(p -> new Value(name(p.text()), p.place()))
                                .orElse(d.parent),
                        id.number("id", 1, VlanSet.LAST));
                if (d.parent == null) {
                    throw s.place().error("a VLAN needs parent= in [vlan], the device below it");
                }
            }
            case "vxlan" -> vxlan(d, ini.section("vxlan"));
            case "ovs-bridge" -> {
                d.kind = Kind.BRIDGE;
                d.ovs = true;
                ini.values("ovs-bridge").forEach((k, v) -> ovsBridge(d, k, v));
            }
            case "ovs-interface" -> ovsInterface(d, ini);
            case "ethernet", "802-3-ethernet" -> d.kind = Kind.NIC;
            case "dummy", "tun", "veth" -> d.kind = Kind.SOFT;
            default -> {
                d.kind = Kind.OTHER;
                machine.stays(head.place(), d.name + " of type " + type);
            }
        }
        master(d, head, ini);
        for (String s : List.of("ethernet", "802-3-ethernet", "bridge", "vlan", "bond")) {
            ini.section(s).get("mtu").filter(v -> !v.text().equals("0")).ifPresent(v -> d.mtu = v);
            ini.section(s).get("cloned-mac-address").ifPresent(v -> d.mac = v);
        }
        ini.section("bridge").get("mac-address").ifPresent(v -> d.mac = v);
        addresses(d, ini.section("ipv4"));
        addresses(d, ini.section("ipv6"));
    }

    private void master(Device d, Ini.Section head, Ini ini) throws HostFileException {
        Optional<Value> master = head.get("controller").or(() -> head.get("master"));
        if (master.isEmpty() || d.is(Kind.BRIDGE) && d.ovs) {
            return;
        }
        String name = name(master.get().text());
        Ini port = byName.get("ovs-port " + name);
        String slave = head.text("port-type") + head.text("slave-type");
        if (port == null || slave.contains("bridge") && !slave.contains("ovs")) {
            d.master = new Value(name, master.get().place());
            Value vlans = ini.section("bridge-port").get("vlans").orElse(null);
            if (vlans != null) {
                bridgeVlans(d, vlans);
            }
            return;
        }
        Ini.Section portHead = port.section("connection");
        Value bridge = portHead.get("controller")
                .or(() -> portHead.get("master"))
                .orElseThrow(() -> portHead.place().error("an ovs-port needs controller=, its bridge"));
        Value onBridge = new Value(name(bridge.text()), bridge.place());
        long members = byName.values().stream()
                .map(i -> i.section("connection"))
                .filter(h -> h.get("controller")
                        .or(() -> h.get("master"))
                        .filter(m -> name(m.text()).equals(name))
                        .isPresent())
                .filter(h -> !h.text("type").startsWith("ovs-port"))
                .count();
        Device holder = d;
        if (members > 1) {
            holder = machine.device(name, portHead.place());
            holder.kind = Kind.BOND;
            holder.ovs = true;
            d.master = new Value(name, master.get().place());
        }
        holder.master = onBridge;
        options(holder, port);
    }

    private void options(Device holder, Ini port) throws HostFileException {
        StringBuilder words = new StringBuilder();
        Ini.Section s = port.section("ovs-port");
        for (Ini.Entry e : s.entries()) {
            String key = switch (e.key()) {
                case "bond-mode" -> "bond_mode";
                case "bond-updelay" -> "bond_updelay";
                case "bond-downdelay" -> "bond_downdelay";
                case "vlan-mode" -> "vlan_mode";
                default -> e.key();
            };
            words.append(key)
                    .append('=')
                    .append(e.value().text().replaceAll("\\s+", ","))
                    .append(' ');
        }
        OvsOptions.read(new Value(words.toString(), s.place()), holder, machine);
    }

    private void ovsInterface(Device d, Ini ini) {
        switch (ini.section("ovs-interface").text("type")) {
            case "internal", "" -> d.kind = d.is(Kind.BRIDGE) ? Kind.BRIDGE : Kind.INTERNAL;
            case "patch" -> {
                d.kind = Kind.PATCH;
                d.peer = ini.section("ovs-patch").get("peer").orElse(null);
            }
            default -> d.kind = Kind.NIC;
        }
    }

    private static void ovsBridge(Device d, String key, Value v) {
        switch (key) {
            case "rstp-enable" -> d.bridge.put("rstp", v);
            case "stp-enable" -> d.bridge.put("stp", v);
            case "mcast-snooping-enable" -> d.bridge.put("mcast_snooping", v);
            case "fail-mode" -> d.bridge.put("fail-mode", v);
            case "datapath-type" -> d.bridge.put("datapath", v);
            default -> {
                // There are no others.
            }
        }
    }

    private static void bridge(Device d, Map<String, Value> values) {
        values.forEach((k, v) -> {
            switch (k) {
                case "stp" -> d.bridge.put("stp", v);
                case "ageing-time" -> d.bridge.put("ageing", v);
                case "vlan-filtering" -> d.bridge.put("vlan_filtering", v);
                case "vlan-default-pvid" -> d.bridge.put("pvid", v);
                case "multicast-snooping" -> d.bridge.put("mcast_snooping", v);
                case "priority" -> d.bridge.put("stp-priority", v);
                default -> {
                    // The bridge's own VLANs, timers of its spanning tree.
                }
            }
        });
    }

    /** Reads {@code 1 pvid untagged, 20, 30-40}. */
    private static void bridgeVlans(Device d, Value vlans) throws HostFileException {
        d.carriedAt = vlans.place();
        d.tagged = VlanSet.NONE;
        for (String item : vlans.text().split(",")) {
            Matcher m = BRIDGE_VLAN.matcher(item.strip());
            if (!m.matches()) {
                throw vlans.place().error("expected VLANs such as 1 pvid untagged, 20, 30-40, found \"" + item + "\"");
            }
            VlanSet set = VlanSet.parse(new Value(m.group(1), vlans.place()));
            if (m.group(2).contains("pvid")) {
                d.untagged = new Value(m.group(1), vlans.place()).number("pvid", 1, VlanSet.LAST);
            }
            d.tagged = m.group(2).contains("untagged") ? d.tagged : d.tagged.and(set);
        }
    }

    private void vxlan(Device d, Ini.Section s) throws HostFileException {
        d.kind = Kind.TUNNEL;
        d.tunnel.put("type", new Value("vxlan", s.place()));
        s.get("id").ifPresent(v -> d.tunnel.put("id", v));
        s.get("local").ifPresent(v -> d.tunnel.put("local", v));
        s.get("destination-port").ifPresent(v -> d.tunnel.put("dstport", v));
        s.get("parent").ifPresent(v -> d.parent = new Value(name(v.text()), v.place()));
        if (s.get("remote").isPresent()) {
            Value remote = s.get("remote").get();
            if (remote.text().matches("2[23]\\d\\..*|[fF][fF].*:.*")) {
                d.tunnel.put("group", remote);
            } else {
                d.remotes.add(Addresses.address(remote));
            }
        }
    }

    private void addresses(Device d, Ini.Section ip) throws HostFileException {
        if (ip.text("method").equals("auto") && ip.name().equals("ipv4")) {
            d.dhcp = ip.get("method").get().place();
        }
        if (ip.text("method").equals("shared")) {
            machine.left(
                    ip.get("method").get().place(),
                    "method=shared of " + d.name,
                    "a router of Heddle with snat, and"
                            + " dhcp in the network, do the same: see docs/linux/routing.md");
        }
        for (Ini.Entry e : ip.entries()) {
            if (e.key().matches("address\\d*|addresses")) {
                for (String a : e.value().text().split(";")) {
                    String[] parts = a.strip().split(",");
                    if (!parts[0].isEmpty()) {
                        d.addresses.add(Addresses.withLength(
                                new Value(parts[0].strip(), e.value().place()), null));
                    }
                    if (parts.length > 1) {
                        d.gateways.add(Addresses.address(
                                new Value(parts[1].strip(), e.value().place())));
                    }
                }
            } else if (e.key().equals("gateway")) {
                d.gateways.add(Addresses.address(e.value()));
            } else if (e.key().matches("route\\d+")) {
                String[] parts = e.value().text().split(",");
                if (parts.length > 1 && Addresses.isPrefix(parts[0]) && Addresses.isAddress(parts[1].strip())) {
                    machine.routes.add(new Machine.Route(
                            parts[0], parts[1].strip(), e.value().place()));
                } else {
                    machine.stays(e.value().place(), e.key() + "=" + e.value().text());
                }
            }
        }
    }
}
