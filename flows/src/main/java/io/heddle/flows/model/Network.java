package io.heddle.flows.model;

import io.heddle.flows.pipeline.Metadata;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A layer-2 segment.
 *
 * @param name the name that other parts refer to
 * @param vlan 1 to 4094, or 0 for a segment with untagged frames
 * @param vni 1 to 16777215, if tunnels join the hosts that share the network
 * @param mtu bytes of the largest IP packet in it, or empty for the largest that its tunnels can carry
 * @param subnet its IP prefix; for people and checks, no flow depends on it
 */
public record Network(String name, int vlan, OptionalInt vni, OptionalInt mtu, Optional<Prefix> subnet) {
    /** Whether an address is in the network's subnet; false if it has none. */
    public boolean contains(InetAddress address) {
        return subnet.isPresent() && subnet.get().contains(address);
    }

    /** The network's number in flow entries, see {@link Metadata}. */
    public int number() {
        return vni.isPresent() ? Metadata.networkOfVni(vni.getAsInt()) : Metadata.networkOfVlan(vlan);
    }
}
