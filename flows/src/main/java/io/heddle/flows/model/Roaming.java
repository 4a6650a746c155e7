package io.heddle.flows.model;

import java.util.List;

/**
 * How a port that the network file declares without a host is found, and where it is.
 *
 * @param ifaceId {@code external_ids:iface-id} of its interface, which virtualisation platforms write
 * @param hosts the hosts that may have it; empty for all
 * @param device the name of its interface; "" while no host has one
 * @param standby whether the port is in effect at another host, from which its guest may be about to move
 */
public record Roaming(String ifaceId, List<String> hosts, String device, boolean standby) {
    public Roaming {
        hosts = List.copyOf(hosts);
    }

    /** A port that was not found yet. */
    public Roaming(String ifaceId, List<String> hosts) {
        this(ifaceId, hosts, "", false);
    }

    /** Whether a host may have the port. */
    public boolean allows(String host) {
        return hosts.isEmpty() || hosts.contains(host);
    }

    /** The same port at an interface. */
    Roaming at(String interfaceName, boolean isStandby) {
        return new Roaming(ifaceId, hosts, interfaceName, isStandby);
    }
}
