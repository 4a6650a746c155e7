package io.heddle.apps;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The input of an app for one switch: the declared network, the bridge that the switch is, and its port numbers.
 *
 * @param model the declared network
 * @param place the bridge that this switch is; empty for a switch that the network file does not name
 * @param ports OpenFlow port numbers by interface name
 * @param transition restrictions while the network changes
 */
public record SwitchView(
        NetworkModel model, Optional<NetworkModel.Place> place, Map<String, Integer> ports, Transition transition) {
    public SwitchView {
        ports = Map.copyOf(ports);
    }

    /** The view of a switch while the network does not change. */
    public SwitchView(NetworkModel model, Optional<NetworkModel.Place> place, Map<String, Integer> ports) {
        this(model, place, ports, Transition.NONE);
    }

    /** The bridge; empty for a switch that the network file does not name. */
    public Optional<Bridge> bridge() {
        return place.map(NetworkModel.Place::bridge);
    }

    public Optional<Host> host() {
        return place.map(NetworkModel.Place::host);
    }

    /** The OpenFlow number of an interface; empty while the switch has no interface of that name. */
    public OptionalInt port(String name) {
        Integer number = ports.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The OpenFlow numbers of a port: one, or for a bond one for each member that the switch has. */
    public List<Integer> numbers(Port port) {
        return port.interfaces().stream()
                .map(ports::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The tunnel port to other hosts; empty if the bridge has no network that spans hosts, or no such port yet. */
    public OptionalInt tunnelPort() {
        return place.isPresent() && !overlays().isEmpty()
                ? port(model.tunnelPort(place.get().bridge()))
                : OptionalInt.empty();
    }

    /** The other hosts that get a network's frames. */
    public List<Host> peers(Network network) {
        return model.peers(host().orElseThrow(), network).stream()
                .filter(h -> !transition.absent().contains(Transition.end(network.name(), h.name())))
                .toList();
    }

    /** The networks that this bridge shares with other hosts. */
    public List<Network> overlays() {
        return place.map(p -> model.overlays(p.host(), p.bridge())).orElse(List.of());
    }
}
