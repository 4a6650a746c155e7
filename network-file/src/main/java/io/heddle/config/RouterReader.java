package io.heddle.config;

import io.heddle.apps.FreeNumbers;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Nearest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads routers, after the networks. */
final class RouterReader {
    private final Map<String, Network> networks;
    private final List<Problem> problems;
    private final SubnetReader addresses;
    private final Map<String, String> routerOf = new HashMap<>();
    private final FreeNumbers numbers = new FreeNumbers(0, Router.NUMBERS);

    RouterReader(Map<String, Network> networks, List<Problem> problems) {
        this.networks = networks;
        this.problems = problems;
        this.addresses = new SubnetReader(problems);
    }

    /** @param places the routers' places by name */
    Map<String, Router> read(Map<String, Yaml> places) {
        Map<String, Router> out = new LinkedHashMap<>();
        places.forEach((name, y) -> out.put(name, router(name, y)));
        out.forEach((name, router) -> router.outside().ifPresent(o -> {
            String other = routerOf.get(o.network());
            if (other != null) {
                problems.add(places.get(name)
                        .get("outside")
                        .orElseThrow()
                        .problem("begins in network " + o.network() + ", which router " + other
                                + " joins to others: the outside is a network without a router"));
            }
        }));
        return out;
    }

    private Router router(String name, Yaml y) {
        ModelReader.checkName(name, y, problems);
        List<Network> joined = new ArrayList<>();
        if (y.get("networks").isEmpty()) {
            problems.add(y.problem("needs networks, such as [red, blue]"));
        }
        for (Yaml item : y.get("networks").map(Yaml::items).orElse(List.of())) {
            network(name, item).filter(n -> apart(joined, n, item)).ifPresent(joined::add);
        }
        List<Router.Route> routes = new ArrayList<>();
        for (Yaml item : y.get("routes").map(Yaml::items).orElse(List.of())) {
            route(joined, item).ifPresent(r -> {
                Optional<Network> own = joined.stream()
                        .filter(n -> r.from().isEmpty()
                                && n.subnets().stream()
                                        .anyMatch(s -> s.canonical().equals(r.to())))
                        .findFirst();
                if (own.isPresent()) {
                    problems.add(item.problem("leads to network " + own.get().name() + ", which the router joins"));
                } else if (routes.stream()
                        .anyMatch(o -> o.to().equals(r.to()) && o.from().equals(r.from()))) {
                    problems.add(item.problem("is a second route to " + r.text()));
                } else {
                    routes.add(r);
                }
            });
        }
        OutsideReader reader = new OutsideReader(networks, joined, problems);
        Optional<Router.Outside> outside = y.get("outside").flatMap(reader::read);
        outside.ifPresent(o -> distinct(o, joined, routes, y));
        List<Router.Translation> translations = reader.translations(y, outside);
        return new Router(
                name,
                numbers.of(name),
                joined.stream().map(Network::name).toList(),
                routes,
                outside,
                translations,
                new ServiceReader(joined, outside, translations, problems).read(y.get("services")));
    }

    /** The routes to the outside must differ from the others. */
    private void distinct(Router.Outside outside, List<Network> joined, List<Router.Route> routes, Yaml y) {
        Yaml place = y.get("outside").orElseThrow();
        for (Network n : joined) {
            for (Prefix inside : n.subnets()) {
                if (inside.contains(outside.subnet().address())
                        || outside.subnet().contains(inside.address())) {
                    problems.add(place.problem("has the addresses " + outside.subnet() + ", which overlap " + inside
                            + " of network " + n.name()));
                }
            }
        }
        for (Router.Route route : routes) {
            if (route.from().isPresent()) {
                continue;
            }
            boolean all = route.to().isV4() && route.to().length() == 0;
            if (route.to().equals(outside.subnet()) || all && outside.gateway().isPresent()) {
                problems.add(place.problem("leads to " + route.to() + ", to which there is a route already"));
            }
        }
    }

    private Optional<Network> network(String router, Yaml item) {
        Network network = networks.get(item.text());
        if (network == null) {
            problems.add(item.problem(Nearest.unknown("network", item.text(), networks.keySet())));
            return Optional.empty();
        }
        String other = routerOf.putIfAbsent(network.name(), router);
        if (other != null) {
            problems.add(item.problem("is already in router " + other + ": a network has one router"));
            return Optional.empty();
        }
        if (network.subnets().isEmpty() || network.gateways().isEmpty()) {
            problems.add(item.problem(
                    "needs subnet and gateway in networks, such as" + " {subnet: 10.0.200.0/24, gateway: 10.0.200.1}"));
            return Optional.empty();
        }
        return Optional.of(network);
    }

    /** Whether no prefix of a network is also one of the others: a router could not tell them apart. */
    private boolean apart(List<Network> others, Network network, Yaml item) {
        for (Network other : others) {
            for (Prefix mine : network.subnets()) {
                for (Prefix theirs : other.subnets()) {
                    if (mine.contains(theirs.address()) || theirs.contains(mine.address())) {
                        problems.add(
                                item.problem("has the addresses " + mine + ", which overlap " + theirs + " of network "
                                        + other.name() + " in the same router: give each a router of its own"));
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private Optional<Router.Route> route(List<Network> joined, Yaml item) {
        Optional<Prefix> to = item.get("to").flatMap(addresses::prefix);
        if (item.get("to").isEmpty()) {
            problems.add(item.problem("needs to, such as {to: 10.99.0.0/24, via: 10.0.200.254}"));
        }
        List<Yaml> places = SubnetReader.oneOrMany(item, "via");
        List<Router.Hop> via = hops(places);
        if (places.size() > Router.Route.MOST) {
            problems.add(item.get("via").orElseThrow().problem("has more than " + Router.Route.MOST + " next routers"));
            return Optional.empty();
        }
        Optional<Prefix> from = item.get("from").flatMap(addresses::prefix).map(Prefix::canonical);
        if (to.isEmpty() || via.size() < places.size() || item.get("from").isPresent() && from.isEmpty()) {
            return Optional.empty();
        }
        if (from.isPresent() && from.get().isV4() != to.get().isV4()) {
            problems.add(item.get("from").get().problem("is not of the IP version of " + to.get()));
            return Optional.empty();
        }
        for (int i = 0; i < via.size(); i++) {
            if (!isRight(joined, to.get(), via.get(i).address(), places.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(new Router.Route(to.get().canonical(), from, via));
    }

    private List<Router.Hop> hops(List<Yaml> places) {
        List<Router.Hop> hops = new ArrayList<>();
        for (Yaml place : places) {
            Optional<Router.Hop> hop = addresses.address(place).map(Router.Hop::new);
            if (hop.filter(hops::contains).isPresent()) {
                problems.add(place.problem("is given twice"));
            } else {
                hop.ifPresent(hops::add);
            }
        }
        return hops;
    }

    private boolean isRight(List<Network> joined, Prefix to, InetAddress via, Yaml place) {
        if (to.isV4() != via instanceof Inet4Address) {
            problems.add(place.problem("is not of the IP version of " + to));
        } else if (joined.stream().anyMatch(n -> n.gateways().contains(via))) {
            problems.add(place.problem("is the router's own address"));
        } else if (joined.stream().noneMatch(n -> n.contains(via))) {
            problems.add(place.problem("is in no network of the router, so it cannot be reached"));
        } else {
            return true;
        }
        return false;
    }
}
