package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tunnels. Those between hosts of one import become a {@code vni} and {@code tunnel-ip}s; those to others stay ports to
 * one far end.
 */
final class Meshes {
    private static final Set<String> TYPES = Set.of("vxlan", "geneve", "gre");
    private static final Map<String, String> OVS_NAMES = Map.of("gretap", "gre", "gre", "gre");
    private static final int LAST_VNI = 0xffffff;

    private final List<Layout> layouts;
    private final Map<Integer, Integer> assigned = new LinkedHashMap<>();
    /** The type of all meshed tunnels; "" for none. */
    private String type = "";

    private int dstPort;

    private Meshes(List<Layout> layouts) {
        this.layouts = layouts;
    }

    /** Settles all tunnels. The settings of the file's {@code tunnels}, without defaults. */
    static Map<String, Object> settle(List<Layout> layouts, FreeVlans free) throws HostFileException {
        Meshes meshes = new Meshes(layouts);
        for (Layout l : layouts) {
            for (Device d : List.copyOf(l.machine.devices.values())) {
                if (d.is(Kind.TUNNEL)) {
                    meshes.tunnel(l, d);
                }
            }
        }
        for (Layout l : layouts) {
            meshes.assign(l, free);
        }
        Map<String, Object> out = new LinkedHashMap<>();
        if (!meshes.type.isEmpty() && !meshes.type.equals("vxlan")) {
            out.put("type", meshes.type);
        }
        if (meshes.dstPort != 0) {
            out.put("dst-port", meshes.dstPort);
        }
        return out;
    }

    static String type(Device d) {
        Value type = d.tunnel.get("type");
        return type == null ? "" : OVS_NAMES.getOrDefault(type.text(), type.text());
    }

    static int id(Device d) throws HostFileException {
        Value id = d.tunnel.get("id");
        return id == null || !id.text().matches("\\d+") ? 0 : id.number("id", 0, LAST_VNI);
    }

    private void tunnel(Layout l, Device d) throws HostFileException {
        String kind = type(d);
        if (!TYPES.contains(kind)) {
            l.machine.left(d.place, "tunnel " + d.name + " of type " + kind, "Heddle has vxlan, geneve and gre");
            return;
        }
        Optional<Device> master = l.machine.find(d.master).filter(m -> m.is(Kind.BRIDGE));
        if (master.isEmpty()) {
            l.machine.left(d.place, "tunnel " + d.name, "it is on no bridge, so it stays as it is");
            return;
        }
        Spots.Spot spot = l.spots.of(master.get());
        boolean tagged = d.untagged > 0 && d.untagged != Spots.pvid(master.get());
        Segment segment = spot.bridge().segment(tagged ? d.untagged : spot.vlan(), d.place);
        int id = id(d);
        int peers = 0;
        for (Value remote : d.remotes) {
            Addresses.address(remote);
            Optional<Layout> peer = peer(l, kind, id, remote.text());
            if (peer.isPresent() && id > 0 && (type.isEmpty() || type.equals(kind))) {
                mesh(l, d, segment, id, kind);
                peer.get().tunnelIp = remote.text();
                peer.get().tunnelAt = remote.place();
                peers++;
            } else if (ownAddresses(l).contains(remote.text())) {
                // Lists of all peers name the host itself, too.
                peers++;
            } else {
                far(d, kind, id, remote, segment);
            }
        }
        if (d.tunnel.containsKey("group")) {
            Value group = d.tunnel.get("group");
            if (peersByGroup(l, kind, id) && id > 0) {
                mesh(l, d, segment, id, kind);
            } else {
                l.machine.left(
                        group.place(),
                        "multicast group " + group.text() + " of " + d.name,
                        "copies go to each host: import all hosts together, or write vni and tunnel-ip");
            }
        } else if (d.remotes.isEmpty() && peers == 0) {
            if (peersByGroup(l, kind, id) && id > 0) {
                mesh(l, d, segment, id, kind);
            } else {
                l.machine.left(
                        d.place,
                        "tunnel " + d.name,
                        "it names no far end: import all hosts together, or write" + " vni and tunnel-ip");
            }
        }
    }

    private void mesh(Layout l, Device d, Segment segment, int id, String kind) throws HostFileException {
        segment.vni = id;
        segment.places.add(d.place);
        type = kind;
        Value local = d.tunnel.get("local");
        if (l.tunnelIp.isEmpty()) {
            Optional<Value> address = local != null
                    ? Optional.of(local)
                    : l.machine.find(d.parent).flatMap(p -> p.addresses.stream().findFirst());
            Optional<String> own = address.map(a -> Addresses.ip(a.text()))
                    .filter(Addresses::isAddress)
                    .or(l::managementAddress);
            if (own.isPresent()) {
                l.tunnelIp = own.get();
                l.tunnelAt = address.map(Value::place).orElse(d.place);
            }
        }
        l.underlayMtu = Faults.below(l.machine, d).map(b -> b.mtu).orElse(null);
        Value port = d.tunnel.get("dstport");
        if (port != null) {
            int number = port.number("port", 0, 0xffff);
            int usual = kind.equals("geneve") ? 6081 : 4789;
            dstPort = number == usual || number == 0 ? dstPort : number;
        }
    }

    /** The host of the import that is a tunnel's far end. */
    private Optional<Layout> peer(Layout l, String kind, int id, String remote) throws HostFileException {
        for (Layout other : layouts) {
            if (other != l && ownAddresses(other).contains(remote) && has(other, kind, id)) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    private boolean peersByGroup(Layout l, String kind, int id) throws HostFileException {
        for (Layout other : layouts) {
            if (other != l && has(other, kind, id)) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(Layout l, String kind, int id) throws HostFileException {
        for (Device d : l.machine.devices.values()) {
            if (d.is(Kind.TUNNEL) && type(d).equals(kind) && id(d) == id) {
                return true;
            }
        }
        return false;
    }

    static Set<String> ownAddresses(Layout l) {
        Set<String> out = new HashSet<>();
        for (Device d : l.machine.devices.values()) {
            d.addresses.forEach(a -> out.add(Addresses.ip(a.text())));
            if (d.tunnel.containsKey("local")) {
                out.add(d.tunnel.get("local").text());
            }
        }
        return out;
    }

    private static void far(Device d, String kind, int id, Value remote, Segment segment) throws HostFileException {
        String name = d.name;
        for (int i = 2; segment.bridge.ports.containsKey(name); i++) {
            name = d.name.substring(0, Math.min(d.name.length(), 12)) + "-" + i;
        }
        PortDraft port = new PortDraft(name, d.place);
        segment.bridge.ports.put(name, port);
        segment.bridge.hasUplink = true;
        port.places.add(remote.place());
        port.head.put("type", kind);
        port.untagged = segment;
        port.tail.put("remote-ip", remote.text());
        Value local = d.tunnel.get("local");
        if (local != null && Addresses.isAddress(local.text())) {
            port.tail.put("local-ip", local.text());
        }
        if (id != 0) {
            port.tail.put("key", id);
        }
        Value dst = d.tunnel.get("dstport");
        if (dst != null
                && dst.number("port", 0, 0xffff) > 0
                && !kind.equals("gre")
                && !dst.text().equals(kind.equals("geneve") ? "6081" : "4789")) {
            port.tail.put("dst-port", dst.number("port", 1, 0xffff));
        }
    }

    /** A meshed network has a number within the bridge, and all meshed networks of a host are on one bridge. */
    private void assign(Layout l, FreeVlans free) throws HostFileException {
        BridgeDraft first = null;
        for (BridgeDraft b : List.copyOf(l.spots.bridges.values())) {
            List<Segment> meshed =
                    b.segments.values().stream().filter(s -> s.vni != 0).toList();
            if (meshed.isEmpty()) {
                continue;
            }
            for (Segment s : meshed) {
                if (s.vlan == 0) {
                    s.assigned = assigned.computeIfAbsent(s.vni, v -> free.take(v));
                }
            }
            if (first == null) {
                if (b.name.length() > Spots.LONGEST) {
                    throw b.place.error(
                            "bridge " + b.name + " has tunnels to hosts of the import, so its name may have "
                                    + Spots.LONGEST + " characters, for its tunnel port: rename it");
                }
                first = b;
            } else {
                b.moveInto(first, free);
                l.machine.left(
                        b.place,
                        "bridge " + b.name,
                        "its ports are on bridge " + first.name
                                + ", because a host has one tunnel port: attach its guests there, with the VLAN of their network");
            }
        }
    }
}
