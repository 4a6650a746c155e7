package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code .netdev} and {@code .network} files of systemd-networkd. See systemd.netdev(5) and systemd.network(5). */
final class Networkd {
    private static final Map<String, String> BOND = Map.of(
            "Mode",
            "mode",
            "LACPTransmitRate",
            "lacp_rate",
            "MIIMonitorSec",
            "miimon",
            "UpDelaySec",
            "updelay",
            "DownDelaySec",
            "downdelay",
            "MinLinks",
            "min_links",
            "AdActorSystem",
            "ad_actor_system",
            "AdActorSystemPriority",
            "ad_actor_sys_prio",
            "ARPIntervalSec",
            "arp_interval",
            "AdUserPortKey",
            "ad_user_port_key");
    private static final Map<String, String> BRIDGE = Map.of(
            "STP",
            "stp",
            "AgeingTimeSec",
            "ageing",
            "VLANFiltering",
            "vlan_filtering",
            "DefaultPVID",
            "pvid",
            "MulticastSnooping",
            "mcast_snooping",
            "Priority",
            "stp-priority");
    /** Sections of the host that have no part in a network file. */
    private static final Set<String> KNOWN = Set.of(
            "Match",
            "Network",
            "Address",
            "Route",
            "Link",
            "BridgeVLAN",
            "DHCPv4",
            "DHCPv6",
            "DHCP",
            "IPv6AcceptRA",
            "Bridge",
            "IPv6SendRA");

    private final Machine machine;
    /** Devices that a file before has matched: the first one counts. */
    private final Set<String> matched = new HashSet<>();

    private Networkd(Machine machine) {
        this.machine = machine;
    }

    /** @param files the texts of all files, in the order of their names */
    static void read(Map<String, String> files, Machine machine) throws HostFileException {
        Networkd networkd = new Networkd(machine);
        for (Map.Entry<String, String> f : files.entrySet()) {
            if (f.getKey().endsWith(".netdev")) {
                networkd.netdev(Ini.read(f.getKey(), f.getValue()));
            }
        }
        for (Map.Entry<String, String> f : files.entrySet()) {
            if (f.getKey().endsWith(".network")) {
                networkd.network(Ini.read(f.getKey(), f.getValue()));
            }
        }
        machine.programs.add("networkd");
    }

    private void netdev(Ini ini) throws HostFileException {
        Ini.Section head = ini.section("NetDev");
        if (head.text("Name").isEmpty() || head.text("Kind").isEmpty()) {
            throw head.place().error("a .netdev needs [NetDev] with Name= and Kind=");
        }
        Device d = machine.device(head.text("Name"), head.place());
        head.get("MTUBytes").ifPresent(v -> d.mtu = v);
        head.get("MACAddress").ifPresent(v -> d.mac = v);
        switch (head.text("Kind")) {
            case "bridge" -> {
                d.kind = Kind.BRIDGE;
                ini.values("Bridge").forEach((k, v) -> {
                    if (BRIDGE.containsKey(k)) {
                        d.bridge.put(
                                BRIDGE.get(k), k.endsWith("Sec") ? new Value(Spans.seconds(v.text()), v.place()) : v);
                    }
                });
            }
            case "bond" -> {
                d.kind = Kind.BOND;
                ini.values("Bond").forEach((k, v) -> {
                    if (BOND.containsKey(k)) {
                        d.bond.put(BOND.get(k), k.endsWith("Sec") ? new Value(Spans.millis(v.text()), v.place()) : v);
                    }
                });
            }
            case "vlan" -> {
                Value id = ini.section("VLAN")
                        .get("Id")
                        .orElseThrow(() -> head.place().error("a VLAN needs [VLAN] with Id="));
                d.vlanOf(d.parent, id.number("Id", 1, VlanSet.LAST));
            }
            case "vxlan", "geneve", "gretap" -> tunnel(d, head.text("Kind"), ini);
            case "veth", "tap", "dummy" -> d.kind = Kind.SOFT;
            default -> {
                d.kind = Kind.OTHER;
                machine.stays(head.place(), d.name + " of kind " + head.text("Kind"));
            }
        }
    }

    private static void tunnel(Device d, String kind, Ini ini) throws HostFileException {
        d.kind = Kind.TUNNEL;
        Ini.Section s = ini.section(kind.equals("vxlan") ? "VXLAN" : kind.equals("geneve") ? "GENEVE" : "Tunnel");
        d.tunnel.put("type", new Value(kind.equals("gretap") ? "gre" : kind, s.place()));
        for (Ini.Entry e : s.entries()) {
            switch (e.key()) {
                case "VNI", "Id", "Key" -> d.tunnel.put("id", e.value());
                case "Local" -> {
                    if (Addresses.isAddress(e.value().text())) {
                        d.tunnel.put("local", e.value());
                    }
                }
                case "DestinationPort" -> d.tunnel.put("dstport", e.value());
                case "Group" -> d.tunnel.put("group", e.value());
                case "Remote" -> {
                    if (e.value().text().matches("2[23]\\d\\..*|[fF][fF].*:.*")) {
                        d.tunnel.put("group", e.value());
                    } else {
                        d.remotes.add(Addresses.address(e.value()));
                    }
                }
                default -> {
                    // Learning, checksums and the like, which Heddle sets for all tunnels.
                }
            }
        }
    }

    private void network(Ini ini) throws HostFileException {
        Ini.Section match = ini.section("Match");
        List<Device> devices = new ArrayList<>();
        for (Value v : match.all("Name")) {
            for (String name : v.words()) {
                if (!name.matches(".*[*?\\[!].*")) {
                    devices.add(machine.device(name, v.place()));
                    continue;
                }
                String regex =
                        name.replaceAll("([.+])", "\\\\$1").replace("*", ".*").replace('?', '.');
                List<Device> found = name.matches("[A-Za-z0-9.*?_-]+")
                        ? machine.devices.values().stream()
                                .filter(d -> d.name.matches(regex) && d.is(Kind.NIC))
                                .toList()
                        : List.of();
                devices.addAll(found);
                if (found.isEmpty()) {
                    machine.left(v.place(), "Name=" + name, "write the names of the NICs, as ip link shows them");
                }
            }
        }
        if (match.all("Name").isEmpty()) {
            machine.left(match.place(), "[Match] without Name", "write the name of the device, as ip link shows it");
        }
        for (Device d : devices) {
            if (matched.add(d.name)) {
                device(d, ini);
            }
        }
        ini.sections().stream()
                .filter(s -> !KNOWN.contains(s.name()))
                .forEach(s -> machine.stays(s.place(), "[" + s.name() + "]"));
    }

    private void device(Device d, Ini ini) throws HostFileException {
        for (Ini.Entry e : ini.section("Network").entries()) {
            Value v = e.value();
            switch (e.key()) {
                case "Bridge" -> master(d, v, Kind.BRIDGE);
                case "Bond" -> master(d, v, Kind.BOND);
                case "VLAN" -> vlans(d, v);
                case "VXLAN", "Tunnel" -> machine.device(v.text(), v.place()).parent = new Value(d.name, v.place());
                case "Address" -> d.addresses.add(Addresses.withLength(v, null));
                case "Gateway" -> {
                    if (Addresses.isAddress(v.text())) {
                        d.gateways.add(v);
                    }
                }
                case "DHCP" -> d.dhcp = v.isYes() || v.text().matches("ipv[46]") ? v.place() : d.dhcp;
                case "PrimarySlave" -> {
                    if (d.master != null && v.isYes()) {
                        machine.device(d.master.text(), v.place()).bond.put("primary", new Value(d.name, v.place()));
                    }
                }
                default -> {
                    // Name servers, router advertisements and the like stay with the host.
                }
            }
        }
        for (Value a : ini.section("Address").all("Address")) {
            d.addresses.add(Addresses.withLength(a, null));
        }
        for (Ini.Section r : ini.all("Route")) {
            route(d, r);
        }
        ini.section("Link").get("MTUBytes").ifPresent(v -> d.mtu = v);
        ini.section("Link").get("MACAddress").ifPresent(v -> d.mac = v);
        for (Ini.Section s : ini.all("BridgeVLAN")) {
            bridgeVlan(d, s);
        }
    }

    private void master(Device d, Value v, Kind kind) throws HostFileException {
        d.master = v;
        Device master = machine.device(v.text(), v.place());
        master.kind = master.is(Kind.NIC) ? kind : master.kind;
    }

    private void vlans(Device d, Value v) throws HostFileException {
        for (String name : v.words()) {
            Device vlan = machine.device(name, v.place());
            vlan.parent = new Value(d.name, v.place());
        }
    }

    private void route(Device d, Ini.Section r) throws HostFileException {
        String gateway = r.text("Gateway");
        String to = r.text("Destination");
        if (!Addresses.isAddress(gateway)) {
            machine.stays(r.place(), "route to " + to);
        } else if (to.isEmpty() || to.matches("0\\.0\\.0\\.0/0|::/0")) {
            if (r.get("Table").isEmpty()) {
                d.gateways.add(r.get("Gateway").orElseThrow());
            }
        } else if (Addresses.isPrefix(to)) {
            machine.routes.add(new Machine.Route(to, gateway, r.place()));
        } else {
            throw r.place().error("expected Destination= such as 10.99.0.0/24, found \"" + to + "\"");
        }
    }

    private static void bridgeVlan(Device d, Ini.Section s) throws HostFileException {
        d.carriedAt = s.place();
        d.tagged = d.tagged == null ? VlanSet.NONE : d.tagged;
        if (s.get("VLAN").isPresent()) {
            VlanSet vlans = VlanSet.parse(s.get("VLAN").get());
            boolean untagged = s.get("EgressUntagged").isPresent()
                    && VlanSet.parse(s.get("EgressUntagged").get())
                            .without(vlans)
                            .isEmpty();
            d.tagged = untagged ? d.tagged : d.tagged.and(vlans);
        }
        if (s.get("PVID").isPresent() && s.text("PVID").matches("\\d+")) {
            d.untagged = s.get("PVID").get().number("PVID", 1, VlanSet.LAST);
        }
    }
}
