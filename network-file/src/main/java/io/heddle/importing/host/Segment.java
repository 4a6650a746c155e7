package io.heddle.importing.host;

import java.util.LinkedHashSet;
import java.util.Set;

/** One VLAN of one bridge of one host, or the bridge's untagged frames. */
final class Segment {
    final Machine machine;
    final BridgeDraft bridge;
    /** The number on the wire, 0 for untagged. */
    final int vlan;
    /** How people call it, or "". */
    String hint = "";
    /** The VNI in which tunnels carry it between hosts of the import, 0 for none. */
    int vni;
    /** Whether the bridge tells it from others by a number that no wire has. */
    int assigned;

    final Set<Place> places = new LinkedHashSet<>();
    NetworkDraft network;

    Segment(Machine machine, BridgeDraft bridge, int vlan) {
        this.machine = machine;
        this.bridge = bridge;
        this.vlan = vlan;
    }

    /** The number within the bridge. */
    int number() {
        return assigned != 0 ? assigned : vlan;
    }

    /** Whether nothing leads out of the host. */
    boolean isLocal() {
        return !bridge.hasUplink && vni == 0;
    }
}
