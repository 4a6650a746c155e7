package io.heddle.flows.model;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * The MAC addresses of routers. Guests send to one address everywhere, so that they need not notice when they move. A
 * router sends from another, which each host has alone: a switch between the hosts would otherwise see one source at
 * many ports.
 */
public final class Gateways {
    /** The MAC of all gateways; locally administered. */
    public static final long MAC = 0x0a4e_dd00_0001L;

    private static final long OWN = 0x0e4e_0000_0000L;

    private Gateways() {}

    /** The MAC from which the routers of a host send. */
    public static long mac(Host host) {
        return OWN
                | Hashing.murmur3_32_fixed()
                                .hashString(host.name(), StandardCharsets.UTF_8)
                                .asInt()
                        & 0xffff_ffffL;
    }
}
