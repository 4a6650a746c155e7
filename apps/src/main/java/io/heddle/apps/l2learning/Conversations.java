package io.heddle.apps.l2learning;

import java.util.HashSet;
import java.util.Set;

/**
 * Pairs of ports on a switch that no file names, and whether each has answered the other. A frame on its way proves
 * nothing: OVS may drop it, because the two ports are in different VLANs. An answer, such as an ARP reply, does: its
 * sender has received something from over there. Once answers were seen from both sides, OVS itself joins the two
 * ports, whatever tags somebody gave them, and only then may frames bypass NORMAL. Confined to one thread.
 */
public final class Conversations {
    private static final int MOST = 4096;
    private final Set<Direction> seen = new HashSet<>();

    private record Direction(int network, int from, int to) {}

    /** Notes an answer from one port to a host behind another. @return whether the other has answered before */
    public boolean answered(int network, int from, int to) {
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
