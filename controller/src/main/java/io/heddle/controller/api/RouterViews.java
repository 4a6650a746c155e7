package io.heddle.controller.api;

import com.google.common.net.InetAddresses;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.SwitchPort;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Routers, and which host has their way out, as rows. */
final class RouterViews {
    private final Fleet fleet;

    RouterViews(Services services) {
        this.fleet = services.fleet();
    }

    /** The declared routers. */
    List<Map<String, Object>> routers() {
        NetworkModel model = fleet.model();
        return model.routers().values().stream().map(r -> row(model, r)).toList();
    }

    private Map<String, Object> row(NetworkModel model, Router router) {
        Optional<Router.Outside> outside = router.outside();
        return Row.of("name", router.name())
                .and("networks", router.networks())
                .and("gateways", texts(gateways(model, router)))
                .and("routes", router.routes().stream().map(RouterViews::route).toList())
                .and("outside", outside.map(Router.Outside::network).orElse(""))
                .and("addresses", outside.map(o -> texts(o.addresses())).orElse(List.of()))
                .and(
                        "nextRouter",
                        outside.flatMap(Router.Outside::gateway)
                                .map(InetAddresses::toAddrString)
                                .orElse(""))
                .and("hosts", outside.map(Router.Outside::hosts).orElse(List.of()))
                .and("activeHost", outside.flatMap(o -> active(model, o)).orElse(""))
                .and(
                        "nat",
                        router.translations().stream()
                                .map(t -> nat(model, router, t))
                                .toList())
                .map();
    }

    private static List<InetAddress> gateways(NetworkModel model, Router router) {
        return router.networks().stream()
                .map(model.networks()::get)
                .map(Network::gateways)
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> texts(Collection<? extends InetAddress> addresses) {
        return addresses.stream().map(InetAddresses::toAddrString).toList();
    }

    private static String route(Router.Route route) {
        String via = route.via().stream()
                .map(h -> InetAddresses.toAddrString(h.address()) + (h.alive() ? "" : " (silent)"))
                .collect(Collectors.joining(", "));
        return route.to() + (via.isEmpty() ? " to nowhere" : " via " + via);
    }

    /** As in the network file, and by which host if it is not the one with the way out. */
    private static String nat(NetworkModel model, Router router, Router.Translation t) {
        String outside = InetAddresses.toAddrString(t.outside());
        if (t instanceof Router.Masquerade m) {
            return "snat " + m.network() + " to " + outside;
        } else if (t instanceof Router.Forward f) {
            return "dnat " + outside + ":" + f.port() + (f.protocol() == 6 ? " (tcp)" : " (udp)") + " to "
                    + InetAddresses.toAddrString(f.inside()) + ":" + f.insidePort();
        } else if (t instanceof Router.Floating f) {
            return "floating " + outside + " to " + InetAddresses.toAddrString(f.inside())
                    + model.home(router, f).map(p -> " by " + p.host().name()).orElse("");
        }
        throw new IllegalStateException(t.toString());
    }

    /**
     * The first host whose way out works. The other hosts that may have the way out decide that by their probes; if
     * none of them is connected, it is taken to work while the host's own switch is connected.
     */
    private Optional<String> active(NetworkModel model, Router.Outside outside) {
        List<Host> hosts = outside.hosts().stream().map(model.hosts()::get).toList();
        return hosts.stream()
                .filter(h -> {
                    List<SwitchPort> probes = hosts.stream()
                            .filter(other -> other != h)
                            .flatMap(other -> connection(other, outside)
                                    .flatMap(c -> Stream.ofNullable(c.ports()
                                            .get(WayOutProbe.of(model, h, other, outside)
                                                    .port()))))
                            .toList();
                    return probes.isEmpty()
                            ? connection(h, outside).findAny().isPresent()
                            : probes.stream().anyMatch(SwitchPort::live);
                })
                .map(Host::name)
                .findFirst();
    }

    private Stream<SwitchConnection> connection(Host host, Router.Outside outside) {
        return host.bridges().values().stream()
                .filter(b -> b.networks().contains(outside.network()))
                .map(Bridge::datapathId)
                .flatMap(id -> fleet.switches().find(id).stream())
                .filter(SwitchConnection::isActive);
    }
}
