package io.heddle.flows.model;

import io.heddle.flows.program.Match;
import java.net.InetAddress;
import java.util.List;

/**
 * An expectation of the network, which Heddle proves before it applies a change.
 *
 * @param text the expectation as written in the network file
 * @param reach whether frames must get through: all of {@code frames} if there are some, otherwise some IP packets; if
 *     false, none of them may get through
 * @param frames the frames in question: any of these; empty for all IP packets
 */
public record Expectation(String text, Group from, Group to, boolean reach, List<Match> frames) {
    public Expectation {
        frames = List.copyOf(frames);
    }

    /** A group of ports. */
    public sealed interface Group {}

    /** Every port that shares a network with one of the other side. */
    public record Any() implements Group {}

    /** What lies behind the way out of the router of the other side. */
    public record Outside() implements Group {}

    /** The ports in a network. */
    public record InNetwork(String network) implements Group {}

    /** The ports of a host. */
    public record OnHost(String host) implements Group {}

    /** One port. */
    public record AtPort(String host, String bridge, String port) implements Group {}

    /** The ports whose host has this address. */
    public record AtAddress(InetAddress address) implements Group {}
}
