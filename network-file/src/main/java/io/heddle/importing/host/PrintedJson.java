package io.heddle.importing.host;

import io.heddle.config.YamlValue;
import io.heddle.importing.host.Device.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what {@code ip -j -d link}, {@code ip -j addr}, {@code ip -j route} and {@code bridge -j vlan} print on a running
 * host. See ip(8) and bridge(8). Addresses that the host has from DHCP are not taken over as its own.
 */
final class PrintedJson {
    private static final Map<String, String> BOND = Map.of(
            "mode",
            "mode",
            "miimon",
            "miimon",
            "updelay",
            "updelay",
            "downdelay",
            "downdelay",
            "primary",
            "primary",
            "ad_lacp_rate",
            "lacp_rate",
            "min_links",
            "min_links",
            "arp_interval",
            "arp_interval");

    private final Machine machine;
    private final String file;

    private PrintedJson(Machine machine, String file) {
        this.machine = machine;
        this.file = file;
    }

    static void read(Map<String, String> files, Machine machine) throws HostFileException {
        // Links come first: the others name them.
        for (boolean links : new boolean[] {true, false}) {
            for (Map.Entry<String, String> f : files.entrySet()) {
                Optional<YamlValue> root = Netplan.parse(f.getKey(), f.getValue());
                if (root.isPresent()) {
                    new PrintedJson(machine, f.getKey()).root(root.get(), links);
                }
            }
        }
    }

    private Place at(YamlValue v) {
        return new Place(file, v.line());
    }

    private Value value(YamlValue v, String key) {
        return new Value(v.text(key), at(v));
    }

    private void root(YamlValue root, boolean links) throws HostFileException {
        if (root.isMap()) {
            // The older form of bridge -j vlan.
            for (Map.Entry<String, YamlValue> e : links
                    ? Map.<String, YamlValue>of().entrySet()
                    : root.entries().entrySet()) {
                vlans(e.getKey(), e.getValue(), e.getValue());
            }
            return;
        }
        if (!root.isList()) {
            throw at(root).error("expected the list that ip -j link, ip -j addr, ip -j route or bridge -j vlan prints");
        }
        for (YamlValue v : root.items()) {
            boolean link = !v.text("ifname").isEmpty() && v.get("vlans").isEmpty();
            if (link && links) {
                link(v);
            } else if (!links && v.get("vlans").isPresent()) {
                vlans(v.text("ifname"), v.get("vlans").get(), v);
            } else if (!links && !v.text("dst").isEmpty()) {
                route(v);
            }
        }
    }

    private void link(YamlValue v) throws HostFileException {
        String name = v.text("ifname");
        if (name.equals("lo") || name.equals("ovs-system")) {
            return;
        }
        Device d = machine.device(name, at(v));
        if (v.text("master").equals("ovs-system")) {
            machine.left(
                    at(v),
                    name + " in a bridge of Open vSwitch",
                    "ip does not say in which: heddle import reads the" + " database of Open vSwitch");
        } else if (!v.text("master").isEmpty()) {
            d.master = value(v, "master");
        }
        if (!v.text("mtu").isEmpty() && !v.text("mtu").equals("1500")) {
            d.mtu = value(v, "mtu");
        }
        Optional<YamlValue> info = v.get("linkinfo");
        kind(d, v, info.map(i -> i.text("info_kind")).orElse(""), info.flatMap(i -> i.get("info_data")));
        for (YamlValue a : v.get("addr_info").map(YamlValue::items).orElse(List.of())) {
            if (a.text("scope").equals("global") && a.text("dynamic").equals("true")) {
                d.dhcp = at(a);
            } else if (a.text("scope").equals("global") && !a.text("local").isEmpty()) {
                d.addresses.add(Addresses.withLength(value(a, "local"), value(a, "prefixlen")));
            }
        }
    }

    private void kind(Device d, YamlValue v, String kind, Optional<YamlValue> data) throws HostFileException {
        switch (kind) {
            case "bridge" -> {
                d.kind = Kind.BRIDGE;
                data.ifPresent(b -> bridge(d, b));
            }
            case "bond" -> {
                d.kind = Kind.BOND;
                data.ifPresent(b -> BOND.forEach((from, to) -> {
                    if (!b.text(from).isEmpty()) {
                        d.bond.put(to, value(b, from));
                    }
                }));
            }
            case "vlan" ->
                d.vlanOf(
                        value(v, "link"),
                        data.isEmpty() ? 0 : value(data.get(), "id").number("id", 1, VlanSet.LAST));
            case "vxlan", "geneve", "gretap" -> {
                d.kind = Kind.TUNNEL;
                d.tunnel.put("type", new Value(kind.equals("gretap") ? "gre" : kind, at(v)));
                if (data.isPresent()) {
                    tunnel(d, data.get());
                }
            }
            case "openvswitch" ->
                machine.left(
                        at(v), d.name + " of Open vSwitch", "heddle import reads the database of Open" + " vSwitch");
            case "tun", "veth", "dummy", "macvtap" -> d.kind = Kind.SOFT;
            case "" -> {
                // Without -d there is no kind: the flags and names tell.
                if (v.get("flags").map(YamlValue::items).orElse(List.of()).stream()
                        .anyMatch(f -> f.text().equals("MASTER"))) {
                    d.kind = Kind.BOND;
                } else if (!v.text("link").isEmpty() && Interfaces.isVlanName(d.name)) {
                    Interfaces.vlanByName(d);
                    d.parent = value(v, "link");
                }
            }
            default -> {
                d.kind = Kind.OTHER;
                machine.stays(at(v), d.name + " of kind " + kind);
            }
        }
    }

    private void bridge(Device d, YamlValue b) {
        put(d, "stp", b, "stp_state");
        put(d, "vlan_filtering", b, "vlan_filtering");
        put(d, "pvid", b, "vlan_default_pvid");
        String ageing = b.text("ageing_time");
        if (ageing.matches("\\d{1,9}")) {
            d.bridge.put("ageing", new Value(String.valueOf(Integer.parseInt(ageing) / 100), at(b)));
        }
    }

    private void put(Device d, String key, YamlValue b, String from) {
        if (!b.text(from).isEmpty()) {
            d.bridge.put(key, value(b, from));
        }
    }

    private void tunnel(Device d, YamlValue t) throws HostFileException {
        for (String key : List.of("id", "vni", "ikey", "local", "local6", "port", "group", "group6")) {
            if (!t.text(key).isEmpty()) {
                d.tunnel.put(
                        switch (key) {
                            case "vni", "ikey" -> "id";
                            case "local6" -> "local";
                            case "port" -> "dstport";
                            case "group6" -> "group";
                            default -> key;
                        },
                        value(t, key));
            }
        }
        for (String key : List.of("remote", "remote6")) {
            if (!t.text(key).isEmpty() && !t.text(key).equals("any")) {
                d.remotes.add(Addresses.address(value(t, key)));
            }
        }
        if (!t.text("link").isEmpty()) {
            d.parent = value(t, "link");
        }
    }

    private void vlans(String name, YamlValue list, YamlValue place) throws HostFileException {
        Device d = machine.devices.get(name);
        if (d == null || d.is(Kind.BRIDGE)) {
            return;
        }
        d.carriedAt = at(place);
        d.tagged = VlanSet.NONE;
        for (YamlValue v : list.items()) {
            List<String> flags = v.get("flags").map(YamlValue::items).orElse(List.of()).stream()
                    .map(YamlValue::text)
                    .toList();
            int first = value(v, "vlan").number("vlan", 1, VlanSet.LAST);
            int last = v.text("vlanEnd").isEmpty() ? first : value(v, "vlanEnd").number("vlanEnd", first, VlanSet.LAST);
            if (flags.contains("PVID")) {
                d.untagged = first;
            }
            if (!flags.contains("Egress Untagged")) {
                d.tagged = d.tagged.and(VlanSet.range(first, last));
            }
        }
        if (d.untagged < 0) {
            d.untagged = 0;
            d.bridge.put("no-untagged", new Value("", at(place)));
        }
    }

    private void route(YamlValue v) throws HostFileException {
        String to = v.text("dst");
        String via = v.text("gateway");
        if (via.isEmpty()) {
            return;
        }
        Value gateway = Addresses.address(value(v, "gateway"));
        if (to.equals("default")) {
            Device d = machine.device(v.text("dev"), at(v));
            boolean known = d.gateways.stream().anyMatch(g -> g.text().equals(via));
            if (!known) {
                d.gateways.add(gateway);
            }
        } else {
            String prefix = to.contains("/") ? to : to + (to.contains(":") ? "/128" : "/32");
            if (!Addresses.isPrefix(prefix)) {
                throw at(v).error("expected a route to a prefix, found \"" + to + "\"");
            }
            machine.routes.add(new Machine.Route(prefix, via, at(v)));
        }
    }
}
