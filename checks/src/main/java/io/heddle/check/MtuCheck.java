package io.heddle.check;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Finds packets that are too large for another port of their network, or for its tunnels. */
final class MtuCheck {
    private final NetworkModel model;

    MtuCheck(NetworkModel model) {
        this.model = model;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Network network : model.networks().values()) {
            OptionalInt carried = model.tunnelMtu(network);
            if (network.mtu().isPresent()
                    && carried.isPresent()
                    && network.mtu().getAsInt() > carried.getAsInt()) {
                findings.add(Finding.warning(
                        "mtu",
                        "network " + network.name(),
                        "network " + network.name() + " has mtu "
                                + network.mtu().getAsInt() + ", and " + carried.getAsInt()
                                + " fit into its tunnels: larger packets are dropped silently"));
            }
            ports(network, findings);
        }
        return findings;
    }

    private void ports(Network network, List<Finding> findings) {
        TreeMap<Integer, String> byMtu = new TreeMap<>();
        for (NetworkModel.Place place : model.places()) {
            for (Port port : place.bridge().ports().values()) {
                if (port.vlans() instanceof Port.Access a && a.network().equals(network.name()) && !port.uplink()) {
                    (port.mtu().isPresent() ? port.mtu() : model.mtu(network))
                            .ifPresent(mtu -> byMtu.putIfAbsent(mtu, place + "/" + port.name()));
                }
            }
        }
        if (byMtu.size() > 1) {
            findings.add(Finding.warning(
                    "mtu",
                    "port " + byMtu.lastEntry().getValue(),
                    "ports of network " + network.name()
                            + " differ in MTU: " + byMtu.lastEntry().getValue() + " may send packets of "
                            + byMtu.lastKey()
                            + " bytes that " + byMtu.firstEntry().getValue() + " (" + byMtu.firstKey()
                            + ") does not take"));
        }
    }
}
