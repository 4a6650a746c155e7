package io.heddle.flows.model;

import com.google.common.hash.Hashing;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Joins networks at layer 3. Every host routes the packets of its own guests, with the same gateway address and MAC.
 *
 * @param number identifies it in flow entries, 0 to 16777215; unique in the model
 * @param networks the names of the networks that it joins, all with subnets and gateways; none is in another router
 * @param routes to prefixes that are not in these networks
 */
public record Router(String name, int number, List<String> networks, List<Route> routes) {
    /** How many numbers there are. */
    public static final int NUMBERS = 1 << 24;

    /** The number that follows from a name; another router may have the same. */
    public static int number(String name) {
        return Hashing.murmur3_32_fixed()
                        .hashString(name, StandardCharsets.UTF_8)
                        .asInt()
                & NUMBERS - 1;
    }

    public Router {
        networks = List.copyOf(networks);
        routes = List.copyOf(routes);
    }

    /**
     * A static route.
     *
     * @param via the next router, in one of the networks; empty to drop what goes there
     */
    public record Route(Prefix to, Optional<InetAddress> via) {}
}
