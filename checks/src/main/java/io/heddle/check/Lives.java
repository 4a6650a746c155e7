package io.heddle.check;

import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import io.heddle.flows.sets.HeaderSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which hosts with a way out and which backends of services may be alive. A packet that passes in any of these cases is
 * one that may pass: in case {@code k} only the backend {@code k} of each service is alive, so every client gets to it,
 * and the first {@code d} hosts that may have a way out are dead.
 */
final class Lives {
    private Lives() {}

    /** The policies of the switches in each case. */
    static List<Policies> of(NetworkModel model, HeaderSpace space) {
        int backends = model.routers().values().stream()
                .flatMap(r -> r.services().stream())
                .mapToInt(s -> s.backends().size())
                .max()
                .orElse(1);
        int hosts = model.routers().values().stream()
                .flatMap(r -> r.outside().stream())
                .mapToInt(o -> o.hosts().size())
                .max()
                .orElse(1);
        List<Policies> all = new ArrayList<>();
        for (int backend = 0; backend < backends; backend++) {
            NetworkModel only = only(model, backend);
            for (int dead = 0; dead < hosts; dead++) {
                all.add(Policies.passing(only, space, dead));
            }
        }
        return all;
    }

    private static NetworkModel only(NetworkModel model, int backend) {
        Map<String, Router> routers = new LinkedHashMap<>();
        model.routers().forEach((name, r) -> {
            List<Service> services = new ArrayList<>();
            for (Service s : r.services()) {
                Service.Backend alive =
                        s.backends().get(Math.min(backend, s.backends().size() - 1));
                services.add(s.without(b -> !b.equals(alive)));
            }
            routers.put(name, r.with(services));
        });
        return model.withRouters(routers);
    }
}
