package io.heddle.check;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.flows.sets.HeaderSpace;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which packets get between a port and what lies behind the way out of its router. Sources that a translation changes
 * are arbitrary in the results, like what every router changes.
 */
final class Outsides {
    private static final Match IPV4 = Match.ALL.with(Field.ETH_TYPE, 0x0800).with(Field.IP_TTL, Routed.TTL);
    private static final List<String> NOBODY = List.of("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3");

    private final Checker checker;
    private final Policies policies;
    private final HeaderSpace space;

    Outsides(Checker checker, Policies policies) {
        this.checker = checker;
        this.policies = policies;
        this.space = checker.space();
    }

    /** The router by which an end reaches the outside. */
    Optional<Router> router(Checker.End end) {
        return checker.model().routerOf(end.network()).filter(r -> r.outside().isPresent());
    }

    /** All IPv4 packets that a host may exchange with the outside of a router. @param field the address outside */
    int with(Router router, Field field) {
        int set = space.of(Match.ALL.with(Field.ETH_TYPE, 0x0800));
        List<Prefix> others = new ArrayList<>(NOBODY.stream().map(Prefix::parse).toList());
        router.networks()
                .forEach(n -> checker.model().networks().get(n).subnet4().ifPresent(others::add));
        Router.Outside outside = router.outside().orElseThrow();
        // Nor other routers of Heddle there: two on one host do not reach each other.
        checker.model().routers().values().stream()
                .filter(r -> r.outside()
                        .filter(o -> o.network().equals(outside.network()))
                        .isPresent())
                .forEach(r -> r.outsideAddresses().forEach(a -> others.add(new Prefix(a, 32))));
        outside.subnet().reserved().forEach(a -> others.add(new Prefix(a, 32)));
        router.routes().stream().map(Router.Route::to).filter(Prefix::isV4).forEach(others::add);
        for (Prefix p : others) {
            set = space.minus(set, space.of(Match.ALL.with(field, Masked.prefix(field, p.address(), p.length()))));
        }
        return set;
    }

    /**
     * The fate of packets from an end to the outside.
     *
     * @param sent the packets in question
     */
    Checker.Reach out(Checker.End from, Router router, int sent) {
        Router.Outside outside = router.outside().orElseThrow();
        NetworkModel.Place exit = exit(outside);
        int beyond = checker.model().networks().get(outside.network()).number();
        Map<Reason, Integer> drops = new LinkedHashMap<>();
        int set = space.and(sent, space.of(IPV4.with(Field.ETH_DST, Gateways.MAC)));
        Policies.Passage passage = policies.of(
                        from.vertex().bridge(), from.network(), from.port().name())
                .through()
                .apply(set);
        collect(passage, drops);
        // Also from a host without the way out: what comes from guests with an outside address of their own.
        int gets = passage.routed().getOrDefault(beyond, HeaderSpace.NONE);
        if (!exit.toString().equals(from.vertex().bridge())) {
            for (Map.Entry<String, Integer> e : tunnelled(from, router, passage).entrySet()) {
                Policies.Passage there = policies.of(
                                exit.toString(), e.getKey(), checker.model().tunnelPort(exit.bridge()))
                        .through()
                        .apply(e.getValue());
                collect(there, drops);
                gets = space.or(gets, there.routed().getOrDefault(beyond, HeaderSpace.NONE));
            }
        }
        return new Checker.Reach(space.forget(Routed.free(space, gets), Field.IPV4_SRC), drops);
    }

    /** What goes to the host with the way out, by the network whose tunnel it takes. */
    private Map<String, Integer> tunnelled(Checker.End from, Router router, Policies.Passage passage) {
        Map<String, Integer> out = new LinkedHashMap<>();
        if (passage.passes() != HeaderSpace.NONE) {
            out.put(from.network(), passage.passes());
        }
        for (String name : router.networks()) {
            Integer set =
                    passage.routed().get(checker.model().networks().get(name).number());
            if (set != null) {
                out.put(name, set);
            }
        }
        return out;
    }

    /**
     * The fate of packets from the outside to an end, as the end gets them.
     *
     * @param sent the packets in question, with any destination
     */
    Checker.Reach in(Router router, Checker.End to, int sent) {
        Router.Outside outside = router.outside().orElseThrow();
        NetworkModel.Place exit = exit(outside);
        Map<Reason, Integer> drops = new LinkedHashMap<>();
        long mac = outside.moves() ? Gateways.mac(router) : Gateways.mac(exit.host());
        int gets = in(outside, exit, mac, to, sent, drops);
        for (Map.Entry<Router.Floating, NetworkModel.Place> home :
                checker.model().homes(router).entrySet()) {
            if (to.port().endpoint().addresses().contains(home.getKey().inside())) {
                long own = Gateways.mac(home.getValue().host());
                gets = space.or(gets, in(outside, home.getValue(), own, to, sent, drops));
            }
        }
        return new Checker.Reach(Routed.free(space, gets), drops);
    }

    /** What gets inside by one bridge. @param mac to which the outside sends it */
    private int in(
            Router.Outside outside,
            NetworkModel.Place entrance,
            long mac,
            Checker.End to,
            int sent,
            Map<Reason, Integer> drops) {
        int inside = checker.model().networks().get(to.network()).number();
        Topology.Vertex begin = new Topology.Vertex(entrance.toString(), to.network(), "");
        List<Topology.Hop> path = checker.paths(begin).get(to.vertex());
        int gets = HeaderSpace.NONE;
        for (Port port :
                path == null ? List.<Port>of() : entrance.bridge().ports().values()) {
            if (!port.networks().contains(outside.network())) {
                continue;
            }
            Policies.Passage passage = policies.of(entrance.toString(), outside.network(), port.name())
                    .through()
                    .apply(space.and(sent, space.of(IPV4.with(Field.ETH_DST, mac))));
            collect(passage, drops);
            int passes = passage.routed().getOrDefault(inside, HeaderSpace.NONE);
            for (Topology.Hop hop : path) {
                Policies.Passage next = policies.of(hop.at().bridge(), hop.at().network(), hop.port())
                        .through()
                        .apply(passes);
                collect(next, drops);
                passes = next.passes();
            }
            gets = space.or(gets, passes);
        }
        return gets;
    }

    /** The bridge with the way out, if all hosts are alive. */
    private NetworkModel.Place exit(Router.Outside outside) {
        Host host = checker.model().hosts().get(outside.hosts().get(0));
        Bridge bridge = host.bridges().values().stream()
                .filter(b -> b.networks().contains(outside.network()))
                .findFirst()
                .orElseThrow();
        return new NetworkModel.Place(host, bridge);
    }

    private void collect(Policies.Passage passage, Map<Reason, Integer> drops) {
        passage.drops().forEach((reason, set) -> drops.merge(reason, Routed.free(space, set), space::or));
    }

    /** Whether an address may be an end's: one that it declares, or any of its network. */
    int addresses(Checker.End end, Field field) {
        List<Inet4Address> declared = end.port().endpoint().addresses().stream()
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
        int set = HeaderSpace.NONE;
        for (Inet4Address a : declared) {
            set = space.or(set, space.of(Match.ALL.with(field, Masked.address(field, a))));
        }
        Optional<Prefix> subnet = checker.model().networks().get(end.network()).subnet4();
        return !declared.isEmpty() || subnet.isEmpty()
                ? set
                : space.of(Match.ALL.with(
                        field,
                        Masked.prefix(
                                field, subnet.get().address(), subnet.get().length())));
    }
}
