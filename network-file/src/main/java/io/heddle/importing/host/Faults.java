package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The classic faults of hosts' networks, found in their files. */
final class Faults {
    private static final int VXLAN_BYTES = 50;
    private static final int GRE_BYTES = 42;
    private static final int USUAL_MTU = 1500;

    /** A fault, with what to do about it. */
    record Fault(Place place, String message) {
        @Override
        public String toString() {
            return place + ": " + message;
        }
    }

    private final Machine machine;
    private final List<Fault> found = new ArrayList<>();

    private Faults(Machine machine) {
        this.machine = machine;
    }

    static List<Fault> of(Machine machine) throws HostFileException {
        Faults faults = new Faults(machine);
        faults.twoDefaultRoutes();
        for (Device d : machine.devices.values()) {
            faults.nativeIsTagged(d);
            faults.addressInside(d);
            faults.bondNeedsSwitch(d);
            faults.tunnelMtu(d);
            faults.notCarried(d);
        }
        return faults.found;
    }

    private void add(Place place, String message) {
        found.add(new Fault(place, message));
    }

    private void twoDefaultRoutes() {
        Map<Boolean, Value> first = new LinkedHashMap<>();
        Map<Boolean, Device> on = new LinkedHashMap<>();
        for (Device d : machine.devices.values()) {
            for (Value g : d.gateways) {
                boolean v4 = Addresses.isV4(g.text());
                Value before = first.putIfAbsent(v4, g);
                on.putIfAbsent(v4, d);
                if (before != null && on.get(v4) != d) {
                    add(
                            g.place(),
                            "a second default gateway " + g.text() + " on " + d.name + ", besides " + before.text()
                                    + " on " + on.get(v4).name + " (" + before.place()
                                    + "): the host takes either, so answers may"
                                    + " leave by the wrong one. Keep one, and write routes for the rest");
                }
            }
        }
    }

    private void nativeIsTagged(Device d) throws HostFileException {
        if (d.untagged > 0
                && d.tagged != null
                && d.tagged.contains(d.untagged)
                && !d.tagged.isAll()
                && !d.bridge.containsKey("native-tagged")) {
            add(
                    d.carriedAt,
                    "VLAN " + d.untagged + " of " + d.name + " is both the native VLAN and tagged: one end sends"
                            + " without the tag what the other expects with it. Take " + d.untagged
                            + " out of the tagged ones");
        }
        Optional<Device> below = d.is(Kind.VLAN) ? machine.find(d.parent) : Optional.empty();
        for (Value a : d.addresses) {
            Optional<Device> bare = below.isEmpty()
                    ? Optional.empty()
                    : below.flatMap(b -> b.master == null ? Optional.of(b) : machine.find(b.master));
            if (bare.isPresent()
                    && bare.get().addresses.stream()
                            .anyMatch(o -> Addresses.subnet(o.text()).equals(Addresses.subnet(a.text())))) {
                add(
                        a.place(),
                        d.name + " has " + a.text() + " tagged, and " + bare.get().name + " has the same subnet"
                                + " untagged: the native VLAN of the switch is also tagged here. Keep one of them");
            }
        }
    }

    private void addressInside(Device d) {
        Optional<Device> master = machine.find(d.master);
        if (master.isEmpty() || d.is(Kind.INTERNAL) || !d.hasAddress()) {
            return;
        }
        Place place = d.addresses.isEmpty() ? d.dhcp : d.addresses.get(0).place();
        add(
                place,
                (d.addresses.isEmpty()
                                ? "DHCP"
                                : "address " + d.addresses.get(0).text()) + " on " + d.name + ", which is in "
                        + master.get().name + " (" + d.master.place() + "): frames go to " + master.get().name
                        + ", so the host does not answer there. Move it to " + master.get().name);
    }

    private void bondNeedsSwitch(Device d) {
        if (!d.is(Kind.BOND)) {
            return;
        }
        Place place = d.bond.containsKey("mode") ? d.bond.get("mode").place() : d.place;
        Value lacp = d.bond.get("lacp");
        switch (Bonds.mode(d)) {
            case "802.3ad", "balance-tcp" ->
                add(
                        place,
                        "bond " + d.name + " needs LACP on the switch: one port channel for"
                                + " its ports, in mode active or passive"
                                + (d.ovs && lacp == null
                                        ? "; here, LACP is off, so" + " balance-tcp carries nothing: add lacp=active"
                                        : ""));
            case "balance-rr", "balance-xor", "broadcast" ->
                add(
                        place,
                        "bond " + d.name + " in mode " + Bonds.mode(d)
                                + " needs a static port channel on the switch, without LACP; otherwise the switch sees one MAC move"
                                + " between ports");
            default -> {
                // These modes work with any switch.
            }
        }
    }

    private void tunnelMtu(Device d) throws HostFileException {
        if (!d.is(Kind.TUNNEL) || d.master == null) {
            return;
        }
        int underlay = underlayMtu(d);
        int bytes = Meshes.type(d).equals("gre") ? GRE_BYTES : VXLAN_BYTES;
        Value set =
                d.mtu != null ? d.mtu : machine.find(d.master).map(m -> m.mtu).orElse(null);
        if (set != null && set.number("mtu", 68, 0xffff) > underlay - bytes) {
            add(
                    set.place(),
                    "MTU " + set.text() + " of " + d.name + " does not fit: the network below carries " + underlay
                            + ", and the tunnel takes " + bytes + ". Set " + (underlay - bytes)
                            + " here and in the guests, or raise the one below to "
                            + (Integer.parseInt(set.text()) + bytes));
        } else if (set == null && underlay < USUAL_MTU + bytes) {
            add(
                    d.place,
                    "nothing sets the MTU of " + d.name + " and its guests: " + (underlay - bytes) + " fit, and"
                            + " guests have " + USUAL_MTU
                            + ". Large packets vanish. Heddle sets its own ports' MTU; set it in the"
                            + " guests, or raise the network below to " + (USUAL_MTU + bytes));
        }
    }

    /** The MTU of the device that a tunnel leaves by. */
    private int underlayMtu(Device tunnel) throws HostFileException {
        Optional<Device> by = below(machine, tunnel);
        return by.isPresent() && by.get().mtu != null ? by.get().mtu.number("mtu", 68, 0xffff) : USUAL_MTU;
    }

    /** The device that a tunnel leaves by. */
    static Optional<Device> below(Machine machine, Device tunnel) {
        Value local = tunnel.tunnel.get("local");
        return machine.find(tunnel.parent)
                .or(() -> machine.devices.values().stream()
                        .filter(d -> local != null
                                && d.addresses.stream()
                                        .anyMatch(a -> Addresses.ip(a.text()).equals(local.text())))
                        .findFirst());
    }

    /** An address of the host in a VLAN that no port of the bridge carries out. */
    private void notCarried(Device d) throws HostFileException {
        Optional<Device> bridge = d.is(Kind.VLAN) ? machine.find(d.parent) : machine.find(d.master);
        boolean own = d.is(Kind.VLAN) || d.is(Kind.INTERNAL);
        int vlan = d.is(Kind.VLAN) ? d.vlan : Math.max(d.untagged, 0);
        if (!own
                || !d.hasAddress()
                || vlan == 0
                || bridge.isEmpty()
                || !bridge.get().is(Kind.BRIDGE)
                || !bridge.get().isVlanAware()
                || vlan == Spots.pvid(bridge.get())) {
            return;
        }
        List<Device> uplinks = machine.devices.values().stream()
                .filter(u -> (u.is(Kind.NIC) || u.is(Kind.BOND))
                        && u.master != null
                        && u.master.text().equals(bridge.get().name))
                .toList();
        for (Device u : uplinks) {
            VlanSet carried = u.tagged != null
                    ? u.tagged
                    : bridge.get().ovs
                            ? (u.untagged > 0 ? VlanSet.NONE : VlanSet.ALL)
                            : bridge.get().bridge.containsKey("vids")
                                    ? VlanSet.parse(bridge.get().bridge.get("vids"))
                                    : VlanSet.NONE;
            if (carried.contains(vlan) || u.untagged == vlan) {
                return;
            }
        }
        if (!uplinks.isEmpty()) {
            Place place = d.addresses.isEmpty() ? d.dhcp : d.addresses.get(0).place();
            add(
                    place,
                    d.name + " is in VLAN " + vlan + ", which " + uplinks.get(0).name
                            + " does not carry: nobody outside"
                            + " reaches the host there. Add " + vlan + " to the VLANs of " + bridge.get().name
                            + (bridge.get().ovs ? "'s port (trunks)" : " (bridge-vids)"));
        }
    }
}
