package io.heddle.containers.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.containers.ports.Attachment;
import io.heddle.containers.ports.Devices;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.NetworkFacts;
import io.heddle.containers.ports.Refusal;
import io.heddle.containers.ports.Subnets;
import io.heddle.containers.ports.Wish;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's addresses come from Heddle. A pool is a subnet of a network of the network file: {@code red 10.0.200.0/24}.
 * An address is chosen by declaring the port of the container that will get it.
 *
 * <p>Source: libnetwork, docs/ipam.md.
 */
final class Ipam {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GATEWAY = "com.docker.network.gateway";
    private static final String MAC = "com.docker.network.endpoint.macaddress";
    private static final String TYPE = "RequestAddressType";
    private static final String NETWORK = "network";

    private final HostPorts ports;
    private final Devices devices;
    private final NetworkChoice choice;

    Ipam(HostPorts ports, Devices devices, NetworkChoice choice) {
        this.ports = ports;
        this.devices = devices;
        this.choice = choice;
    }

    /** A pool's name, as Docker gives it back. */
    private record Pool(String network, String subnet) {
        static Pool read(JsonNode request) throws Refusal {
            String[] parts = request.path("PoolID").asText().split(" ");
            if (parts.length != 2) {
                throw new Refusal(
                        Refusal.Kind.ENVIRONMENT,
                        "PoolID: expected a pool such as \"red 10.0.200.0/24\", found " + request.path("PoolID"));
            }
            return new Pool(parts[0], parts[1]);
        }
    }

    ObjectNode requestPool(JsonNode request) throws Refusal {
        String wanted = request.path("Pool").asText();
        boolean v6 = request.path("V6").asBoolean();
        if (!request.path("SubPool").asText().isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.UNSUPPORTED,
                    "--ip-range: Heddle chooses addresses of the whole subnet, outside of the network's dhcp range"
                            + " first; leave --ip-range out");
        }
        NetworkFacts network = choice.choose(
                request.path("Options").path(NETWORK).asText(),
                wanted.isEmpty() ? List.of() : List.of(wanted),
                "--ipam-opt");
        String subnet = network.subnets().stream()
                .filter(s -> wanted.isEmpty() ? Subnets.isV4(s) != v6 : Subnets.isSame(s, wanted))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.CONFIGURATION,
                        "network " + network.name() + " has no subnet of " + (v6 ? "IPv6" : "IPv4")));
        ObjectNode answer = JSON.createObjectNode();
        answer.put("PoolID", network.name() + " " + subnet);
        answer.put("Pool", subnet);
        ObjectNode data = answer.putObject("Data");
        network.gateway(Subnets.isV4(subnet)).ifPresent(g -> data.put(GATEWAY, g + "/" + Subnets.length(subnet)));
        return answer;
    }

    ObjectNode requestAddress(JsonNode request) throws Refusal {
        Pool pool = Pool.read(request);
        NetworkFacts network = ports.network(pool.network());
        String wanted = request.path("Address").asText();
        JsonNode options = request.path("Options");
        if (options.path(TYPE).asText().equals(GATEWAY)) {
            return answer(gateway(network, pool, wanted) + "/" + Subnets.length(pool.subnet()));
        }
        String mac = options.path(MAC).asText();
        if (mac.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.UNSUPPORTED,
                    "--aux-address: Heddle keeps addresses for others by itself, if the network file names them"
                            + " (or heddle address reserve); leave it out");
        }
        return answer(address(network, pool, wanted, mac));
    }

    private static ObjectNode answer(String address) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("Address", address);
        answer.putObject("Data");
        return answer;
    }

    /** A network without a gateway has the address of the subnet instead, which is nobody's: Docker insists on one. */
    private static String gateway(NetworkFacts network, Pool pool, String wanted) throws Refusal {
        Optional<String> gateway = network.gateway(Subnets.isV4(pool.subnet()));
        if (!wanted.isEmpty() && gateway.filter(g -> Subnets.isSame(g, wanted)).isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.CONFIGURATION,
                    "--gateway " + wanted + ": the gateway of network " + network.name() + " is "
                            + gateway.orElse("none") + " in the network file; leave --gateway out");
        }
        return gateway.orElse(Subnets.address(pool.subnet()));
    }

    private String address(NetworkFacts network, Pool pool, String wanted, String mac) throws Refusal {
        Attachment attachment = Endpoints.attachment(pool.network(), mac);
        String name = attachment.port(ports.place().prefix());
        Optional<HostPorts.Declared> before = ports.find(name);
        if (before.isPresent() && devices.find(name).isPresent()) {
            throw new Refusal(
                    Refusal.Kind.CONFIGURATION,
                    "the MAC " + mac + " is already that of " + ports.place() + "/" + name + " in network "
                            + pool.network() + ": choose another --mac-address");
        }
        Wish wish = Endpoints.wish(
                ports.place().prefix(),
                pool.network(),
                mac,
                wanted.isEmpty() ? List.of() : List.of(wanted),
                false,
                Map.of());
        List<String> addresses = before.isPresent() && wanted.isEmpty()
                ? before.get().addresses()
                : ports.declare(wish, network, false).addresses();
        return addresses.stream()
                .filter(a -> Subnets.contains(pool.subnet(), a))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.TRY_LATER,
                        "network " + pool.network() + " has no longer the subnet " + pool.subnet()));
    }

    /** Removes the port of an address, if no endpoint has become of it. Docker also releases what it never got. */
    void releaseAddress(JsonNode request) throws Refusal {
        Pool pool = Pool.read(request);
        String address = request.path("Address").asText();
        for (HostPorts.Declared port : ports.containers()) {
            if (port.network().equals(pool.network())
                    && port.label(HostPorts.RUNTIME).equals(Endpoints.RUNTIME)
                    && port.addresses().stream().anyMatch(a -> Subnets.isSame(Subnets.address(a), address))
                    && devices.find(port.name()).isEmpty()) {
                ports.remove(port.name(), port.label(HostPorts.ATTACHMENT));
            }
        }
    }
}
