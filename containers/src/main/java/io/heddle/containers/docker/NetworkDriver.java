package io.heddle.containers.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.containers.ports.Attacher;
import io.heddle.containers.ports.Attachment;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Refusal;
import io.heddle.containers.ports.Subnets;
import io.heddle.containers.ports.Sweeper;
import io.heddle.containers.ports.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Docker's networks are networks of the network file, and its endpoints are ports. Source: libnetwork, docs/remote.md.
 */
final class NetworkDriver {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkDriver.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GENERIC = "com.docker.network.generic";
    private static final String PORT_MAP = "com.docker.network.portmap";
    private static final String INTERNAL = "com.docker.network.internal";
    private static final Set<String> OPTIONS = Set.of("network");

    private final HostPorts ports;
    private final Attacher attacher;
    private final NetworkChoice choice;
    private final DockerNetworks networks;

    NetworkDriver(HostPorts ports, Attacher attacher, NetworkChoice choice, DockerNetworks networks) {
        this.ports = ports;
        this.attacher = attacher;
        this.choice = choice;
        this.networks = networks;
    }

    void createNetwork(JsonNode request) throws Refusal {
        JsonNode generic = request.path("Options").path(GENERIC);
        for (var option : generic.properties()) {
            if (!OPTIONS.contains(option.getKey())) {
                throw new Refusal(
                        Refusal.Kind.UNSUPPORTED,
                        "-o " + option.getKey() + ": unknown option; expected -o network=NAME");
            }
        }
        if (request.path("Options").path(INTERNAL).asBoolean()) {
            throw new Refusal(
                    Refusal.Kind.UNSUPPORTED,
                    "--internal: in Heddle, a network without a router is internal; leave --internal out");
        }
        List<String> pools = new ArrayList<>();
        for (String version : List.of("IPv4Data", "IPv6Data")) {
            request.path(version).forEach(d -> pools.add(d.path("Pool").asText()));
        }
        pools.removeIf(p -> p.isEmpty() || p.equals("0.0.0.0/0") || p.equals("::/0"));
        ports.bridge();
        String name =
                choice.choose(generic.path("network").asText(), pools, "-o").name();
        networks.put(new DockerNetwork(request.path("NetworkID").asText(), name));
        LOG.info("network {} of Docker is {}", request.path("NetworkID").asText(), name);
    }

    void deleteNetwork(JsonNode request) throws Refusal {
        networks.remove(request.path("NetworkID").asText());
    }

    /** Makes the port and its device. Docker takes the container's end when the endpoint joins. */
    ObjectNode createEndpoint(JsonNode request) throws Refusal {
        DockerNetwork network = networks.get(request.path("NetworkID").asText());
        if (!request.path("Options").path(PORT_MAP).isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.UNSUPPORTED,
                    "-p: Heddle maps no ports of the host: reach the container at its own address, or by dnat or a"
                            + " service of the network file");
        }
        JsonNode wanted = request.path("Interface");
        String endpoint = request.path("EndpointID").asText();
        String given = wanted.path("MacAddress").asText();
        String mac = given.isEmpty() ? new Attachment(Endpoints.RUNTIME, network.network(), endpoint, "").mac() : given;
        List<String> addresses = new ArrayList<>();
        for (String key : List.of("Address", "AddressIPv6")) {
            Optional.of(Subnets.address(wanted.path(key).asText()))
                    .filter(a -> !a.isEmpty())
                    .ifPresent(addresses::add);
        }
        Wish wish = Endpoints.wish(
                ports.place().prefix(),
                network.network(),
                mac,
                addresses,
                !addresses.isEmpty(),
                Endpoints.labels(network.id(), endpoint));
        Attacher.Attached attached = attacher.prepare(wish, Sweeper.peer(wish.name()));
        LOG.info(
                "endpoint {} is {}/{} in {} with {}",
                endpoint,
                ports.place(),
                wish.name(),
                network.network(),
                attached.port().addresses());
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode made = answer.putObject("Interface");
        if (given.isEmpty()) {
            made.put("MacAddress", mac);
        }
        return answer;
    }

    /** Removes an endpoint, which may be gone already. */
    void deleteEndpoint(JsonNode request) throws Refusal {
        Optional<HostPorts.Declared> port = find(request);
        if (port.isPresent()) {
            attacher.detach(port.get().name(), port.get().label(HostPorts.ATTACHMENT));
            LOG.info("endpoint {} is gone", request.path("EndpointID").asText());
        }
    }

    ObjectNode join(JsonNode request) throws Refusal {
        HostPorts.Declared port = find(request)
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.NO_CONTAINER,
                        "the network file has no port of the endpoint "
                                + request.path("EndpointID").asText()));
        Attacher.Attached attached = attacher.attached(port);
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("InterfaceName")
                .put("SrcName", Sweeper.peer(port.name()))
                .put("DstPrefix", "eth");
        for (String gateway : attached.gateways()) {
            answer.put(Subnets.isV4(gateway) ? "Gateway" : "GatewayIPv6", gateway);
        }
        // Otherwise Docker would lead the container out by a bridge of its own.
        answer.put("DisableGatewayService", attached.gateways().isEmpty());
        return answer;
    }

    ObjectNode info(JsonNode request) throws Refusal {
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode value = answer.putObject("Value");
        find(request).ifPresent(p -> value.put("heddle.port", ports.place() + "/" + p.name()));
        return answer;
    }

    private Optional<HostPorts.Declared> find(JsonNode request) throws Refusal {
        var labels = Endpoints.labels(
                request.path("NetworkID").asText(), request.path("EndpointID").asText());
        return ports.containers().stream()
                .filter(p -> p.label(HostPorts.RUNTIME).equals(Endpoints.RUNTIME)
                        && p.labels().entrySet().containsAll(labels.entrySet()))
                .findFirst();
    }
}
