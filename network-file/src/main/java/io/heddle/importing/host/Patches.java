package io.heddle.importing.host;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Patches between bridges of one host: what passes them is one network on both sides. */
final class Patches {
    /** One end, on its bridge. */
    private record End(BridgeDraft bridge, PortDraft port) {}

    private Patches() {}

    private static List<End> ends(Layout l) {
        List<End> out = new ArrayList<>();
        l.spots
                .bridges
                .values()
                .forEach(b -> b.ports.values().stream()
                        .filter(p -> "patch".equals(p.head.get("type")))
                        .forEach(p -> out.add(new End(b, p))));
        return out;
    }

    /** Takes out patches that a network file cannot have, and gives both bridges the VLANs that pass. */
    static void settle(Layout l) {
        for (End e : ends(l)) {
            End peer = peer(l, e);
            boolean translates = peer != null
                    && e.port.untagged != null
                    && peer.port.untagged != null
                    && e.port.untagged.vlan != peer.port.untagged.vlan;
            if (peer == null || peer.bridge == e.bridge || translates) {
                e.bridge.ports.remove(e.port.name);
                if (peer != null) {
                    peer.bridge.ports.remove(peer.port.name);
                }
                l.machine.left(
                        e.port.places.iterator().next(),
                        "patch " + e.port.name,
                        translates
                                ? "it joins different VLANs: renumber one of them"
                                : "its peer is on no other bridge");
            }
        }
        boolean more = true;
        for (int round = 0; more && round < 100; round++) {
            more = false;
            for (End e : ends(l)) {
                BridgeDraft other = peer(l, e).bridge;
                for (Map.Entry<Integer, Segment> s : List.copyOf(e.bridge.segments.entrySet())) {
                    boolean passes = s.getKey() != 0 && passes(e, peer(l, e), s.getKey());
                    if (passes && !other.segments.containsKey(s.getKey())) {
                        s.getValue().places.forEach(p -> other.segment(s.getKey(), p));
                        more = true;
                    }
                }
            }
        }
    }

    private static boolean passes(End a, End b, int vlan) {
        return a.port.tagged.contains(vlan) && b.port.tagged.contains(vlan);
    }

    private static End peer(Layout l, End e) {
        return ends(l).stream()
                .filter(o -> o.port.name.equals(e.port.head.get("peer")) && e.port.name.equals(o.port.head.get("peer")))
                .findFirst()
                .orElse(null);
    }

    /** All segments that patches join to one, with itself. */
    static Set<Segment> joined(Layout l, Segment s) {
        Set<Segment> out = new LinkedHashSet<>(List.of(s));
        Deque<Segment> todo = new ArrayDeque<>(out);
        List<End> ends = ends(l);
        while (!todo.isEmpty()) {
            Segment at = todo.remove();
            for (End e : ends) {
                End peer = e.bridge == at.bridge ? peer(l, e) : null;
                Segment next = peer == null
                        ? null
                        : e.port.untagged == at
                                ? peer.port.untagged
                                : at.vlan != 0 && passes(e, peer, at.vlan) ? peer.bridge.segments.get(at.vlan) : null;
                if (next != null && out.add(next)) {
                    todo.add(next);
                }
            }
        }
        return out;
    }
}
