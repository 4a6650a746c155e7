package io.heddle.flows.model;

import java.util.Optional;

/**
 * What may pass by a port.
 *
 * @param ingress all frames that come in
 * @param egress all that leave, in bits
 * @param broadcast broadcast frames that come in
 * @param multicast multicast frames that come in, without broadcast
 * @param unknownUnicast frames that come in for a host that is not known
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
