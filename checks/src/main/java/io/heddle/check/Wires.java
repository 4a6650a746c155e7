package io.heddle.check;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.util.Optional;

/** The tags of networks on the wire of a port. */
public final class Wires {
    private Wires() {}

    /** The network of frames that enter a port with a tag, 0 for untagged ones; empty if the port drops them. */
    public static Optional<String> network(NetworkModel model, Port port, int tag) {
        if (port.vlans() instanceof Port.Dot1qTunnel q) {
            return Optional.of(q.network());
        }
        if (!(port.vlans() instanceof Port.Trunk t)) {
            return tag == 0 ? port.networks().stream().findFirst() : Optional.empty();
        }
        if (tag == 0) {
            return Optional.ofNullable(t.nativeNetwork());
        }
        return t.networks().stream()
                .map(model.networks()::get)
                .filter(n -> n.vlan() == tag)
                .map(Network::name)
                .findFirst();
    }
}
