package io.heddle.flows.model;

import io.heddle.flows.program.Match;
import java.net.InetAddress;
import java.util.List;

/**
 * What somebody expects of the network, to be proved before it is applied.
 *
 * @param text as it stands in the file
 * @param reach whether frames are expected to get through: all of {@code frames} where there are some, otherwise some
 *     IP packets; if not, none of them may
 * @param frames which frames it is about: any of these; empty for all IP packets
 */
public record Expectation(String text, Group from, Group to, boolean reach, List<Match> frames) {
    public Expectation {
        frames = List.copyOf(frames);
    }

    /** Ports, by what they have in common. */
    public sealed interface Group {}

    /** Every port that shares a network with one of the other side. */
    public record Any() implements Group {}

    /** The ports in a network. */
    public record InNetwork(String network) implements Group {}

    /** The ports of a host. */
    public record OnHost(String host) implements Group {}

    /** One port. */
    public record AtPort(String host, String bridge, String port) implements Group {}

    /** The ports whose host has this address. */
    public record AtAddress(InetAddress address) implements Group {}
}
