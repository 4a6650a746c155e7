package io.heddle.apps.l2learning;

import java.util.HashSet;
import java.util.Set;

/**
 * Pairs of ports on a switch that no file names, and whether frames were seen to go both ways between them. Only then
 * does OVS itself join the two ports in that VLAN, whatever tags somebody gave them, and only then may frames bypass
 * NORMAL. Confined to one thread.
 */
public final class Conversations {
    private static final int MOST = 4096;
    private final Set<Direction> seen = new HashSet<>();

    private record Direction(int network, int from, int to) {
    }

    /** Notes a unicast frame from one port to a host behind another. @return whether the other way was seen before */
    public boolean proves(int network, int from, int to) {
        if (seen.size() >= MOST) {
            seen.clear();
        }
        seen.add(new Direction(network, from, to));
        return seen.contains(new Direction(network, to, from));
    }

    /** Forgets what was seen of a port: it may be another cable now. */
    public void forget(int port) {
        seen.removeIf(d -> d.from == port || d.to == port);
    }
}
