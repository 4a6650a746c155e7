package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks that routers lead from networks with relays to their DHCP servers and back. */
final class RelayCheck {
    private final NetworkModel model;
    private final List<Problem> problems;

    RelayCheck(NetworkModel model, List<Problem> problems) {
        this.model = model;
        this.problems = problems;
    }

    /** @param places the networks' places by name */
    void check(Map<String, Yaml> places) {
        for (Network network : model.networks().values()) {
            if (network.dhcpServers().isEmpty()) {
                continue;
            }
            Yaml relay = places.get(network.name())
                    .get("dhcp")
                    .flatMap(y -> y.get(RelayReader.KEY))
                    .orElseThrow();
            Optional<Router> router = model.routerOf(network.name());
            if (router.isEmpty()) {
                problems.add(
                        relay.problem("needs a router that leads to the servers, such as routers: {edge: {networks: ["
                                + network.name() + "]}}"));
                continue;
            }
            network.dhcpServers().forEach(s -> reaches(router.get(), network, s, relay));
        }
    }

    private void reaches(Router router, Network network, InetAddress server, Yaml relay) {
        boolean inside =
                router.networks().stream().anyMatch(n -> model.networks().get(n).contains(server))
                        || router.routes().stream().anyMatch(r -> !r.via().isEmpty() && r.to().contains(server));
        boolean outside = router.outside()
                .filter(o -> server instanceof Inet4Address
                        && (o.gateway().isPresent() || o.subnet().contains(server)))
                .isPresent();
        boolean hidden = router.translations().stream()
                .anyMatch(t -> t instanceof Router.Masquerade m && m.network().equals(network.name()));
        String address = InetAddresses.toAddrString(server);
        boolean isV4Only = router.outside().isPresent() && !(server instanceof Inet4Address);
        if (!inside && !outside) {
            problems.add(relay.problem("router " + router.name() + " has no route to " + address
                    + (isV4Only ? ": its way out is of IPv4" : "")));
        } else if (!inside && hidden) {
            problems.add(relay.problem(address + " is outside of router " + router.name()
                    + ", where snat hides network " + network.name() + ", so no answer finds the way back"));
        }
    }
}
