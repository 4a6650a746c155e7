package io.heddle.controller.leases;

import io.heddle.controller.dhcp.AddressPlan;
import io.heddle.controller.dhcp.Plan6;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.SwitchPort;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where frames come from, in one version of the network. */
final class Places {
    static final Places NONE = new Places(NetworkModel.EMPTY);

    private final NetworkModel model;
    private final Map<String, AddressPlan> plans;
    private final Map<String, Plan6> plans6;
    /** Where messages have come from. */
    private final Map<Asked, Found> found = new HashMap<>();

    private record Asked(long datapathId, int inPort, int network) {}

    /** @param device the interface with the port number */
    private record Found(String device, Place place) {}

    /**
     * A port and a network of it that has DHCP.
     *
     * @param at the network
     * @param plan of IPv4, if the network has such a subnet
     * @param plan6 likewise of IPv6
     * @param port {@code host/bridge/port}
     * @param serverMac the MAC from which answers come
     * @param uplink whether other switches are behind the port
     */
    record Place(
            Network at,
            Optional<AddressPlan> plan,
            Optional<Plan6> plan6,
            String port,
            long serverMac,
            boolean uplink) {
        /** The network's name. */
        String network() {
            return at.name();
        }

        /** Whether what its hosts ask by DHCP of IPv4 is relayed to other servers. */
        boolean isRelayed() {
            return !at.dhcpServers4().isEmpty();
        }

        /** Likewise by DHCPv6. */
        boolean isRelayed6() {
            return !at.dhcpServers6().isEmpty();
        }
    }

    Places(NetworkModel model) {
        this.model = model;
        this.plans = AddressPlan.all(model);
        this.plans6 = Plan6.all(model);
    }

    NetworkModel model() {
        return model;
    }

    /** Confined to one thread. @param network the network's number in flow entries */
    Optional<Place> find(SwitchConnection from, int inPort, int network) {
        Asked key = new Asked(from.datapathId(), inPort, network);
        Found last = found.get(key);
        // A port number may belong to another device by now.
        if (last != null && isAt(from, last.device, inPort)) {
            return Optional.of(last.place);
        }
        Optional<Found> now = look(from, inPort, network);
        now.ifPresent(f -> found.put(key, f));
        return now.map(Found::place);
    }

    private static boolean isAt(SwitchConnection from, String device, int inPort) {
        SwitchPort port = from.ports().get(device);
        return port != null && port.number() == inPort;
    }

    private Optional<Found> look(SwitchConnection from, int inPort, int network) {
        Optional<NetworkModel.Place> at = model.byDatapathId(from.datapathId());
        Optional<String> device = from.ports().values().stream()
                .filter(p -> p.number() == inPort)
                .map(SwitchPort::name)
                .findFirst();
        if (at.isEmpty() || device.isEmpty()) {
            return Optional.empty();
        }
        Bridge bridge = at.get().bridge();
        return bridge.ports().values().stream()
                .filter(p -> p.interfaces().contains(device.get()))
                .findFirst()
                .flatMap(p -> network(p, network).map(n -> new Found(device.get(), place(at.get(), p, n))));
    }

    private Optional<Network> network(Port port, int number) {
        return port.networks().stream()
                .map(model.networks()::get)
                .filter(n -> n != null
                        && n.number() == number
                        && (n.dhcp().isPresent() || !n.dhcpServers().isEmpty()))
                .findFirst();
    }

    private Place place(NetworkModel.Place at, Port port, Network network) {
        boolean routed = model.routerOf(network.name()).isPresent();
        return new Place(
                network,
                Optional.ofNullable(plans.get(network.name())),
                Optional.ofNullable(plans6.get(network.name())),
                new NetworkModel.At(at, port).toString(),
                routed ? Gateways.MAC : Gateways.mac(at.host()),
                port.uplink());
    }
}
