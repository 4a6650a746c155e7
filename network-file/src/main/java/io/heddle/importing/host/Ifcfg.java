package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code ifcfg-DEVICE} and {@code route-DEVICE} of Red Hat's network scripts, with Open vSwitch's types. See the
 * file {@code sysconfig.txt} of initscripts and {@code README.RHEL} of Open vSwitch. Never runs what stands in them.
 */
final class Ifcfg {
    private final String file;
    private final Machine machine;
    private final Map<String, Value> values = new LinkedHashMap<>();

    private Ifcfg(String file, Machine machine) {
        this.file = file;
        this.machine = machine;
    }

    static void read(String file, String text, Machine machine) throws HostFileException {
        String name = file.replaceFirst(".*/", "");
        Ifcfg ifcfg = new Ifcfg(file, machine);
        machine.programs.add("ifcfg");
        if (name.equals("ifcfg-lo")) {
            return;
        }
        if (name.startsWith("route")) {
            ifcfg.routes(name.replaceFirst("^route6?-", ""), text);
        } else {
            ifcfg.assignments(text);
            ifcfg.device(name.substring("ifcfg-".length()));
        }
    }

    private void assignments(String text) throws HostFileException {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip().replaceFirst("^export\\s+", "");
            Place place = new Place(file, i + 1);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 1 || !line.substring(0, equals).matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw place.error("expected KEY=value, found \"" + line + "\"");
            }
            String value = line.substring(equals + 1).strip();
            if (value.length() > 1 && value.matches("\".*\"|'.*'")) {
                value = value.substring(1, value.length() - 1);
            } else {
                value = value.replaceFirst("\\s+#.*", "");
            }
            values.put(line.substring(0, equals), new Value(value, place));
        }
    }

    private Optional<Value> get(String key) {
        return Optional.ofNullable(values.get(key)).filter(v -> !v.text().isEmpty());
    }

    private void device(String named) throws HostFileException {
        String name = get("DEVICE").map(Value::text).orElse(named);
        Device d = machine.device(
                name, values.containsKey("DEVICE") ? values.get("DEVICE").place() : new Place(file, 1));
        kind(
                d,
                get("TYPE")
                        .map(Value::text)
                        .orElse(get("DEVICETYPE").map(Value::text).orElse("Ethernet")));
        Interfaces.vlanByName(d);
        if (get("VLAN").filter(Value::isYes).isPresent() || get("VLAN_ID").isPresent()) {
            Value parent = get("PHYSDEV").orElse(d.parent);
            int number = get("VLAN_ID").isPresent()
                    ? get("VLAN_ID").get().number("VLAN_ID", 1, VlanSet.LAST)
                    : d.vlan != 0
                            ? d.vlan
                            : name.matches("vlan\\d{1,4}")
                                    ? new Value(name.substring(4), d.place).number("VLAN", 1, VlanSet.LAST)
                                    : 0;
            if (parent == null) {
                throw d.place.error("VLAN " + name + " needs PHYSDEV=, the device below it");
            }
            d.vlanOf(parent, number);
        }
        if (get("BRIDGE").isPresent()) {
            master(d, get("BRIDGE").get(), Kind.BRIDGE);
        }
        if (get("MASTER").isPresent()) {
            master(d, get("MASTER").get(), Kind.BOND);
        }
        get("BONDING_OPTS").ifPresent(v -> options(v).forEach(d.bond::put));
        if (d.is(Kind.BOND) && get("BONDING_OPTS").isPresent()) {
            d.kind = Kind.BOND;
        }
        get("STP").ifPresent(v -> d.bridge.put("stp", v));
        get("BRIDGING_OPTS").ifPresent(v -> bridging(d, v));
        get("MTU").ifPresent(v -> d.mtu = v);
        get("MACADDR").ifPresent(v -> d.mac = v);
        addresses(d);
        ovs(d);
        get("DELAY").ifPresent(v -> d.bridge.put("forward_delay", v));
    }

    private void master(Device d, Value v, Kind kind) throws HostFileException {
        d.master = v;
        Device master = machine.device(v.text(), v.place());
        master.kind = master.is(Kind.NIC) ? kind : master.kind;
    }

    private void kind(Device d, String type) {
        switch (type.toLowerCase(Locale.ROOT)) {
            case "bridge" -> d.kind = Kind.BRIDGE;
            case "bond" -> d.kind = Kind.BOND;
            case "ovsbridge", "ovsuserbridge" -> d.kind = Kind.BRIDGE;
            case "ovsintport" -> d.kind = Kind.INTERNAL;
            case "ovsbond" -> d.kind = Kind.BOND;
            case "ovspatchport" -> d.kind = Kind.PATCH;
            case "ovstunnel" -> d.kind = Kind.TUNNEL;
            case "ethernet", "vlan", "ovsport", "ovs" -> {
                // NICs, and VLANs by their other keys.
            }
            default -> {
                d.kind = Kind.OTHER;
                machine.stays(d.place, d.name + " of type " + type);
            }
        }
        d.ovs |= type.toLowerCase(Locale.ROOT).startsWith("ovs");
        if (type.equalsIgnoreCase("OVSUserBridge")) {
            d.bridge.put("datapath", new Value("netdev", d.place));
        }
    }

    private static Map<String, Value> options(Value v) {
        Map<String, Value> out = new LinkedHashMap<>();
        for (String word : v.text().split("\\s+")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                out.put(word.substring(0, equals), new Value(word.substring(equals + 1), v.place()));
            }
        }
        return out;
    }

    private static void bridging(Device d, Value v) {
        options(v).forEach((k, o) -> {
            switch (k) {
                case "vlan_filtering" -> d.bridge.put(k, o);
                case "multicast_snooping" -> d.bridge.put("mcast_snooping", o);
                case "priority" -> d.bridge.put("stp-priority", o);
                case "ageing_time" ->
                    d.bridge.put(
                            "ageing",
                            new Value(
                                    o.text().matches("\\d{1,9}")
                                            ? String.valueOf(Integer.parseInt(o.text()) / 100)
                                            : o.text(),
                                    o.place()));
                case "default_pvid" -> d.bridge.put("pvid", o);
                default -> {
                    // Timers of the spanning tree.
                }
            }
        });
    }

    private void addresses(Device d) throws HostFileException {
        for (String n : List.of("", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")) {
            Optional<Value> address = get("IPADDR" + n);
            if (address.isPresent()) {
                Value mask = get("PREFIX" + n).or(() -> get("NETMASK" + n)).orElse(null);
                d.addresses.add(Addresses.withLength(address.get(), mask));
            }
        }
        for (String key : List.of("IPV6ADDR", "IPV6ADDR_SECONDARIES")) {
            if (get(key).isPresent()) {
                for (String a : get(key).get().words()) {
                    d.addresses.add(
                            Addresses.withLength(new Value(a, get(key).get().place()), new Value("64", d.place)));
                }
            }
        }
        for (String key : List.of("GATEWAY", "IPV6_DEFAULTGW")) {
            if (get(key).isPresent()) {
                Value v = get(key).get();
                d.gateways.add(Addresses.address(new Value(v.text().replaceFirst("%.*", ""), v.place())));
            }
        }
        get("BOOTPROTO")
                .or(() -> get("OVSBOOTPROTO"))
                .filter(v -> v.text().matches("dhcp|bootp"))
                .ifPresent(v -> d.dhcp = v.place());
    }

    private void ovs(Device d) throws HostFileException {
        if (get("OVS_BRIDGE").isPresent()) {
            d.master = get("OVS_BRIDGE").get();
        }
        if (get("BOND_IFACES").isPresent()) {
            for (String m : get("BOND_IFACES").get().words()) {
                machine.device(m, get("BOND_IFACES").get().place()).master =
                        new Value(d.name, get("BOND_IFACES").get().place());
            }
        }
        get("OVS_TUNNEL_TYPE").ifPresent(v -> d.tunnel.put("type", v));
        get("OVS_PATCH_PEER").ifPresent(v -> d.peer = v);
        if (get("OVS_TUNNEL_OPTIONS").isPresent()) {
            InterfaceOptions.tunnel(get("OVS_TUNNEL_OPTIONS").get(), d, machine);
        }
        if (get("OVS_OPTIONS").isPresent()) {
            Value v = get("OVS_OPTIONS").get();
            if (d.is(Kind.BRIDGE)) {
                OvsOptions.bridge(v, d, machine);
            } else {
                OvsOptions.read(v, d, machine);
            }
        }
        if (get("OVS_EXTRA").isPresent()) {
            InterfaceOptions.extra(get("OVS_EXTRA").get(), d, machine);
        }
    }

    /** Reads {@code 10.99.0.0/24 via 10.0.0.9}, or ADDRESS0, NETMASK0 and GATEWAY0. */
    private void routes(String device, String text) throws HostFileException {
        if (text.contains("ADDRESS0=")) {
            assignments(text);
            for (int i = 0; i < 100; i++) {
                Optional<Value> to = get("ADDRESS" + i);
                Optional<Value> via = get("GATEWAY" + i);
                if (to.isPresent() && via.isPresent()) {
                    machine.routes.add(new Machine.Route(
                            Addresses.withLength(to.get(), get("NETMASK" + i).orElse(null))
                                    .text(),
                            Addresses.address(via.get()).text(),
                            to.get().place()));
                }
            }
            return;
        }
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                ShellLine.up(device, new Value("ip route add " + line, new Place(file, i + 1)), machine);
            }
        }
    }
}
