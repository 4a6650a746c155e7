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
 * Which hosts with a way out, which backends of services and which next routers may be alive. A packet that passes in
 * any of these cases is one that may pass: in case {@code k} only the backend {@code k} of each service is alive, so
 * every client gets to it, and only the next router {@code k} of each route; and the first {@code d} hosts that may
 * have a way out are dead.
 */
final class Lives {
    private Lives() {}

    /** The policies of the switches in each case. */
    static List<Policies> of(NetworkModel model, HeaderSpace space) {
        int hops = model.routers().values().stream()
                .flatMap(r -> r.routes().stream())
                .mapToInt(r -> r.via().size())
                .max()
                .orElse(1);
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
        for (int k = 0; k < Math.max(backends, hops); k++) {
            NetworkModel only = only(model, k);
            for (int dead = 0; dead < hosts; dead++) {
                all.add(Policies.passing(only, space, dead));
            }
        }
        return all;
    }

    private static NetworkModel only(NetworkModel model, int k) {
        Map<String, Router> routers = new LinkedHashMap<>();
        model.routers().forEach((name, r) -> {
            List<Service> services = new ArrayList<>();
            for (Service s : r.services()) {
                Service.Backend alive =
                        s.backends().get(Math.min(k, s.backends().size() - 1));
                services.add(s.without(b -> !b.equals(alive)));
            }
            routers.put(name, r.with(services).withRoutes(route -> only(route, k)));
        });
        return model.withRouters(routers);
    }

    private static Router.Route only(Router.Route route, int k) {
        return route.with(hop -> {
            Router.Hop alive = route.via().get(Math.min(k, route.via().size() - 1));
            return new Router.Hop(hop.address(), hop.equals(alive), hop.mac());
        });
    }
}
