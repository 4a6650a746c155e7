package io.heddle.apps;

import java.util.Set;

/**
 * Restrictions on a switch while the fleet changes from one version of the network to the next.
 *
 * @param closed interfaces whose incoming frames are dropped. Their VLANs are about to change in OVSDB, or they are
 *     about to be removed; until then, flow entries and OVS would treat their frames differently
 * @param absent tunnel ends that do not exist yet, as {@code network host}: no entry sends frames to them
 * @param joining hosts to which a router's way out may move from now on, as {@code router host}: they leave it to the
 *     others until all see each other
 */
public record Transition(Set<String> closed, Set<String> absent, Set<String> joining) {
    /** No restrictions. */
    public static final Transition NONE = new Transition(Set.of(), Set.of(), Set.of());

    public Transition {
        closed = Set.copyOf(closed);
        absent = Set.copyOf(absent);
        joining = Set.copyOf(joining);
    }

    /** The form of a tunnel end in {@link #absent}. */
    public static String end(String network, String host) {
        return network + " " + host;
    }

    /** The form of a host that may have a router's way out, in {@link #joining}. */
    public static String wayOut(String router, String host) {
        return router + " " + host;
    }

    /** Whether the way out of a router may move to a host from now on. */
    public boolean isJoining(String router, String host) {
        return joining.contains(wayOut(router, host));
    }

    /** Whether there are no restrictions. */
    public boolean isNone() {
        return closed.isEmpty() && absent.isEmpty() && joining.isEmpty();
    }
}
