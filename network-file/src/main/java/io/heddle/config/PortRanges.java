package io.heddle.config;

import io.heddle.flows.program.Masked;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Sets of TCP, UDP or SCTP ports as matches: entries of a switch compare bits, and know no ranges. */
final class PortRanges {
    private static final int ALL = 0x10000;

    private PortRanges() {}

    /** The fewest masks that match exactly these ports. No two of them match the same port. */
    static List<Masked> masks(BitSet ports) {
        List<Masked> out = new ArrayList<>();
        for (int from = ports.nextSetBit(0); from >= 0; from = ports.nextSetBit(from)) {
            int to = ports.nextClearBit(from);
            while (from < to) {
                // The largest block that begins here: its size is a power of two, and its start a multiple of it.
                int size = Math.min(from == 0 ? ALL : Integer.lowestOneBit(from), Integer.highestOneBit(to - from));
                out.add(Masked.of(from, ALL - size));
                from += size;
            }
        }
        return out;
    }
}
