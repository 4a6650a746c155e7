package io.heddle.apps.l2learning;

import java.util.HashSet;
import java.util.Set;

/**
 * Tracks which pairs of ports have answered each other, on a switch that the network file does not name. A frame alone
 * proves nothing: OVS may drop it, because the two ports are in different VLANs. An answer such as an ARP reply proves
 * that its sender has received a frame from the other port. Answers in both directions prove that OVS joins the two
 * ports, whatever their VLAN tags. Only then may frames bypass NORMAL. Confined to one thread.
 */
public final class Conversations {
    private static final int MOST = 4096;
    private final Set<Direction> seen = new HashSet<>();

    private record Direction(int network, int from, int to) {}

    /** Records an answer from one port to a host behind another. @return whether the other port has answered too */
    public boolean answered(int network, int from, int to) {
        if (seen.size() >= MOST) {
            seen.clear();
        }
        seen.add(new Direction(network, from, to));
        return seen.contains(new Direction(network, to, from));
    }

    /** Forgets the answers of a port: it may have another cable now. */
    public void forget(int port) {
        seen.removeIf(d -> d.from == port || d.to == port);
    }
}
