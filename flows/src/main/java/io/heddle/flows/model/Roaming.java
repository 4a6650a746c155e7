package io.heddle.flows.model;

import java.util.List;
import java.util.Locale;

/**
 * How a port that the network file declares without a host is found, and where it is.
 *
 * @param knownBy what its interface is known by, in the words of the network file: see {@link #byIfaceId}, {@link
 *     #byAttachedMac}, {@link #byInterface}
 * @param hosts the hosts that may have it; empty for all
 * @param device the name of its interface; "" while no host has one
 * @param standby whether the port is in effect at another host, from which its guest may be about to move
 */
public record Roaming(String knownBy, List<String> hosts, String device, boolean standby) {
    /** The key of the network file, and of {@code external_ids}, for the id that a platform gives an interface. */
    public static final String IFACE_ID = "iface-id";
    /** Likewise, for the MAC of the guest. */
    public static final String ATTACHED_MAC = "attached-mac";
    /** The key of the network file for the name of the interface. */
    public static final String INTERFACE = "interface";

    public Roaming {
        hosts = List.copyOf(hosts);
    }

    /** A port that was not found yet. */
    public Roaming(String knownBy, List<String> hosts) {
        this(knownBy, hosts, "", false);
    }

    /** Known by {@code external_ids:iface-id}. */
    public static String byIfaceId(String id) {
        return IFACE_ID + "=" + id;
    }

    /** Known by {@code external_ids:attached-mac}. @param mac in letters of either case */
    public static String byAttachedMac(String mac) {
        return ATTACHED_MAC + "=" + mac.toLowerCase(Locale.ROOT);
    }

    /** Known by the interface's name. */
    public static String byInterface(String name) {
        return INTERFACE + "=" + name;
    }

    /** Whether a host may have the port. */
    public boolean allows(String host) {
        return hosts.isEmpty() || hosts.contains(host);
    }

    /** The same port at an interface. */
    Roaming at(String interfaceName, boolean isStandby) {
        return new Roaming(knownBy, hosts, interfaceName, isStandby);
    }
}
