package io.heddle.config;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a router's services, after its way out and its translations. */
final class ServiceReader {
    private final List<Network> joined;
    private final Optional<Router.Outside> outside;
    private final List<Router.Translation> translations;
    private final List<Problem> problems;
    private final Map<String, String> taken = new HashMap<>();

    /** @param joined the router's own networks */
    ServiceReader(
            List<Network> joined,
            Optional<Router.Outside> outside,
            List<Router.Translation> translations,
            List<Problem> problems) {
        this.joined = joined;
        this.outside = outside;
        this.translations = translations;
        this.problems = problems;
    }

    List<Service> read(Optional<Yaml> places) {
        List<Service> out = new ArrayList<>();
        places.ifPresent(p -> p.entries().forEach((name, y) -> service(name, y).ifPresent(out::add)));
        return out;
    }

    private Optional<Service> service(String name, Yaml y) {
        ModelReader.checkName(name, y, problems);
        int before = problems.size();
        for (String key : List.of("address", "backends")) {
            if (y.get(key).isEmpty()) {
                problems.add(y.problem("needs " + key + ", such as {address: \"10.0.200.80:80\","
                        + " backends: [\"10.0.200.11:8080\", \"10.0.200.12:8080\"]}"));
            }
        }
        int protocol = y.text("proto", "tcp").equals("udp") ? 17 : 6;
        Optional<Door> address = y.get("address").flatMap(a -> Door.read(a, problems));
        address.ifPresent(a -> isFree(name, a, protocol, y.get("address").orElseThrow()));
        List<Service.Backend> backends = new ArrayList<>();
        for (Yaml item : y.get("backends").map(Yaml::items).orElse(List.of())) {
            backend(item).ifPresent(b -> {
                if (backends.contains(b)) {
                    problems.add(item.problem("is a backend already"));
                }
                backends.add(b);
            });
        }
        if (backends.size() > Service.MOST) {
            problems.add(y.get("backends").orElseThrow().problem("has more than " + Service.MOST + " backends"));
        }
        boolean tcp = protocol == 6;
        String check = y.text("check", tcp ? "tcp" : "none");
        if (check.equals("tcp") && !tcp) {
            problems.add(y.get("check").orElseThrow().problem("only finds out about TCP services: write none"));
        }
        return problems.size() > before || backends.isEmpty()
                ? Optional.empty()
                : Optional.of(new Service(
                        name,
                        protocol,
                        address.orElseThrow().address(),
                        address.get().port(),
                        backends,
                        y.text("affinity", "none").equals("client"),
                        check.equals("tcp")));
    }

    private Optional<Service.Backend> backend(Yaml item) {
        Optional<Door> door = Door.read(item, problems);
        if (door.isPresent()) {
            Inet4Address address = door.get().address();
            Optional<Network> network =
                    joined.stream().filter(n -> n.contains(address)).findFirst();
            if (network.isEmpty() || network.get().gateways().contains(address)) {
                problems.add(item.problem("is no host's address in a network of the router"));
                return Optional.empty();
            }
        }
        return door.map(d -> new Service.Backend(d.address(), d.port(), true));
    }

    /** A service may share its address with other services, but not with anything else. */
    private void isFree(String name, Door at, int protocol, Yaml place) {
        String key = protocol + " " + at.address() + " " + at.port();
        String other = taken.putIfAbsent(key, name);
        if (other != null) {
            problems.add(place.problem("is already the address of service " + other));
        }
        joined.stream()
                .filter(n -> n.gateways().contains(at.address()))
                .forEach(n -> problems.add(
                        place.problem("is the gateway of network " + n.name() + ": take an address that is free")));
        joined.stream()
                .filter(n -> n.contains(at.address()))
                .flatMap(n -> n.subnet4().stream())
                .filter(s -> !s.isHost(at.address()))
                .forEach(s -> problems.add(place.problem("is no address of a host in " + s)));
        outside.ifPresent(o -> {
            if (o.subnet().contains(at.address())
                    && (!o.subnet().isHost(at.address()) || o.gateway().equals(Optional.of(at.address())))) {
                problems.add(place.problem("is no address that the router can have in " + o.subnet()));
            }
        });
        for (Router.Translation t : translations) {
            if (t.outside().equals(at.address()) && takes(t, at.port(), protocol)) {
                problems.add(place.problem("is translated by nat already"));
            }
        }
    }

    private static boolean takes(Router.Translation t, int port, int protocol) {
        return t instanceof Router.Forward f
                ? f.port() == port && f.protocol() == protocol
                : t instanceof Router.Floating;
    }
}
