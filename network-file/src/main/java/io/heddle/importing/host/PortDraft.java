package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A port of the file that is being written. */
final class PortDraft {
    final String name;
    /** What comes before the VLANs: type, bond, peer. */
    final Map<String, Object> head = new LinkedHashMap<>();
    /** What comes after the VLANs. */
    final Map<String, Object> tail = new LinkedHashMap<>();
    /** The segment of untagged frames, or null. */
    Segment untagged;
    /** The VLANs of tagged frames, by their numbers on the wire. */
    VlanSet tagged = VlanSet.NONE;

    boolean nativeTagged;
    /** Whether the port leads to a switch outside. */
    boolean uplink;
    /** Whether the device belongs to a guest, which is no switch. */
    boolean guest;
    /** Remarks for the comment behind the port. */
    final List<String> remarks = new ArrayList<>();

    final Set<Place> places = new LinkedHashSet<>();

    PortDraft(String name, Place place) {
        this.name = name;
        places.add(place);
    }

    /** The port as the file says it, after all networks have names. */
    Map<String, Object> value(BridgeDraft bridge) {
        Map<String, Object> out = new LinkedHashMap<>(head);
        List<Object> trunk = trunk(bridge);
        if (trunk.isEmpty() && untagged != null) {
            out.put("access", untagged.network.name);
            if (uplink && !head.containsKey("bond")) {
                out.put("uplink", true);
            }
        } else if (!trunk.isEmpty()) {
            out.put("trunk", trunk.get(0).equals("all") ? "all" : trunk);
            if (untagged != null) {
                out.put("native", untagged.network.name);
                if (nativeTagged) {
                    out.put("vlan-mode", "native-tagged");
                }
            }
            if (guest) {
                out.put("uplink", false);
            }
        }
        out.putAll(tail);
        return out;
    }

    private List<Object> trunk(BridgeDraft bridge) {
        if (tagged.isEmpty()) {
            return List.of();
        }
        BridgeDraft home = bridge.home();
        boolean assigned = home.machineSegments().stream().anyMatch(s -> s.assigned != 0);
        if (tagged.isAll() && !assigned && !"patch".equals(head.get("type"))) {
            return List.of("all");
        }
        VlanSet rest = tagged;
        List<Object> out = new ArrayList<>();
        Set<Segment> own = new LinkedHashSet<>(bridge.segments.values());
        for (Segment s : own) {
            if (s.vlan != 0 && tagged.contains(s.vlan)) {
                if (s != untagged) {
                    out.add(s.network.name);
                }
                rest = rest.without(VlanSet.of(s.vlan));
            }
        }
        for (Segment s : home.machineSegments()) {
            // Numbers that only the bridge knows stay within it.
            if (s.assigned != 0 || !own.contains(s) && s.vlan != 0) {
                rest = rest.without(VlanSet.of(s.number()));
            }
        }
        for (int[] r : rest.ranges()) {
            out.add(r[0] == r[1] ? (Object) r[0] : r[0] + "-" + r[1]);
        }
        return out;
    }
}
