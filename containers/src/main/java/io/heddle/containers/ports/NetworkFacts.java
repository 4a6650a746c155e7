package io.heddle.containers.ports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a container needs to know of its network.
 *
 * @param isOverlay whether tunnels may carry it between hosts
 * @param subnets such as {@code 10.0.200.0/24}, at most one of each IP version
 * @param gateways their gateways, without prefix lengths; not every subnet has one
 * @param routes further routes of IPv4
 * @param nameServers addresses
 * @param domain the domain of the hosts, if the network has one
 * @param search the domains in which hosts look up short names
 */
public record NetworkFacts(
        String name,
        boolean isOverlay,
        List<String> subnets,
        List<String> gateways,
        List<Route> routes,
        List<String> nameServers,
        Optional<String> domain,
        List<String> search) {
    /** A route. @param to a prefix @param via the next router */
    public record Route(String to, String via) {}

    /** Reads the declaration of a network. */
    static NetworkFacts read(String name, JsonNode network) {
        JsonNode dhcp = network.path("dhcp");
        List<String> gateways = texts(network.path("gateway"));
        List<String> servers = texts(dhcp.path("dns"));
        boolean hasNames = network.path("dns").isObject();
        List<Route> routes = new ArrayList<>();
        dhcp.path("routes")
                .forEach(r -> routes.add(
                        new Route(r.path("to").asText(), r.path("via").asText())));
        Optional<String> domain = Optional.of(dhcp.path("domain")
                        .asText(network.path("dns").path("domain").asText()))
                .filter(d -> !d.isEmpty());
        return new NetworkFacts(
                name,
                network.has("vni"),
                texts(network.path("subnet")),
                gateways,
                routes,
                servers.isEmpty() && hasNames ? gateways : servers,
                domain,
                texts(dhcp.path("search")));
    }

    private static List<String> texts(JsonNode value) {
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(v -> texts.add(v.asText()));
        } else if (value.isTextual()) {
            texts.add(value.asText());
        }
        return texts;
    }

    /** The gateway of an IP version. */
    public Optional<String> gateway(boolean v4) {
        return gateways.stream().filter(g -> Subnets.isV4(g) == v4).findFirst();
    }

    /** The subnet in which an address is. */
    public Optional<String> subnetOf(String address) {
        return subnets.stream().filter(s -> Subnets.contains(s, address)).findFirst();
    }

    /**
     * An address with the prefix length of its subnet.
     *
     * @throws Refusal if it is in no subnet of the network
     */
    public String withLength(String address) throws Refusal {
        String subnet = subnetOf(address)
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.CONFIGURATION,
                        "the address " + address + " is in no subnet of network " + name + ": expected one in "
                                + (subnets.isEmpty() ? "its subnet, and it has none" : String.join(" or ", subnets))));
        return Subnets.address(address) + "/" + Subnets.length(subnet);
    }
}
