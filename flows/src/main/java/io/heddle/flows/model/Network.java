package io.heddle.flows.model;

import io.heddle.flows.pipeline.Metadata;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A layer-2 segment.
 *
 * @param name what everything else refers to
 * @param vlan 1 to 4094, or 0 for a segment whose frames carry no tag
 * @param vni 1 to 16777215 where hosts that share the network are meshed by VXLAN
 * @param mtu bytes of the largest IP packet in it, or empty for what its tunnels can carry
 * @param subnet the IP prefix used in it; a note for people and checks, no flow depends on it
 */
public record Network(String name, int vlan, OptionalInt vni, OptionalInt mtu, Optional<Prefix> subnet) {
    /** Whether an address is in the network's subnet; false where none is declared. */
    public boolean contains(InetAddress address) {
        return subnet.isPresent() && subnet.get().contains(address);
    }

    /** The number by which flows know the network, see {@link Metadata}. */
    public int number() {
        return vni.isPresent() ? Metadata.networkOfVni(vni.getAsInt()) : Metadata.networkOfVlan(vlan);
    }
}
