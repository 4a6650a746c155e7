package io.heddle.importing.host;

import java.util.BitSet;
import java.util.List;

/** The VLAN numbers that no host of the import uses. */
final class FreeVlans {
    private final BitSet used = new BitSet();

    FreeVlans(List<Layout> layouts) {
        used.set(0);
        for (Layout l : layouts) {
            for (BridgeDraft b : l.spots.bridges.values()) {
                b.segments.keySet().forEach(used::set);
            }
        }
    }

    /** Takes this number if it is a free VLAN, otherwise the highest free one. */
    int take(int wanted) {
        boolean free = wanted > 0 && wanted <= VlanSet.LAST && !used.get(wanted);
        int number = free ? wanted : Math.max(1, used.previousClearBit(VlanSet.LAST));
        used.set(number);
        return number;
    }
}
