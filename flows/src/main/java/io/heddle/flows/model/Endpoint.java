package io.heddle.flows.model;

import java.net.InetAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The known facts about the host behind a port.
 *
 * @param mac its MAC address, 48 bits
 * @param addresses its IP addresses; if the MAC is known too, every bridge of its network answers requests for them
 * @param sources the only source MACs that the port admits; empty for any
 */
public record Endpoint(OptionalLong mac, List<InetAddress> addresses, Set<Long> sources) {
    /** Nothing is known. */
    public static final Endpoint UNKNOWN = new Endpoint(OptionalLong.empty(), List.of(), Set.of());

    public Endpoint {
        addresses = List.copyOf(addresses);
        sources = Set.copyOf(sources);
    }
}
