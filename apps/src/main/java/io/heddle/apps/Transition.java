package io.heddle.apps;

import java.util.Set;

/**
 * What a switch has to mind while the fleet goes from one version of the network to the next.
 *
 * @param closed interfaces through which nothing may come in: their VLANs are about to change in OVSDB, or they are about
 *     to go, and until then flow entries and OVS would not judge their frames alike
 * @param absent tunnel ends that are not there yet, as {@code network host}: nothing is steered into them
 */
public record Transition(Set<String> closed, Set<String> absent) {
    /** Nothing changes. */
    public static final Transition NONE = new Transition(Set.of(), Set.of());

    public Transition {
        closed = Set.copyOf(closed);
        absent = Set.copyOf(absent);
    }

    /** How {@link #absent} calls a tunnel end. */
    public static String end(String network, String host) {
        return network + " " + host;
    }

    /** Whether there is nothing to mind. */
    public boolean isNone() {
        return closed.isEmpty() && absent.isEmpty();
    }
}
