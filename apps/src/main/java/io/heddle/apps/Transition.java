package io.heddle.apps;

import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import java.util.HashSet;
import java.util.Set;

/**
 * Restrictions on a switch while the fleet changes from one version of the network to the next.
 *
 * @param closed interfaces whose incoming frames are dropped. Their VLANs are about to change in OVSDB, or they are
 *     about to be removed; until then, flow entries and OVS would treat their frames differently
 * @param absent tunnel ends that do not exist yet, as {@code network host}: no entry sends frames to them
 * @param unprobed probe ports that the switch does not have yet: it cannot see whether the hosts behind are alive
 */
public record Transition(Set<String> closed, Set<String> absent, Set<String> unprobed) {
    /** No restrictions. */
    public static final Transition NONE = new Transition(Set.of(), Set.of());

    public Transition {
        closed = Set.copyOf(closed);
        absent = Set.copyOf(absent);
        unprobed = Set.copyOf(unprobed);
    }

    public Transition(Set<String> closed, Set<String> absent) {
        this(closed, absent, Set.of());
    }

    /** Likewise for a switch with these interfaces. */
    public Transition on(NetworkModel model, NetworkModel.Place place, Set<String> interfaces) {
        Set<String> lacking = new HashSet<>();
        for (Router router : model.routers().values()) {
            router.outside()
                    .ifPresent(o -> o.before(place.host().name()).stream()
                            .map(h -> NetworkModel.probePort(model.hosts().get(h)))
                            .filter(p -> !interfaces.contains(p))
                            .forEach(lacking::add));
        }
        return new Transition(closed, absent, lacking);
    }

    /** The form of a tunnel end in {@link #absent}. */
    public static String end(String network, String host) {
        return network + " " + host;
    }

    /** Whether there are no restrictions. */
    public boolean isNone() {
        return closed.isEmpty() && absent.isEmpty() && unprobed.isEmpty();
    }
}
