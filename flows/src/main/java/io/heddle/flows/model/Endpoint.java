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
 * @param shared IP addresses that it may have at times, such as VRRP's; other ports may share them
 * @param sources the only source MACs that the port admits; empty for any
 * @param guards what it may not do
 */
public record Endpoint(
        OptionalLong mac, List<InetAddress> addresses, List<InetAddress> shared, Set<Long> sources, Set<Guard> guards) {
    /** Nothing is known. */
    public static final Endpoint UNKNOWN = new Endpoint(OptionalLong.empty(), List.of(), List.of(), Set.of(), Set.of());

    public Endpoint {
        addresses = List.copyOf(addresses);
        shared = List.copyOf(shared);
        sources = Set.copyOf(sources);
        guards = Set.copyOf(guards);
    }
}
