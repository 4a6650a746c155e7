package io.heddle.controller.health;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import java.net.Inet4Address;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The backends of services that Heddle looks at. */
final class Backends {
    private Backends() {}

    /** A backend. @param router the name of its router */
    record Key(String router, Inet4Address address, int port) {
        private static final String FORM = "%s %s %d";

        /** One line. */
        String text() {
            return String.format(FORM, router, address.getHostAddress(), port);
        }

        /** The key of a line; empty if it is none. */
        static Optional<Key> parse(String line) {
            String[] parts = line.split(" ");
            if (parts.length != 3
                    || !InetAddresses.isInetAddress(parts[1])
                    || !(InetAddresses.forString(parts[1]) instanceof Inet4Address address)
                    || !parts[2].matches("\\d{1,5}")) {
                return Optional.empty();
            }
            return Optional.of(new Key(parts[0], address, Integer.parseInt(parts[2])));
        }
    }

    /** Those of a network that are checked. */
    static Set<Key> checked(NetworkModel model) {
        Set<Key> out = new LinkedHashSet<>();
        for (Router router : model.routers().values()) {
            for (Service service : router.services()) {
                if (service.checked()) {
                    service.backends().forEach(b -> out.add(new Key(router.name(), b.address(), b.port())));
                }
            }
        }
        return out;
    }

    /** A network in which some backends are not alive; the same object if there are none. */
    static NetworkModel without(NetworkModel model, Set<Key> dead) {
        if (dead.isEmpty() || checked(model).stream().noneMatch(dead::contains)) {
            return model;
        }
        Map<String, Router> routers = new LinkedHashMap<>();
        model.routers()
                .forEach((name, r) -> routers.put(
                        name,
                        r.with(r.services().stream()
                                .map(s -> s.checked()
                                        ? s.without(b -> dead.contains(new Key(name, b.address(), b.port())))
                                        : s)
                                .toList())));
        return model.withRouters(routers);
    }
}
