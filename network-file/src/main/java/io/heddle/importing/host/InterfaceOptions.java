package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the options of one stanza {@code iface}. */
final class InterfaceOptions {
    /** Options of the host that have no part in a network file. */
    private static final Set<String> HOST = Set.of(
            "dns-nameservers",
            "dns-nameserver",
            "dns-search",
            "dns-domain",
            "metric",
            "scope",
            "network",
            "broadcast",
            "accept_ra",
            "autoconf",
            "privext",
            "dad-attempts",
            "pointopoint",
            "preferred-lifetime",
            "request_prefix",
            "hostname",
            "client",
            "netmask",
            "ovs_type",
            "bridge_maxwait",
            "bridge_waitport",
            "bridge_hello",
            "bridge_maxage",
            "bridge_gcint",
            "bridge_hw",
            "bridge_fd",
            "bridge_allow_untagged",
            "bridge_disable_mac_learning",
            "vlan_protocol",
            "autostart",
            "link_autoneg",
            "link_speed",
            "link_duplex",
            "bridge_igmp_querier_src");

    private static final String SWITCH = "see docs/reference.md for what the network file calls it";

    private final Machine machine;
    private final Device device;
    private Value netmask;
    private final List<Value> addresses = new ArrayList<>();

    InterfaceOptions(Machine machine, Device device) {
        this.machine = machine;
        this.device = device;
    }

    void read(String method, Place place, List<Map.Entry<String, Value>> options) throws HostFileException {
        if (method.equals("dhcp")) {
            device.dhcp = place;
        }
        Interfaces.vlanByName(device);
        int first = device.addresses.size();
        // The type decides what other options mean.
        for (Map.Entry<String, Value> o : options) {
            if (o.getKey().equals("ovs_type")) {
                type(o.getValue());
            }
        }
        for (Map.Entry<String, Value> o : options) {
            String key = o.getKey().toLowerCase(Locale.ROOT).replace('-', '_');
            if (key.equals("netmask")) {
                netmask = o.getValue();
            } else if (!HOST.contains(key) && !HOST.contains(o.getKey())) {
                option(key, o.getValue());
            }
        }
        for (Value a : addresses) {
            // Commands of the stanza add theirs later.
            device.addresses.add(first++, Addresses.withLength(a, a.text().contains("/") ? null : netmask));
        }
    }

    private void type(Value type) throws HostFileException {
        device.ovs = true;
        switch (type.text()) {
            case "OVSBridge" -> device.kind = Kind.BRIDGE;
            case "OVSBond" -> device.kind = Kind.BOND;
            case "OVSIntPort" -> device.kind = Kind.INTERNAL;
            case "OVSPatchPort" -> device.kind = Kind.PATCH;
            case "OVSTunnel" -> device.kind = Kind.TUNNEL;
            case "OVSPort" -> device.kind = device.is(Kind.VLAN) ? Kind.VLAN : Kind.NIC;
            default ->
                throw type.place()
                        .error("ovs_type: expected OVSBridge, OVSPort, OVSIntPort, OVSBond, OVSPatchPort or"
                                + " OVSTunnel, found \"" + type.text() + "\"");
        }
    }

    private void option(String key, Value value) throws HostFileException {
        if (key.startsWith("bond_")) {
            bond(key.substring("bond_".length()), value);
            return;
        } else if (key.startsWith("bridge_") || key.equals("mcsnoop")) {
            bridge(key.replaceFirst("^bridge_", ""), value);
            return;
        } else if (key.startsWith("ovs_")) {
            ovs(key, value);
            return;
        }
        switch (key) {
            case "address" -> addresses.add(value);
            case "gateway" -> device.gateways.add(Addresses.address(value));
            case "mtu" -> device.mtu = value;
            case "hwaddress" -> device.mac = new Value(value.text().replaceFirst("^ether\\s+", ""), value.place());
            case "up", "post_up", "pre_up" -> ShellLine.up(device.name, value, machine);
            case "down", "post_down", "pre_down" -> {
                // What goes down with the device undoes what came up with it.
            }
            case "slaves" -> bond("slaves", value);
            case "vlan_raw_device" -> vlan(value, device.vlan);
            case "vlan_id" -> vlan(device.parent, value.number("vlan-id", 1, VlanSet.LAST));
            case "vxlan_id",
                    "vxlan_local_tunnelip",
                    "vxlan_remoteip",
                    "vxlan_port",
                    "vxlan_physdev",
                    "vxlan_svcnodeip" -> vxlan(key, value);
            default -> machine.stays(value.place(), key.replace('_', '-') + " " + value.text() + " of " + device.name);
        }
    }

    private void vlan(Value parent, int number) throws HostFileException {
        int named = number == 0 && device.name.matches("vlan\\d{1,4}")
                ? new Value(device.name.substring("vlan".length()), device.place).number("VLAN", 1, VlanSet.LAST)
                : number;
        device.vlanOf(parent, named);
    }

    private void bond(String key, Value value) throws HostFileException {
        if (key.equals("slaves")) {
            device.kind = Kind.BOND;
            members(value, device);
        } else if (key.equals("master")) {
            device.master = value;
            machine.device(value.text(), value.place()).kind = Kind.BOND;
        } else {
            device.bond.put(key, value);
        }
    }

    private void members(Value value, Device of) throws HostFileException {
        for (String word : value.words()) {
            if (!word.equals("none")) {
                machine.device(word, value.place()).master = new Value(of.name, value.place());
            }
        }
    }

    private void bridge(String key, Value value) throws HostFileException {
        switch (key) {
            case "ports" -> {
                device.kind = Kind.BRIDGE;
                if (value.text().matches(".*\\b(regex|all|glob)\\b.*")) {
                    machine.left(value.place(), "bridge-ports " + value.text(), "name the ports of " + device.name);
                } else {
                    members(value, device);
                    for (String word : value.words()) {
                        if (machine.devices.containsKey(word)) {
                            Interfaces.vlanByName(machine.devices.get(word));
                        }
                    }
                }
            }
            case "stp" -> device.bridge.put("stp", value);
            case "ageing" -> device.bridge.put("ageing", value);
            case "bridgeprio" -> device.bridge.put("stp-priority", value);
            case "vlan_aware" -> device.bridge.put("vlan_filtering", value);
            case "mcsnoop" -> device.bridge.put("mcast_snooping", value);
            case "vids" -> {
                if (device.bridge.containsKey("vlan_filtering") || device.is(Kind.BRIDGE)) {
                    device.bridge.put("vids", value);
                } else {
                    device.tagged = VlanSet.parse(value);
                    device.carriedAt = value.place();
                }
            }
            case "pvid" -> {
                if (device.is(Kind.BRIDGE)) {
                    device.bridge.put("pvid", value);
                } else {
                    device.untagged = value.number("bridge-pvid", 0, VlanSet.LAST);
                    device.carriedAt = value.place();
                }
            }
            case "access" -> {
                device.untagged = value.number("bridge-access", 1, VlanSet.LAST);
                device.tagged = VlanSet.NONE;
                device.carriedAt = value.place();
            }
            default -> machine.left(value.place(), "bridge-" + key.replace('_', '-') + " " + value.text(), SWITCH);
        }
    }

    private void ovs(String key, Value value) throws HostFileException {
        switch (key) {
            case "ovs_bridge" -> device.master = value;
            case "ovs_ports" -> {
                // Each port names its bridge, too; but those without a stanza do not.
                for (String word : value.words()) {
                    Device port = machine.device(word, value.place());
                    port.master = port.master == null ? new Value(device.name, value.place()) : port.master;
                }
            }
            case "ovs_bonds" -> members(value, device);
            case "ovs_mtu" -> device.mtu = value;
            case "ovs_options" -> {
                if (device.is(Kind.BRIDGE)) {
                    OvsOptions.bridge(value, device, machine);
                } else {
                    OvsOptions.read(value, device, machine);
                }
            }
            case "ovs_extra" -> extra(value, device, machine);
            case "ovs_tunnel_type" -> device.tunnel.put("type", value);
            case "ovs_tunnel_options" -> tunnel(value, device, machine);
            case "ovs_patch_peer" -> device.peer = value;
            default -> machine.left(value.place(), key + " " + value.text(), SWITCH);
        }
    }

    static void extra(Value value, Device device, Machine machine) {
        for (String command : value.text().split("(^|\\s+)--\\s+")) {
            String text = command.strip().replaceAll("\\$IFACE|\\$\\{IFACE}", device.name);
            Value one = new Value(text, value.place());
            if (text.matches("set [Bb]ridge (\\S+) .*")) {
                OvsOptions.bridge(one, device, machine);
            } else if (text.matches("set-fail-mode \\S+ (standalone|secure)")) {
                device.bridge.put("fail-mode", new Value(text.replaceFirst(".* ", ""), value.place()));
            } else if (text.matches("set ([Ii]nterface|[Pp]ort) \\S+ \\S+=.*")) {
                machine.left(value.place(), "ovs_extra " + text, SWITCH + ", at port " + device.name);
            } else if (!text.isEmpty()) {
                machine.left(value.place(), "ovs_extra " + text, SWITCH);
            }
        }
    }

    static void tunnel(Value value, Device device, Machine machine) throws HostFileException {
        for (String word : OvsOptions.words(value.text())) {
            String[] pair = word.replaceFirst("^options:", "").split("=", 2);
            Value v = new Value(pair[pair.length - 1], value.place());
            switch (pair[0]) {
                case "remote_ip" -> device.remotes.add(v);
                case "local_ip" -> device.tunnel.put("local", v);
                case "key" -> device.tunnel.put("id", v);
                case "dst_port" -> device.tunnel.put("dstport", v);
                default -> OvsOptions.read(new Value(word, value.place()), device, machine);
            }
        }
    }

    private void vxlan(String key, Value value) {
        device.kind = Kind.TUNNEL;
        device.tunnel.putIfAbsent("type", new Value("vxlan", value.place()));
        switch (key) {
            case "vxlan_id" -> device.tunnel.put("id", value);
            case "vxlan_local_tunnelip" -> device.tunnel.put("local", value);
            case "vxlan_port" -> device.tunnel.put("dstport", value);
            case "vxlan_svcnodeip" -> device.tunnel.put("group", value);
            case "vxlan_physdev" -> device.parent = value;
            default -> value.words().forEach(w -> device.remotes.add(new Value(w, value.place())));
        }
    }
}
