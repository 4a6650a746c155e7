package io.heddle.importing.host;

import com.google.common.net.InetAddresses;
import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The bridges and ports of one host, as the network file will have them. */
final class Layout {
    /** VLANs of one port that become networks although no port is in them alone; more stay numbers. */
    private static final int MOST_NAMED = 8;

    final Machine machine;
    final Spots spots;
    /** The segments in which the host itself has devices, by the names of the devices. */
    final Map<String, Segment> segments = new LinkedHashMap<>();
    /** The names of the ports that stand for devices of the host. */
    final Map<String, PortDraft> own = new HashMap<>();
    /** The address by which other hosts send to this one's tunnels; "" for none. */
    String tunnelIp = "";

    Place tunnelAt;
    /** The MTU of the device that tunnels leave by; null if no file says it. */
    Value underlayMtu;

    private Layout(Machine machine) {
        this.machine = machine;
        spots = new Spots(machine);
    }

    static Layout of(Machine machine) throws HostFileException {
        Layout layout = new Layout(machine);
        layout.build();
        return layout;
    }

    private void build() throws HostFileException {
        List<Device> devices = new ArrayList<>(machine.devices.values());
        for (Device d : devices) {
            if (d.is(Kind.BRIDGE)) {
                Spots.Spot spot = spots.of(d);
                segments.put(d.name, segment(spot, d.place));
                if (!spot.bridge().name.equals(d.name)) {
                    segments.get(d.name).hint = d.name;
                }
            }
        }
        for (Device d : devices) {
            if (d.is(Kind.NIC) || d.is(Kind.BOND)) {
                uplink(d);
            }
        }
        for (Device d : devices) {
            if (d.is(Kind.INTERNAL) || d.is(Kind.PATCH) || d.is(Kind.SOFT)) {
                small(d);
            }
        }
        for (Device d : devices) {
            if (d.is(Kind.BRIDGE)) {
                new BridgeSettings(d, spots.of(d).bridge(), machine).read();
                address(d, segments.get(d.name), d.name);
            } else if (d.is(Kind.VLAN)) {
                vlanDevice(d);
            }
        }
        for (Guest g : machine.guests) {
            guest(g);
        }
        Patches.settle(this);
    }

    private static Segment segment(Spots.Spot spot, Place place) {
        return spot.bridge().segment(spot.vlan(), place);
    }

    private PortDraft port(BridgeDraft bridge, String name, Place place) {
        return bridge.ports.computeIfAbsent(name, n -> new PortDraft(n, place));
    }

    private void uplink(Device d) throws HostFileException {
        Optional<Device> master = machine.find(d.master);
        if (master.isPresent() && !master.get().is(Kind.BRIDGE)) {
            return;
        }
        Optional<Spots.Spot> home = spots.home(d);
        if (home.isEmpty()) {
            alone(d);
            return;
        }
        BridgeDraft bridge = home.get().bridge();
        PortDraft port;
        if (d.is(Kind.BOND)) {
            List<String> members = members(d);
            if (members.isEmpty()) {
                machine.left(d.place, "bond " + d.name, "it has no members");
                return;
            }
            port = port(bridge, members.size() == 1 ? members.get(0) : d.name, d.place);
            if (members.size() > 1) {
                port.head.put("bond", Bonds.value(d, members, machine));
            } else {
                machine.left(d.place, "bond " + d.name, "it has one member, so that is the port");
            }
        } else {
            port = port(bridge, d.name, d.place);
        }
        port.uplink = true;
        bridge.hasUplink = true;
        if (master.isPresent()) {
            port.places.add(d.master.place());
            carried(d, master.get(), home.get(), port);
        } else if (d.hasAddress()) {
            port.untagged = bridge.segment(0, d.place);
        }
        childVlans(d, master, home.get(), port);
        if (master.isEmpty() && d.hasAddress()) {
            segments.put(d.name, port.untagged);
            address(d, port.untagged, bridge.name);
        }
        if (master.isPresent()
                && d.mtu != null
                && !machine.find(d.master).orElseThrow().hasAddress()) {
            int mtu = d.mtu.number("mtu", 68, 0xffff);
            if (mtu != 1500) {
                port.tail.put("mtu-request", mtu);
            }
        }
    }

    private List<String> members(Device bond) {
        return machine.devices.values().stream()
                .filter(m -> m.master != null && m.master.text().equals(bond.name) && m != bond)
                .map(m -> m.name)
                .sorted()
                .toList();
    }

    /** A NIC that is on no bridge belongs to the host alone. */
    private void alone(Device d) {
        if (d.hasAddress() && d.master == null) {
            machine.left(
                    d.place,
                    d.name + " with "
                            + (d.addresses.isEmpty()
                                    ? "DHCP"
                                    : d.addresses.get(0).text()),
                    "it is on no bridge, so it stays as it is");
        } else if (d.is(Kind.BOND) && d.master == null) {
            machine.left(d.place, "bond " + d.name, "it is on no bridge, so it stays as it is");
        }
    }

    /** What a port of a bridge carries. */
    private void carried(Device d, Device master, Spots.Spot home, PortDraft port) throws HostFileException {
        BridgeDraft bridge = home.bridge();
        Segment whole = segment(home, d.place);
        if (d.carriedAt != null) {
            port.places.add(d.carriedAt);
        }
        port.nativeTagged = d.bridge.containsKey("native-tagged");
        int pvid = Spots.pvid(master);
        if (d.bridge.containsKey("no-untagged")) {
            port.untagged = null;
        } else if (d.untagged > 0 && d.untagged != pvid) {
            port.untagged = bridge.segment(d.untagged, d.carriedAt);
        } else {
            port.untagged = whole;
        }
        if (d.tagged != null) {
            port.tagged = d.tagged;
        } else if (master.ovs) {
            port.tagged = d.untagged > 0 ? VlanSet.NONE : VlanSet.ALL;
        } else if (master.isVlanAware() && master.bridge.containsKey("vids")) {
            Value vids = master.bridge.get("vids");
            port.tagged = VlanSet.parse(vids).without(VlanSet.of(Math.max(pvid, 1)));
            port.places.add(vids.place());
        }
        for (int v : port.tagged.numbers().size() <= MOST_NAMED ? port.tagged.numbers() : List.<Integer>of()) {
            bridge.segment(v, port.places.iterator().next());
        }
    }

    /** Adds the VLANs that devices and guests on top of a NIC have. */
    private void childVlans(Device nic, Optional<Device> master, Spots.Spot home, PortDraft port) {
        for (Device v : spots.vlansOf(nic)) {
            if (v.master != null || v.hasAddress()) {
                add(port, home.bridge(), v.vlan, v.place);
            }
        }
        if (master.isEmpty() || master.get().isVlanAware() || home.vlan() != 0) {
            return;
        }
        for (Device v : spots.vlansOf(master.get())) {
            add(port, home.bridge(), v.vlan, v.place);
        }
        for (Guest g : machine.guests) {
            if (g.tag() != 0 && g.bridge().equals(master.get().name)) {
                add(port, home.bridge(), g.tag(), g.place());
            }
        }
    }

    private static void add(PortDraft port, BridgeDraft bridge, int vlan, Place place) {
        if (port.untagged != null && port.untagged.vlan == vlan) {
            return;
        }
        port.tagged = port.tagged.and(VlanSet.of(vlan));
        bridge.segment(vlan, place);
    }

    /** Internal ports, patches, and devices that somebody else makes. */
    private void small(Device d) throws HostFileException {
        Optional<Device> master = machine.find(d.master).filter(m -> m.is(Kind.BRIDGE));
        if (master.isEmpty()) {
            if (d.master != null) {
                machine.left(d.place, d.name, "there is no bridge " + d.master.text());
            }
            return;
        }
        Spots.Spot home = spots.of(master.get());
        PortDraft port = port(home.bridge(), d.name, d.place);
        if (d.is(Kind.PATCH) && (d.peer == null || !machine.devices.containsKey(d.peer.text()))) {
            home.bridge().ports.remove(d.name);
            machine.left(
                    d.place,
                    "patch " + d.name,
                    "its peer " + (d.peer == null ? "is missing" : d.peer.text() + " is not described")
                            + ": write both ends with type: patch");
            return;
        }
        carried(d, master.get(), home, port);
        if (d.is(Kind.PATCH)) {
            port.head.put("type", "patch");
            port.head.put("peer", d.peer.text());
            home.bridge().hasUplink = true;
            return;
        }
        port.guest = d.is(Kind.SOFT);
        if (d.is(Kind.INTERNAL)) {
            port.head.put("type", "internal");
            if (d.carriedAt == null) {
                port.tagged = VlanSet.NONE;
            }
            segments.put(d.name, port.untagged);
            own.put(d.name, port);
            addresses(d, port);
        }
    }

    /** Gives the host its port, if a device has an address. */
    private void address(Device d, Segment segment, String name) throws HostFileException {
        if (!d.hasAddress()) {
            return;
        }
        PortDraft port = port(segment.bridge, name, d.place);
        port.head.put("type", "internal");
        port.untagged = segment;
        own.put(d.name, port);
        addresses(d, port);
    }

    private void addresses(Device d, PortDraft port) throws HostFileException {
        if (d.mac != null && d.mac.text().matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}")) {
            port.tail.put("mac", d.mac.text().toLowerCase(Locale.ROOT));
            if (!port.name.equals(d.name) || !d.is(Kind.BRIDGE)) {
                port.tail.put("guard", List.of());
            }
        }
        if (!d.addresses.isEmpty()) {
            port.tail.put(
                    "address", d.addresses.stream().map(Value::text).distinct().toList());
            d.addresses.forEach(a -> port.places.add(a.place()));
        }
        if (d.dhcp != null) {
            port.places.add(d.dhcp);
            port.remarks.add("asks for its address by DHCP");
        }
        if (d.mtu != null) {
            int mtu = d.mtu.number("mtu", 68, 0xffff);
            if (mtu != 1500) {
                port.tail.put("mtu-request", mtu);
            }
        }
    }

    /** A VLAN device with an address of the host becomes an internal port. */
    private void vlanDevice(Device d) throws HostFileException {
        if (d.master != null || !d.hasAddress()) {
            return;
        }
        Optional<Device> below = machine.find(d.parent);
        Optional<Spots.Spot> home = below.isEmpty()
                ? Optional.empty()
                : below.get().is(Kind.BRIDGE) ? Optional.of(spots.of(below.get())) : spots.home(below.get());
        if (home.isEmpty() || below.get().is(Kind.BRIDGE) && home.get().vlan() != 0) {
            machine.left(
                    d.place,
                    d.name
                            + (d.addresses.isEmpty()
                                    ? ""
                                    : " with " + d.addresses.get(0).text()),
                    "what is below it is on no bridge, so it stays as it is");
            return;
        }
        boolean isPvid = below.get().is(Kind.BRIDGE) && d.vlan == Spots.pvid(below.get());
        Segment segment = home.get().bridge().segment(isPvid ? 0 : d.vlan, d.place);
        segments.put(d.name, segment);
        String name = d.name.replace('.', '-');
        address(d, segment, name);
        if (!name.equals(d.name)) {
            own.get(d.name).remarks.add("was " + d.name + ", of which ifupdown would make a VLAN");
        }
    }

    private void guest(Guest g) {
        Device bridge = machine.devices.get(g.bridge());
        if (bridge == null || !bridge.is(Kind.BRIDGE)) {
            machine.left(
                    g.place(), g.port() + " on " + g.bridge(), "no file describes this bridge: name that file, too");
            return;
        }
        Spots.Spot home = spots.of(bridge);
        if (home.vlan() != 0 && g.tag() != 0) {
            machine.left(
                    g.place(),
                    g.port() + " with tag " + g.tag() + " in VLAN " + home.vlan(),
                    "a VLAN within a VLAN is not taken over: see dot1q-tunnel in docs/linux/vlan.md");
            return;
        }
        PortDraft port = port(home.bridge(), g.port(), g.place());
        port.guest = true;
        int tag = g.tag() == Spots.pvid(bridge) ? 0 : g.tag();
        port.untagged = tag != 0 ? home.bridge().segment(tag, g.place()) : segment(home, g.place());
        if (g.trunks() != null) {
            port.tagged = g.trunks();
            g.trunks().numbers().stream()
                    .limit(MOST_NAMED)
                    .forEach(v -> home.bridge().segment(v, g.place()));
        } else if (g.tag() == 0 && bridge.isVlanAware() && home.vlan() == 0) {
            port.tagged = bridge.ovs ? VlanSet.ALL : vids(bridge);
            if (!port.tagged.isEmpty()) {
                machine.left.add(
                        g.place() + ": Note: " + g.port() + " has no tag, so the guest may send into every VLAN"
                                + " of " + g.bridge() + ": write access: " + g.bridge() + " instead, if it does not");
            }
        }
        if (!g.mac().isEmpty()) {
            port.tail.put("mac", g.mac());
        }
        if (!g.addresses().isEmpty() && port.tagged.isEmpty()) {
            port.tail.put("address", g.addresses());
            port.tail.put("guard", List.of());
        }
    }

    private static VlanSet vids(Device bridge) {
        try {
            return bridge.bridge.containsKey("vids") ? VlanSet.parse(bridge.bridge.get("vids")) : VlanSet.NONE;
        } catch (HostFileException e) {
            return VlanSet.NONE;
        }
    }

    /** The address by which the host is reached: that of the device with the default route, or else the first one. */
    Optional<String> managementAddress() {
        Set<Device> all = new LinkedHashSet<>();
        machine.devices.values().stream().filter(d -> !d.gateways.isEmpty()).forEach(all::add);
        all.addAll(machine.devices.values());
        return all.stream()
                .flatMap(d -> d.addresses.stream())
                .map(a -> InetAddresses.toAddrString(InetAddresses.forString(Addresses.ip(a.text()))))
                .findFirst();
    }
}
