package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the bridges of a host go. A NIC is in one bridge only. So a bridge per VLAN ({@code br200} on {@code bond0.200})
 * becomes a VLAN of the bridge that has the NIC.
 */
final class Spots {
    /** The longest name of a bridge, so that its tunnel port has a name, too. */
    static final int LONGEST = 12;

    /** A bridge of the file, and the VLAN in it that a device stands for. */
    record Spot(BridgeDraft bridge, int vlan) {}

    private final Machine machine;
    final Map<String, BridgeDraft> bridges = new LinkedHashMap<>();
    private final Map<String, Spot> spots = new HashMap<>();
    private final Set<String> open = new LinkedHashSet<>();

    Spots(Machine machine) {
        this.machine = machine;
    }

    List<Device> portsOf(Device bridge) {
        return machine.devices.values().stream()
                .filter(d -> d.master != null && d.master.text().equals(bridge.name) && d != bridge)
                .toList();
    }

    private Optional<Device> masterBridge(Device d) {
        return machine.find(d.master).filter(m -> m.is(Kind.BRIDGE));
    }

    private BridgeDraft draft(String name, Place place) {
        return bridges.computeIfAbsent(name, n -> new BridgeDraft(machine, n, place));
    }

    /** The VLAN that untagged frames of a VLAN-aware bridge of Linux have inside; 0 for other bridges. */
    static int pvid(Device bridge) {
        Value given = bridge.bridge.get("pvid");
        return bridge.ovs || !bridge.isVlanAware()
                ? 0
                : given != null && given.text().matches("\\d{1,4}") ? Integer.parseInt(given.text()) : 1;
    }

    /** Where a bridge of the host goes. */
    Spot of(Device bridge) {
        Spot known = spots.get(bridge.name);
        if (known != null) {
            return known;
        }
        if (!open.add(bridge.name)) {
            return new Spot(draft(bridge.name, bridge.place), 0);
        }
        Spot spot = find(bridge);
        open.remove(bridge.name);
        spots.put(bridge.name, spot);
        return spot;
    }

    private Spot find(Device bridge) {
        List<Device> ports = portsOf(bridge);
        List<Device> vlans = ports.stream()
                .filter(p ->
                        p.is(Kind.VLAN) && !bridge.ovs && machine.find(p.parent).isPresent())
                .toList();
        if (vlans.isEmpty()) {
            return new Spot(draft(bridge.name, bridge.place), 0);
        }
        Device first = vlans.get(0);
        vlans.stream()
                .filter(v -> v.vlan != first.vlan)
                .forEach(v -> machine.left(
                        v.place,
                        v.name + " in " + bridge.name + ", which has " + first.name,
                        "one network cannot be VLAN " + first.vlan + " here and " + v.vlan
                                + " there: renumber one of them"));
        boolean direct = ports.stream().anyMatch(p -> p.is(Kind.NIC) || p.is(Kind.BOND));
        if (direct) {
            return new Spot(draft(bridge.name, bridge.place), first.vlan);
        }
        Device below = machine.find(first.parent).orElseThrow();
        Optional<Spot> root = root(below, bridge);
        if (root.isEmpty()) {
            machine.left(
                    first.place,
                    first.name + " in " + bridge.name,
                    "a VLAN within " + below.name + " is not taken over: see dot1q-tunnel in docs/linux/vlan.md");
            return new Spot(draft(bridge.name, bridge.place), 0);
        }
        int vlan = below.is(Kind.BRIDGE) && first.vlan == pvid(below) ? 0 : first.vlan;
        return new Spot(root.get().bridge, vlan);
    }

    /** Where the device below a VLAN goes. @param asking the bridge that has the VLAN */
    private Optional<Spot> root(Device below, Device asking) {
        if (below.is(Kind.BRIDGE)) {
            return Optional.of(of(below)).filter(s -> s.vlan == 0);
        }
        if (!below.is(Kind.NIC) && !below.is(Kind.BOND)) {
            return Optional.empty();
        }
        Optional<Device> master = masterBridge(below).filter(m -> m != asking);
        if (master.isPresent()) {
            return Optional.of(of(master.get()));
        }
        Set<String> users = new LinkedHashSet<>();
        boolean addressed = below.hasAddress();
        for (Device v : vlansOf(below)) {
            masterBridge(v).ifPresent(m -> users.add(m.name));
            addressed |= v.hasAddress() && v.master == null;
        }
        if (users.size() == 1 && !addressed) {
            return Optional.of(new Spot(draft(asking.name, asking.place), 0));
        }
        String name = "br-" + below.name;
        name = name.substring(0, Math.min(LONGEST, name.length()));
        return Optional.of(
                new Spot(draft(machine.devices.containsKey(name) ? "ovs-" + name.substring(3) : name, below.place), 0));
    }

    List<Device> vlansOf(Device below) {
        return machine.devices.values().stream()
                .filter(d ->
                        d.is(Kind.VLAN) && d.parent != null && d.parent.text().equals(below.name))
                .toList();
    }

    /** The bridge that has a NIC or bond: its own one, or the one of its VLANs. */
    Optional<Spot> home(Device nic) {
        Optional<Device> master = masterBridge(nic);
        if (master.isPresent()) {
            return Optional.of(of(master.get()));
        }
        if (nic.master != null) {
            return Optional.empty();
        }
        for (Device v : vlansOf(nic)) {
            Optional<Device> user = masterBridge(v).filter(m -> !m.ovs);
            if (user.isPresent()) {
                return Optional.of(new Spot(of(user.get()).bridge, 0));
            }
        }
        return Optional.empty();
    }
}
