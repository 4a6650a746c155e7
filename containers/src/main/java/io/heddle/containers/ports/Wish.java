package io.heddle.containers.ports;

import java.util.List;
import java.util.Map;

/**
 * The port that a container needs.
 *
 * @param name the name of the port
 * @param id identifies the attachment, see {@link Attachment#id}
 * @param network the network, as the network file calls it
 * @param mac the MAC of the container
 * @param addresses the wanted addresses, at most one of each IP version; Heddle chooses the others
 * @param isExact whether the container gets only the wanted addresses
 * @param labels what else the port says of its container
 * @param rates {@code ingress-rate}, {@code ingress-burst}, {@code egress-rate}
 */
public record Wish(
        String name,
        String id,
        String network,
        String mac,
        List<String> addresses,
        boolean isExact,
        Map<String, String> labels,
        Map<String, String> rates) {
    public Wish {
        addresses = List.copyOf(addresses);
    }

    /** What the device of the port says of itself: whose it is, and of which attachment. */
    String alias() {
        return aliasPrefix(labels.get(HostPorts.RUNTIME), labels.get(HostPorts.RUNTIME_NETWORK)) + id;
    }

    /** How the aliases of all devices of a runtime's network begin. The id of the attachment follows. */
    public static String aliasPrefix(String runtime, String runtimeNetwork) {
        return "heddle " + runtime + "/" + runtimeNetwork + " ";
    }
}
