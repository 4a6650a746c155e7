package io.heddle.controller.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The part of the network that a principal may change.
 *
 * @param networks names of networks, with {@code *} for any characters; empty for no restriction by network
 * @param hosts likewise of hosts
 * @param ports likewise of ports
 */
public record Scope(List<String> networks, List<String> hosts, List<String> ports) {
    /** The whole network. */
    public static final Scope ALL = new Scope(List.of(), List.of(), List.of());

    public Scope {
        networks = List.copyOf(networks);
        hosts = List.copyOf(hosts);
        ports = List.copyOf(ports);
    }

    /** Whether it is the whole network. */
    public boolean isAll() {
        return networks.isEmpty() && hosts.isEmpty() && ports.isEmpty();
    }

    /** Whether it is all of some hosts. */
    boolean isOfHosts() {
        return !hosts.isEmpty() && networks.isEmpty() && ports.isEmpty();
    }

    /**
     * Whether something that concerns exactly these networks and hosts is within the scope. What concerns no network,
     * such as a bridge, is not within a scope of networks.
     */
    boolean covers(Collection<String> ofNetworks, Collection<String> ofHosts) {
        return ports.isEmpty() && isAmong(networks, ofNetworks) && isAmong(hosts, ofHosts);
    }

    /**
     * Whether a port is within the scope.
     *
     * @param names its name and those of its devices
     * @param newDevice whether it takes a device of the host into the network. A scope of networks that says nothing
     *     about ports does not allow that, since the device may be the host's own.
     */
    boolean covers(
            Collection<String> ofNetworks, Collection<String> ofHosts, Collection<String> names, boolean newDevice) {
        return isAmong(networks, ofNetworks)
                && isAmong(hosts, ofHosts)
                && isAmong(ports, names)
                && !(newDevice && ports.isEmpty() && !networks.isEmpty());
    }

    /** Whether addresses of a network may be reserved and freed: whether its settings may be changed. */
    public boolean coversNetwork(String name) {
        return covers(List.of(name), List.of());
    }

    private static boolean isAmong(List<String> patterns, Collection<String> names) {
        return patterns.isEmpty()
                || !names.isEmpty()
                        && names.stream().allMatch(n -> patterns.stream().anyMatch(p -> matches(p, n)));
    }

    private static boolean matches(String pattern, String name) {
        return name.matches("(?s)" + Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put("networks ", networks);
        all.put("hosts ", hosts);
        all.put("ports ", ports);
        all.forEach(
                (what, names) -> parts.addAll(names.isEmpty() ? List.of() : List.of(what + String.join(", ", names))));
        return parts.isEmpty() ? "the whole network" : String.join(" and ", parts);
    }
}
