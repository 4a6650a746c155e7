package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import io.heddle.flows.pipeline.Metadata;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.OptionalInt;

/**
 * A layer-2 segment.
 *
 * @param name what everything else refers to
 * @param vlan 1 to 4094, or 0 for a segment whose frames carry no tag
 * @param vni 1 to 16777215 where hosts that share the network are meshed by VXLAN
 * @param mtu bytes of the largest IP packet in it, or empty for what its tunnels can carry
 * @param subnet the IP prefix used in it, or null; a note for people and checks, no flow depends on it
 */
public record Network(String name, int vlan, OptionalInt vni, OptionalInt mtu, String subnet) {
    /** Whether an address is in the network's subnet; false where none is declared. */
    public boolean contains(InetAddress address) {
        if (subnet == null) {
            return false;
        }
        int slash = subnet.indexOf('/');
        byte[] prefix = InetAddresses.forString(subnet.substring(0, slash)).getAddress();
        byte[] bytes = address.getAddress();
        int bits = Integer.parseInt(subnet.substring(slash + 1));
        if (prefix.length != bytes.length || bits > bytes.length * 8) {
            return false;
        }
        int shift = bytes.length * 8 - bits;
        return new BigInteger(1, prefix).shiftRight(shift).equals(new BigInteger(1, bytes).shiftRight(shift));
    }

    /** The number by which flows know the network, see {@link Metadata}. */
    public int number() {
        return vni.isPresent() ? Metadata.networkOfVni(vni.getAsInt()) : Metadata.networkOfVlan(vlan);
    }
}
