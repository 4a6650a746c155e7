package io.heddle.controller.api;

import io.heddle.controller.services.Services;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The services of routers as rows, one for each backend. */
final class ServiceViews {
    private final NetworkModel model;

    ServiceViews(Services services) {
        this.model = services.fleet().model();
    }

    List<Map<String, Object>> services() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Router router : model.routers().values()) {
            if (!router.services().isEmpty()) {
                Map<InetAddress, String> ports = ports(router);
                router.services().forEach(s -> s.backends().forEach(b -> rows.add(row(router, s, b, ports))));
            }
        }
        return rows;
    }

    /** The ports that declare addresses in a router's networks. */
    private Map<InetAddress, String> ports(Router router) {
        Map<InetAddress, String> out = new HashMap<>();
        for (NetworkModel.At at : model.ports()) {
            if (at.port().networks().stream().anyMatch(router.networks()::contains)) {
                at.port().endpoint().addresses().forEach(a -> out.putIfAbsent(a, at.toString()));
            }
        }
        return out;
    }

    private static Map<String, Object> row(
            Router router, Service s, Service.Backend b, Map<InetAddress, String> ports) {
        return Row.of("router", router.name())
                .and("service", s.name())
                .and("address", s.text())
                .and("protocol", s.protocol() == 6 ? "tcp" : "udp")
                .and("backend", b.text())
                .and("port", ports.getOrDefault(b.address(), ""))
                .and("state", !s.checked() ? "unchecked" : b.alive() ? "up" : "down")
                .and("affinity", s.sticky() ? "client" : "none")
                .map();
    }
}
