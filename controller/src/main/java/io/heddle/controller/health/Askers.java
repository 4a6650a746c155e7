package io.heddle.controller.health;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.openflow.SwitchConnection;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;

/** The switches that can ask for an address. */
final class Askers {
    private Askers() {}

    /** The switch of the port that declares the address, if it is connected, or else any that carries the network. */
    static Optional<SwitchConnection> of(
            NetworkModel model, Network network, InetAddress address, Collection<SwitchConnection> switches) {
        Optional<SwitchConnection> any = Optional.empty();
        for (SwitchConnection c : switches) {
            Optional<NetworkModel.Place> place = model.byDatapathId(c.datapathId())
                    .filter(p -> model.networks(p.host(), p.bridge()).contains(network.name()));
            if (place.isPresent() && declares(place.get(), network, address)) {
                return Optional.of(c);
            }
            any = any.isPresent() || place.isEmpty() ? any : Optional.of(c);
        }
        return any;
    }

    private static boolean declares(NetworkModel.Place place, Network network, InetAddress address) {
        return place.bridge().endpoints(network).stream()
                .anyMatch(p -> p.endpoint().addresses().contains(address));
    }
}
