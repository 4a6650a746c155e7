package io.heddle.controller.intent;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import java.net.InetAddress;
import java.util.Optional;

/** Explains frames that arrive without their expected VLAN tag. Pure. */
public final class VlanFaults {
    private VlanFaults() {}

    /**
     * Explains an untagged frame on a trunk that has no native network.
     *
     * @param frame the frame's headers
     * @return empty for frames without an IPv4 address, such as those that switches exchange: they belong to no network
     */
    public static Optional<String> untagged(NetworkModel model, Port trunk, Match frame) {
        int ipv4 = frame.exact(Field.IPV4_SRC)
                .or(() -> frame.exact(Field.ARP_SPA))
                .orElse(0L)
                .intValue();
        if (ipv4 == 0) {
            return Optional.empty();
        }
        long mac = frame.exact(Field.ETH_SRC).orElse(0L);
        InetAddress sender = InetAddresses.fromInteger(ipv4);
        String from = FlowText.mac(mac) + ", " + sender.getHostAddress();
        Optional<Network> network = trunk.networks().stream()
                .map(model.networks()::get)
                .filter(n -> n.contains(sender))
                .findFirst();
        return Optional.of(network.map(n -> "frames of network " + n.name() + " arrive untagged on " + trunk.name()
                        + ", where VLAN " + n.vlan() + " is declared tagged (from " + from + ", which is in "
                        + n.subnets().stream()
                                .filter(x -> x.contains(sender))
                                .findFirst()
                                .orElseThrow()
                        + "): the upstream port has VLAN " + n.vlan() + " as its native VLAN. Tag it there, or write"
                        + " native: " + n.name() + " on " + trunk.name()
                        + ". Until then, the switch drops these frames")
                .orElseGet(() -> "untagged frames arrive on trunk " + trunk.name()
                        + ", which has no native network (from "
                        + from + "): tag these frames upstream, or write native: NETWORK on " + trunk.name()
                        + ". Until then, the switch drops them"));
    }
}
