package io.heddle.apps.vlan;

import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import java.util.ArrayList;
import java.util.List;

/** Splits a range of VLANs into the fewest masked matches: 200-299 becomes six, not a hundred. */
final class VlanMasks {
    private static final int VLANS = 0x1000;

    private VlanMasks() {}

    static List<Masked> of(Port.VlanRange range) {
        if (range.equals(Port.VlanRange.ALL)) {
            return List.of(VlanApp.TAGGED);
        }
        List<Masked> out = new ArrayList<>();
        int next = range.first();
        while (next <= range.last()) {
            int size = next == 0 ? VLANS : Integer.lowestOneBit(next);
            while (next + size - 1 > range.last()) {
                size >>= 1;
            }
            out.add(Masked.of(Field.VLAN_PRESENT | next, Field.VLAN_PRESENT | VLANS - size));
            next += size;
        }
        return out;
    }
}
