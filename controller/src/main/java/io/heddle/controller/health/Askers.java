package io.heddle.controller.health;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.openflow.SwitchConnection;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/** The switches that can ask for an address. */
final class Askers {
    private Askers() {}

    /** The switch of the port that declares the address, if it is connected. */
    static Optional<SwitchConnection> own(
            NetworkModel model, Network network, InetAddress address, Collection<SwitchConnection> switches) {
        return first(
                model,
                network,
                switches,
                place -> place.bridge().endpoints(network).stream()
                        .anyMatch(p -> p.endpoint().addresses().contains(address)));
    }

    /** Any switch that carries the network. */
    static Optional<SwitchConnection> any(NetworkModel model, Network network, Collection<SwitchConnection> switches) {
        return first(model, network, switches, place -> true);
    }

    private static Optional<SwitchConnection> first(
            NetworkModel model,
            Network network,
            Collection<SwitchConnection> switches,
            Predicate<NetworkModel.Place> which) {
        return switches.stream()
                .filter(c -> model.byDatapathId(c.datapathId())
                        .filter(p -> model.networks(p.host(), p.bridge()).contains(network.name()))
                        .filter(which)
                        .isPresent())
                .findFirst();
    }
}
