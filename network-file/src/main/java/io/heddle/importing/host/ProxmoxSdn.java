package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Proxmox VE's software-defined network: {@code zones.cfg}, {@code vnets.cfg} and {@code subnets.cfg} of
 * {@code /etc/pve/sdn}. See the chapter "Software-Defined Network" of its manual. A VNet is a bridge of its own on each
 * node: one VLAN of the zone's bridge, or a mesh of VXLAN.
 */
final class ProxmoxSdn {
    private static final Pattern HEAD = Pattern.compile("([a-z0-9-]+):\\s*(\\S+)\\s*");

    /** A section, with the values of its keys; a key may come more than once. */
    private record Section(String type, String id, Place place, Map<String, List<Value>> values) {
        Value get(String key) {
            return values.getOrDefault(key, List.of(new Value("", place))).get(0);
        }
    }

    private final Machine machine;
    private final Map<String, Section> zones = new LinkedHashMap<>();
    private final Map<String, Section> vnets = new LinkedHashMap<>();

    private ProxmoxSdn(Machine machine) {
        this.machine = machine;
    }

    static void read(Map<String, String> files, Machine machine) throws HostFileException {
        ProxmoxSdn sdn = new ProxmoxSdn(machine);
        List<Section> subnets = new ArrayList<>();
        for (Map.Entry<String, String> f : files.entrySet()) {
            for (Section s : sections(f.getKey(), f.getValue())) {
                if (s.type.equals("vnet")) {
                    sdn.vnets.put(s.id, s);
                } else if (s.type.equals("subnet")) {
                    subnets.add(s);
                } else if (f.getKey().endsWith("zones.cfg")) {
                    sdn.zones.put(s.id, s);
                } else {
                    machine.left(
                            s.place,
                            s.type + " " + s.id,
                            "Heddle has no routing protocols: its routers are on each host");
                }
            }
        }
        for (Section v : sdn.vnets.values()) {
            sdn.vnet(v);
        }
        for (Section s : subnets) {
            sdn.subnet(s);
        }
    }

    private static List<Section> sections(String file, String text) throws HostFileException {
        List<Section> out = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Place place = new Place(file, i + 1);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher head = HEAD.matcher(line);
            if (head.matches()) {
                out.add(new Section(head.group(1), head.group(2), place, new LinkedHashMap<>()));
            } else if (Character.isWhitespace(line.charAt(0)) && !out.isEmpty()) {
                String[] pair = line.strip().split("\\s+", 2);
                out.get(out.size() - 1)
                        .values
                        .computeIfAbsent(pair[0], k -> new ArrayList<>())
                        .add(new Value(pair.length > 1 ? pair[1] : "1", place));
            } else {
                throw place.error(
                        "expected a section such as \"vnet: red\" or an indented key, found \"" + line + "\"");
            }
        }
        return out;
    }

    private void vnet(Section v) throws HostFileException {
        Section zone = zones.get(v.get("zone").text());
        if (zone == null) {
            throw v.get("zone")
                    .place()
                    .error("vnet " + v.id + " is in zone \"" + v.get("zone").text()
                            + "\", which zones.cfg does not have: name that file, too");
        }
        if (v.get("vlanaware").isYes()) {
            machine.left(
                    v.get("vlanaware").place(),
                    "VLANs of guests within vnet " + v.id,
                    "see dot1q-tunnel in" + " docs/linux/vlan.md");
        }
        if (v.get("isolate-ports").isYes()) {
            machine.left(
                    v.get("isolate-ports").place(),
                    "isolate-ports of vnet " + v.id,
                    "write macvlan: private at its ports");
        }
        if (zone.values.containsKey("nodes") && !zone.get("nodes").words().contains(machine.name)) {
            return;
        }
        machine.known(v.id).place = v.place;
        switch (zone.type) {
            case "simple" -> bridge(v);
            case "vlan" -> vlan(v, zone);
            case "vxlan" -> vxlan(v, zone);
            case "evpn" -> {
                vxlan(v, zone);
                machine.left(
                        zone.place,
                        "zone " + zone.id + " of type evpn",
                        "its VNets are meshed by VXLAN; join them by a"
                                + " router of Heddle, see docs/linux/routing.md. BGP with others has no counterpart");
            }
            default ->
                machine.left(
                        v.place,
                        "vnet " + v.id + " in zone " + zone.id + " of type " + zone.type,
                        "a VLAN within a VLAN is not taken over: see dot1q-tunnel in docs/linux/vlan.md");
        }
    }

    private Device bridge(Section v) throws HostFileException {
        Device d = machine.device(v.id, v.place);
        d.kind = Kind.BRIDGE;
        return d;
    }

    private void vlan(Section v, Section zone) throws HostFileException {
        Value below = zone.get("bridge");
        Value tag = v.get("tag");
        if (below.text().isEmpty()) {
            throw zone.place.error("a zone of type vlan needs bridge");
        }
        bridge(v);
        Device vlan = machine.device(shortened(v.id + ".v"), v.place);
        vlan.vlanOf(below, tag.number("tag", 1, VlanSet.LAST));
        vlan.master = new Value(v.id, tag.place());
        if (!machine.devices.containsKey(below.text())) {
            machine.device(below.text(), below.place()).kind = Kind.BRIDGE;
        }
    }

    private static String shortened(String name) {
        return name.length() <= 15 ? name : name.substring(name.length() - 15);
    }

    private void vxlan(Section v, Section zone) throws HostFileException {
        Device bridge = bridge(v);
        Value tag = v.get("tag");
        Device d = machine.device(shortened("vxlan_" + v.id), v.place);
        d.kind = Kind.TUNNEL;
        d.master = new Value(v.id, v.place);
        d.tunnel.put("type", new Value("vxlan", zone.place));
        tag.number("tag", 1, 0xffffff);
        d.tunnel.put("id", tag);
        if (zone.values.containsKey("vxlan-port")) {
            d.tunnel.put("dstport", zone.get("vxlan-port"));
        }
        for (String peer : zone.get("peers").words()) {
            Value remote = Addresses.address(new Value(peer, zone.get("peers").place()));
            Value local = machine.devices.values().stream()
                    .flatMap(x -> x.addresses.stream())
                    .filter(a -> Addresses.ip(a.text()).equals(peer))
                    .findFirst()
                    .orElse(null);
            if (local == null) {
                d.remotes.add(remote);
            } else {
                d.tunnel.put("local", new Value(peer, remote.place()));
            }
        }
        if (zone.values.containsKey("mtu")) {
            d.mtu = zone.get("mtu");
        } else {
            // Proxmox takes 50 bytes less than its devices have.
            d.mtu = new Value("1450", zone.place);
        }
        bridge.bridge.put("sdn", v.get("tag"));
    }

    private void subnet(Section s) throws HostFileException {
        String vnet = s.get("vnet").text();
        String cidr = s.id.replaceFirst("^[^-]*-", "").replaceFirst("-(\\d+)$", "/$1");
        if (!Addresses.isPrefix(cidr)) {
            throw s.place.error("expected a subnet such as zone1-10.0.0.0-24, found \"" + s.id + "\"");
        }
        Device bridge = machine.devices.get(vnet);
        if (bridge == null || !vnets.containsKey(vnet)) {
            return;
        }
        Section zone = zones.get(vnets.get(vnet).get("zone").text());
        Machine.Known known = machine.known(vnet);
        boolean first = known.subnet.isEmpty();
        if (!first) {
            machine.left(s.place, "subnet " + cidr + " of vnet " + vnet, "a network has one of each IP version");
        } else {
            known.subnet = Addresses.subnet(cidr).toString();
        }
        Value gateway = s.get("gateway");
        if (!gateway.text().isEmpty()) {
            Addresses.address(gateway);
            known.gateway = first ? gateway.text() : known.gateway;
            if (zone.type.matches("simple|evpn")) {
                bridge.addresses.add(Addresses.withLength(gateway, new Value(cidr.replaceFirst(".*/", ""), s.place)));
            }
        }
        if (s.get("snat").isYes() && s.values.containsKey("snat")) {
            machine.nats.add(new Machine.Nat(
                    Addresses.subnet(cidr).toString(),
                    vnet,
                    "",
                    "",
                    s.get("snat").place()));
        }
        Ranges ranges = new Ranges();
        for (Value r : s.values.getOrDefault("dhcp-range", List.of())) {
            Matcher m =
                    Pattern.compile("start-address=([^,]+),end-address=(.+)").matcher(r.text());
            if (!m.matches()) {
                throw r.place().error("expected dhcp-range start-address=ADDRESS,end-address=ADDRESS");
            }
            if (!Addresses.isV4(cidr)) {
                machine.left(
                        r.place(), "dhcp-range of " + cidr, "write it as range under dhcp, see docs/linux/dhcp.md");
            } else {
                ranges.add(new Value(m.group(1), r.place()), new Value(m.group(2), r.place()), cidr, gateway.text());
            }
        }
        if (!ranges.texts().isEmpty() && first) {
            known.dhcp.put("range", ranges.texts());
            machine.left(
                    s.place,
                    "dnsmasq of vnet " + vnet,
                    "Heddle hands out the addresses now: take dhcp from zone " + zone.id);
        }
    }
}
