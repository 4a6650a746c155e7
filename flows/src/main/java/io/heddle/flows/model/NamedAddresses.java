package io.heddle.flows.model;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The addresses of a network that the network file declares, and what each is for. */
public final class NamedAddresses {
    private NamedAddresses() {}

    /** The kinds of things that have addresses. */
    public enum Kind {
        /** A port declares it for the host behind it. */
        PORT,
        /** Ports declare that it moves between their hosts. */
        SHARED,
        GATEWAY,
        /** It stands for a service of the router. */
        SERVICE,
        /** DHCP options name it as a server or a router, or it is the address of Heddle's DHCP server. */
        SERVER
    }

    /** What has an address. @param port {@code host/bridge/port}, "" if no port declares it */
    public record Use(Kind kind, String port, OptionalLong mac) {
        /** In words. */
        public String text() {
            return switch (kind) {
                case PORT -> "of port " + port;
                case SHARED -> "a shared address of port " + port;
                case GATEWAY -> "of the gateway";
                case SERVICE -> "of a service of the router";
                case SERVER -> "of a server that dhcp names";
            };
        }
    }

    /** The addresses of a network. If one has several uses, the first kind wins. */
    public static Map<InetAddress, Use> of(NetworkModel model, Network network) {
        return of(model, List.of(network)).get(network.name());
    }

    /** Likewise for all networks, by name. */
    public static Map<String, Map<InetAddress, Use>> all(NetworkModel model) {
        return of(model, model.networks().values());
    }

    private static Map<String, Map<InetAddress, Use>> of(NetworkModel model, Collection<Network> networks) {
        Map<String, Map<InetAddress, Use>> all = new HashMap<>();
        networks.forEach(n -> all.put(n.name(), new HashMap<>()));
        for (NetworkModel.At at : model.ports()) {
            for (String name : at.port().networks()) {
                if (all.containsKey(name)) {
                    port(model.networks().get(name), at, all.get(name));
                }
            }
        }
        networks.forEach(n -> others(model, n, all.get(n.name())));
        return all;
    }

    private static void port(Network network, NetworkModel.At at, Map<InetAddress, Use> out) {
        Endpoint e = at.port().endpoint();
        for (InetAddress a : e.addresses()) {
            if (network.contains(a)) {
                out.put(a, new Use(Kind.PORT, at.toString(), e.mac()));
            }
        }
        for (InetAddress a : e.shared()) {
            if (network.contains(a)) {
                out.putIfAbsent(a, new Use(Kind.SHARED, at.toString(), OptionalLong.empty()));
            }
        }
    }

    private static void others(NetworkModel model, Network network, Map<InetAddress, Use> out) {
        network.gateways().forEach(a -> out.putIfAbsent(a, new Use(Kind.GATEWAY, "", OptionalLong.empty())));
        Use service = new Use(Kind.SERVICE, "", OptionalLong.empty());
        model.services(network).forEach(a -> out.putIfAbsent(a, service));
        Optional<Dhcp> dhcp = network.dhcp();
        if (dhcp.isPresent()) {
            Use server = new Use(Kind.SERVER, "", OptionalLong.empty());
            DhcpServer.named(model, network).stream()
                    .filter(network::contains)
                    .forEach(a -> out.putIfAbsent(a, server));
            if (network.subnet4().isPresent()) {
                out.putIfAbsent(DhcpServer.address(model, network), server);
            }
        }
    }
}
