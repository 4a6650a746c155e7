package io.heddle.flows.model;

import java.net.InetAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is known of the host behind a port.
 *
 * @param mac its MAC address, 48 bits
 * @param addresses its IP addresses; known together with the MAC, they are answered for on every host of its network
 * @param sources the only source MACs that frames by this port may have; empty for any
 */
public record Endpoint(OptionalLong mac, List<InetAddress> addresses, Set<Long> sources) {
    /** Nothing is known. */
    public static final Endpoint UNKNOWN = new Endpoint(OptionalLong.empty(), List.of(), Set.of());

    public Endpoint {
        addresses = List.copyOf(addresses);
        sources = Set.copyOf(sources);
    }
}
