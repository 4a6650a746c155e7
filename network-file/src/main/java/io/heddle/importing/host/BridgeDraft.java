package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A bridge of the file that is being written. */
final class BridgeDraft {
    final Machine machine;
    final String name;
    Place place;
    /** Whether one of its ports leads out of the host, other than by a tunnel. */
    boolean hasUplink;
    /** The bridge that has this one's ports instead of it, or null. */
    BridgeDraft into;

    final Map<String, Object> settings = new LinkedHashMap<>();
    final Map<String, PortDraft> ports = new LinkedHashMap<>();
    /** The segments by their numbers on the wire. */
    final Map<Integer, Segment> segments = new TreeMap<>();

    BridgeDraft(Machine machine, String name, Place place) {
        this.machine = machine;
        this.name = name;
        this.place = place;
    }

    Segment segment(int vlan, Place at) {
        Segment s = segments.computeIfAbsent(vlan, v -> new Segment(machine, this, v));
        s.places.add(at);
        return s;
    }

    /** The bridges whose ports this one has, with itself. */
    final List<BridgeDraft> parts = new ArrayList<>(List.of(this));

    /** Lets another bridge have the ports of this one. Untagged frames get a number there that tells them from others. */
    void moveInto(BridgeDraft other, FreeVlans free) {
        BridgeDraft target = other.home();
        if (target == this || into != null) {
            return;
        }
        for (Segment s : machineSegments()) {
            boolean taken = target.machineSegments().stream().anyMatch(t -> t.number() == s.number());
            if (s.number() == 0 || taken) {
                s.assigned = free.take(s.vlan);
            }
        }
        into = target;
        target.parts.addAll(parts);
    }

    /** All segments of the bridge of the file. */
    List<Segment> machineSegments() {
        return home().parts.stream().flatMap(b -> b.segments.values().stream()).toList();
    }

    /** The bridge of the file. */
    BridgeDraft home() {
        return into == null ? this : into.home();
    }
}
