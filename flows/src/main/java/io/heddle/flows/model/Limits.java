package io.heddle.flows.model;

import java.util.Optional;

/**
 * The rate limits of a port.
 *
 * @param ingress all incoming frames
 * @param egress all outgoing frames, in bits
 * @param broadcast incoming broadcast frames
 * @param multicast incoming multicast frames, without broadcast
 * @param unknownUnicast incoming frames to unknown hosts
 */
public record Limits(
        Optional<Rate> ingress,
        Optional<Rate> egress,
        Optional<Rate> broadcast,
        Optional<Rate> multicast,
        Optional<Rate> unknownUnicast) {
    /** No limits. */
    public static final Limits NONE =
            new Limits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
