package io.heddle.config;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.flows.program.Nearest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks routers against hosts and against each other. */
final class RouterCheck {
    private final NetworkModel model;
    private final List<Problem> problems;
    /** The ports with addresses, by the names of their networks. */
    private final Map<String, List<NetworkModel.At>> addressed;

    RouterCheck(NetworkModel model, List<Problem> problems) {
        this.model = model;
        this.problems = problems;
        this.addressed = model.routers().isEmpty() ? Map.of() : addressed(model);
    }

    private static Map<String, List<NetworkModel.At>> addressed(NetworkModel model) {
        Map<String, List<NetworkModel.At>> out = new HashMap<>();
        for (NetworkModel.At at : model.ports()) {
            if (!at.port().endpoint().addresses().isEmpty()) {
                at.port()
                        .networks()
                        .forEach(n ->
                                out.computeIfAbsent(n, k -> new ArrayList<>()).add(at));
            }
        }
        return out;
    }

    /** @param places the routers' places by name */
    void check(Map<String, Yaml> places) {
        Map<String, Router> addresses = new HashMap<>();
        Map<String, String> doors = new HashMap<>();
        Map<String, Map<Prefix, String>> plain = new HashMap<>();
        for (Router router : model.routers().values()) {
            Yaml y = places.get(router.name());
            router.networks().forEach(n -> gatewayIsFree(model.networks().get(n), y));
            router.services().forEach(s -> addressIsFree(router, s, y));
            router.outside().ifPresent(o -> {
                Yaml outside = y.get("outside").orElse(y);
                OutsideReader.hosts(outside).forEach(place -> host(router, o, place));
                probes(router, o, outside);
                for (Inet4Address address : router.outsideAddresses()) {
                    Router other = addresses.putIfAbsent(o.network() + " " + address, router);
                    if (other != null
                            && !(o.addresses().contains(address)
                                    && model.sharing(router).contains(other))) {
                        problems.add(y.problem(address.getHostAddress() + " in network " + o.network()
                                + " is already that of router " + other.name() + ": to share it, give both the same"
                                + " outside, with shared: true"));
                    }
                }
                sharedDoors(router, y, doors);
                for (String host : o.hosts()) {
                    unhidden(router, y, plain.computeIfAbsent(host + " " + o.network(), k -> new HashMap<>()));
                }
            });
        }
    }

    /** Of routers that share an address, one has a port. @param doors the routers by port */
    private void sharedDoors(Router router, Yaml y, Map<String, String> doors) {
        Router.Outside outside = router.outside().orElseThrow();
        if (!outside.shared()) {
            return;
        }
        if (outside.addresses().size() > Router.MOST_SHARED) {
            problems.add(y.problem("has " + outside.addresses().size() + " addresses to share: expected at most "
                    + Router.MOST_SHARED));
        }
        Stream<String> forwards = router.translations().stream()
                .flatMap(t -> t instanceof Router.Forward f ? Stream.of(f) : Stream.empty())
                .map(f -> door(f.outside(), f.port(), f.protocol()));
        Stream<String> services = router.services().stream()
                .filter(router::isOutside)
                .map(s -> door(s.address(), s.port(), s.protocol()));
        Stream.concat(forwards, services).forEach(door -> {
            String other = doors.putIfAbsent(outside.network() + " " + door, router.name());
            if (other != null && !other.equals(router.name())) {
                problems.add(y.problem(door + " leads inside by router " + other + " already, with which it shares the"
                        + " address: take another port"));
            }
        });
    }

    private static String door(InetAddress address, int port, int protocol) {
        return address.getHostAddress() + ":" + port + (protocol == 17 ? "/udp" : "/tcp");
    }

    private void gatewayIsFree(Network network, Yaml y) {
        for (NetworkModel.At at : addressed.getOrDefault(network.name(), List.of())) {
            if (at.port().endpoint().addresses().stream().anyMatch(network.gateways()::contains)) {
                problems.add(y.problem("port " + at + " has the address of the gateway of network " + network.name()
                        + ": give one of them another"));
            }
        }
    }

    private void addressIsFree(Router router, Service service, Yaml y) {
        Yaml place = y.get("services").flatMap(s -> s.get(service.name())).orElse(y);
        for (String name : router.networks()) {
            for (NetworkModel.At at : addressed.getOrDefault(name, List.of())) {
                if (at.port().endpoint().addresses().contains(service.address())) {
                    problems.add(place.problem("has the address of port " + at + ": give one of them another"));
                }
            }
        }
    }

    private void host(Router router, Router.Outside outside, Yaml place) {
        Host host = model.hosts().get(place.text());
        if (host == null) {
            problems.add(place.problem(
                    Nearest.unknown("host", place.text(), model.hosts().keySet())));
            return;
        }
        Optional<Bridge> bridge = bridge(host, outside);
        if (bridge.isEmpty()) {
            problems.add(place.problem("has no port in network " + outside.network() + ", where the outside begins"));
            return;
        }
        Set<String> here = model.networks(host, bridge.get());
        router.networks().stream()
                .filter(n -> !here.contains(n))
                .findFirst()
                .ifPresent(n -> problems.add(place.problem("cannot reach network " + n + " of the router from bridge "
                        + bridge.get().name()
                        + ": give the network a vni and the host a tunnel-ip, or the bridge a port"
                        + " in it")));
    }

    /** Hosts between which a way out moves see by BFD whether it works on the others. */
    private void probes(Router router, Router.Outside outside, Yaml y) {
        model.networks().values().stream()
                .filter(n -> outside.moves() && n.vni().orElse(0) >= WayOutProbe.FIRST_KEY)
                .forEach(n -> problems.add(y.problem("VNI " + n.vni().getAsInt() + " of network " + n.name()
                        + " is among those by which hosts watch each other: give the network one below "
                        + WayOutProbe.FIRST_KEY)));
        model.routers().values().stream()
                .flatMap(r -> r.outside().stream())
                .filter(o -> outside.moves() && o.moves() && !o.network().equals(outside.network()))
                .map(o -> model.networks().get(o.network()))
                .filter(n -> WayOutProbe.number(n)
                        == WayOutProbe.number(model.networks().get(outside.network())))
                .findFirst()
                .ifPresent(n -> problems.add(y.problem("hosts cannot tell probes of ways out into " + outside.network()
                        + " and " + n.name() + " apart: give one of them a VLAN or a VNI with other low 12 bits")));
        for (String name : outside.moves() ? outside.hosts() : List.<String>of()) {
            Host host = model.hosts().get(name);
            if (host != null && host.vtep().isEmpty()) {
                problems.add(y.problem(
                        "host " + name + " needs a tunnel-ip, by which the others see whether it is" + " alive"));
            } else if (host != null) {
                outside.hosts().stream()
                        .takeWhile(o -> !o.equals(name))
                        .map(model.hosts()::get)
                        .filter(o -> o != null && o.vtep().isPresent() && !isSeen(router, outside, host, o))
                        .forEach(o -> problems.add(y.problem("hosts " + o.name() + " and " + name
                                + " share no network of the router by tunnel, by which they see whether the other is"
                                + " alive: give one of " + String.join(", ", router.networks()) + " a vni")));
            }
        }
    }

    /** Whether a host sees by a network of the router whether another one is alive. */
    private boolean isSeen(Router router, Router.Outside outside, Host host, Host other) {
        return bridge(host, outside)
                .filter(b -> model.overlays(host, b).stream()
                        .anyMatch(n -> router.networks().contains(n.name())
                                && model.peers(host, n).contains(other)))
                .isPresent();
    }

    /** The bridge of a host where the outside begins. */
    private static Optional<Bridge> bridge(Host host, Router.Outside outside) {
        return host.bridges().values().stream()
                .filter(b -> b.networks().contains(outside.network()))
                .findFirst();
    }

    /** Networks that the outside reaches by their own addresses must differ between routers of one host. */
    private void unhidden(Router router, Yaml y, Map<Prefix, String> taken) {
        for (String name : router.networks()) {
            boolean hidden = router.translations().stream()
                    .anyMatch(
                            t -> t instanceof Router.Masquerade m && m.network().equals(name));
            Optional<Prefix> subnet = model.networks().get(name).subnet4().filter(s -> !hidden);
            subnet.map(Prefix::canonical).ifPresent(s -> {
                String other = taken.putIfAbsent(s, router.name());
                if (other != null) {
                    problems.add(y.problem("network " + name + " goes out untranslated with the addresses " + s
                            + ", like one of router " + other + " on the same host: add {snat: " + name + "} to nat"));
                }
            });
        }
    }
}
