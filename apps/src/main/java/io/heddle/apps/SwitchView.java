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
 * What an app may know of a switch: the declared network, which bridge of it this is, and the numbers that the switch
 * gave to its ports.
 *
 * @param model the network as declared
 * @param place the bridge that this switch is, or empty for one that no file names
 * @param ports OpenFlow port numbers by interface name
 * @param transition what to mind while the network changes
 */
public record SwitchView(
        NetworkModel model, Optional<NetworkModel.Place> place, Map<String, Integer> ports, Transition transition) {
    public SwitchView {
        ports = Map.copyOf(ports);
    }

    /** A switch whose network does not change. */
    public SwitchView(NetworkModel model, Optional<NetworkModel.Place> place, Map<String, Integer> ports) {
        this(model, place, ports, Transition.NONE);
    }

    /** The bridge, for apps that have nothing to do on switches that no file names. */
    public Optional<Bridge> bridge() {
        return place.map(NetworkModel.Place::bridge);
    }

    public Optional<Host> host() {
        return place.map(NetworkModel.Place::host);
    }

    /** The OpenFlow number of an interface, empty while the switch has none of that name. */
    public OptionalInt port(String name) {
        Integer number = ports.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The OpenFlow numbers of a port: one, or one for every member of a bond that the switch has. */
    public List<Integer> numbers(Port port) {
        return port.interfaces().stream()
                .map(ports::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The port by which this bridge reaches other hosts, if it needs and has one. */
    public OptionalInt tunnelPort() {
        return place.isPresent() && !overlays().isEmpty()
                ? port(model.tunnelPort(place.get().bridge()))
                : OptionalInt.empty();
    }

    /** The other hosts to which a network's frames are to be sent. */
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
