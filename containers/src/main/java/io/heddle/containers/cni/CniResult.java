package io.heddle.containers.cni;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.containers.ports.Attacher;
import io.heddle.containers.ports.NetworkFacts;
import io.heddle.containers.ports.Subnets;

/** The result of ADD. Source: CNI specification 1.1.0, "Success". */
final class CniResult {
    private static final int CONTAINER_END = 1;

    private CniResult() {}

    static ObjectNode of(CniRequest request, CniConfig config, Attacher.Attached attached) {
        ObjectNode result = new ObjectMapper().createObjectNode();
        result.put("cniVersion", request.version());
        ArrayNode interfaces = result.putArray("interfaces");
        interfaces.addObject().put("name", attached.port().name()).put("mac", attached.hostMac());
        ObjectNode inside = interfaces
                .addObject()
                .put("name", request.device())
                .put("mac", attached.port().mac())
                .put("sandbox", request.namespace());
        if (CniVersion.isAtLeast(request.version(), "1.1.0")) {
            attached.mtu().ifPresent(m -> inside.put("mtu", m));
        }
        addresses(request, attached, result.putArray("ips"));
        routes(config, attached, result.putArray("routes"));
        names(attached.network(), result.putObject("dns"));
        return result;
    }

    private static void addresses(CniRequest request, Attacher.Attached attached, ArrayNode ips) {
        for (String address : attached.port().addresses()) {
            boolean v4 = Subnets.isV4(address);
            ObjectNode ip = ips.addObject().put("interface", CONTAINER_END).put("address", address);
            attached.network().gateway(v4).ifPresent(g -> ip.put("gateway", g));
            if (!CniVersion.isAtLeast(request.version(), "1.0.0")) {
                ip.put("version", v4 ? "4" : "6");
            }
        }
    }

    private static void routes(CniConfig config, Attacher.Attached attached, ArrayNode routes) {
        if (config.hasDefaultRoute()) {
            attached.gateways()
                    .forEach(g -> routes.addObject()
                            .put("dst", Subnets.isV4(g) ? "0.0.0.0/0" : "::/0")
                            .put("gw", g));
        }
        attached.routes().forEach(r -> routes.addObject().put("dst", r.to()).put("gw", r.via()));
    }

    private static void names(NetworkFacts network, ObjectNode dns) {
        if (!network.nameServers().isEmpty()) {
            network.nameServers().forEach(dns.putArray("nameservers")::add);
        }
        network.domain().ifPresent(d -> dns.put("domain", d));
        if (!network.search().isEmpty()) {
            network.search().forEach(dns.putArray("search")::add);
        }
    }
}
