package io.heddle.check;

import io.heddle.apps.Protocols;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.sets.HeaderSpace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where packets get that a port sends to routers: routed, translated, by the host with a way out and back inside, by
 * the outside to another router. Packets are followed from router to router until nothing new arrives anywhere.
 *
 * <p>What routers and translations change is arbitrary in the results, so they may be too large, but not too small:
 * MAC addresses, the TTL, and of packets with a translated source also the source and its port.
 */
final class Crossings {
    private final Checker checker;
    private final NetworkModel model;
    private final HeaderSpace space;
    /** What the switches may do. A packet passes if it passes by any of these. */
    private final List<Policies> cases;

    private final int ip;
    /** Frames to routers, and from them. */
    private final int toRouters;

    private final int fromRouters;
    /** Packets from addresses that a translation gives to senders. */
    private final int translated;

    private final Map<Integer, String> networks = new HashMap<>();
    private final Map<List<Integer>, Way> ways = new HashMap<>();
    private final Map<List<Object>, Spread> spreads = new HashMap<>();
    private final Map<Topology.Vertex, Integer> toRouterOf = new HashMap<>();
    private final Map<List<Object>, Integer> widened = new HashMap<>();

    /** A result of some policies. @param routed by the number of the network */
    private record Way(int stays, Map<Integer, Integer> routed) {}

    /**
     * Where a sender's packets get.
     *
     * @param begins by bridge and network, the packets that routers send into the network there
     * @param ends by bridge and network, the packets that get there
     */
    record Spread(Map<Topology.Vertex, Integer> begins, Map<Topology.Vertex, Arrival> ends) {}

    /** @param plain packets from the sender's own address @param changed those whose source was translated */
    record Arrival(int plain, int changed) {
        static final Arrival NONE = new Arrival(HeaderSpace.NONE, HeaderSpace.NONE);
    }

    Crossings(Checker checker, List<Policies> cases) {
        this.checker = checker;
        this.model = checker.model();
        this.space = checker.space();
        this.cases = cases;
        ip = union(Protocols.IP, m -> m);
        List<Long> macs = routers().toList();
        toRouters = union(macs, m -> Match.ALL.with(Field.ETH_DST, m));
        fromRouters = union(macs, m -> Match.ALL.with(Field.ETH_SRC, m));
        translated = union(
                model.routers().values().stream()
                        .flatMap(r -> r.outsideAddresses().stream())
                        .toList(),
                a -> Protocols.IPV4.with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, a)));
        model.networks().values().forEach(n -> networks.put(n.number(), n.name()));
    }

    private Stream<Long> routers() {
        return Stream.concat(
                Stream.concat(
                        Stream.of(Gateways.MAC), model.hosts().values().stream().map(Gateways::mac)),
                model.routers().values().stream().map(Gateways::mac));
    }

    private <T> int union(Iterable<T> all, Function<T, Match> match) {
        int set = HeaderSpace.NONE;
        for (T one : all) {
            set = space.or(set, space.of(match.apply(one)));
        }
        return set;
    }

    /** Whether routers take packets from a network. */
    boolean begins(String network) {
        return model.routerOf(network).isPresent() || model.isOutside(network);
    }

    /** All packets that a host may send to routers, whichever MAC of a router it takes. */
    int anything() {
        return space.and(space.and(ip, toRouters), checker.unicastSources());
    }

    /** The packets that hosts of a network usually send to routers. */
    int usual(String network) {
        int set = model.routerOf(network).isPresent()
                ? space.of(Match.ALL.with(Field.ETH_DST, Gateways.MAC))
                : union(
                        model.routers().values().stream()
                                .flatMap(r -> r.outside().stream()
                                        .filter(o -> o.network().equals(network))
                                        .map(o -> mac(r, o)))
                                .toList(),
                        m -> Match.ALL.with(Field.ETH_DST, m));
        int fresh = union(Protocols.IP, m -> m.with(Field.IP_TTL, Routed.TTL));
        return space.and(space.and(set, fresh), checker.unicastSources());
    }

    private long mac(Router router, Router.Outside outside) {
        return outside.moves()
                ? Gateways.mac(router)
                : Gateways.mac(model.hosts().get(outside.hosts().get(0)));
    }

    /** Follows packets. @param port by which they come in at {@code from} @param sent some to routers */
    Spread spread(Topology.Vertex from, String port, int sent) {
        return spreads.computeIfAbsent(List.of(from, numbers(from, port), sent), k -> {
            Spread spread = new Spread(new LinkedHashMap<>(), new HashMap<>());
            Deque<Topology.Vertex> queue = new ArrayDeque<>();
            begin(spread, queue, from, way(from, port, space.and(sent, space.possible())));
            while (!queue.isEmpty()) {
                Topology.Vertex at = queue.remove();
                checker.paths(at).forEach((to, path) -> cross(spread, queue, spread.begins.get(at), to, path));
            }
            return spread;
        });
    }

    /** Follows packets to the router of another bridge. */
    private void cross(
            Spread spread, Deque<Topology.Vertex> queue, int some, Topology.Vertex to, List<Topology.Hop> path) {
        int left = path.isEmpty() ? HeaderSpace.NONE : space.and(some, to(to));
        for (int i = 0; i < path.size() && left != HeaderSpace.NONE; i++) {
            Topology.Hop hop = path.get(i);
            Way way = way(hop.at(), hop.port(), left);
            left = way.stays;
            if (i == path.size() - 1) {
                begin(spread, queue, to, new Way(space.minus(left, to(to)), way.routed));
            }
        }
    }

    /** Frames to the router of a bridge. */
    private int to(Topology.Vertex at) {
        return toRouterOf.computeIfAbsent(at, this::computeTo);
    }

    private int computeTo(Topology.Vertex at) {
        Host host = model.hosts().get(at.bridge().substring(0, at.bridge().indexOf('/')));
        int set = union(List.of(Gateways.MAC, Gateways.mac(host)), m -> Match.ALL.with(Field.ETH_DST, m));
        set = space.or(set, union(model.routers().values(), r -> Match.ALL.with(Field.ETH_DST, Gateways.mac(r))));
        return space.and(set, ip);
    }

    private void begin(Spread spread, Deque<Topology.Vertex> queue, Topology.Vertex at, Way way) {
        begin(spread, queue, at, way.stays);
        way.routed.forEach((number, set) -> {
            String network = networks.get(number);
            if (network != null) {
                begin(spread, queue, new Topology.Vertex(at.bridge(), network, ""), set);
            }
        });
    }

    private void begin(Spread spread, Deque<Topology.Vertex> queue, Topology.Vertex at, int some) {
        int had = spread.begins.getOrDefault(at, HeaderSpace.NONE);
        int all = space.or(had, widened(at.network(), some));
        if (all != had) {
            spread.begins.put(at, all);
            if (!queue.contains(at)) {
                queue.add(at);
            }
        }
    }

    /** Makes equal what differs only by the router that sent it, so that most sets are computed once. */
    private int widened(String network, int some) {
        return widened.computeIfAbsent(List.of(network, some), k -> computeWidened(network, some));
    }

    private int computeWidened(String network, int some) {
        int set = some;
        if (model.isOutside(network)) {
            // The neighbour may be another router.
            int unknown = space.and(set, space.of(Match.ALL.with(Field.ETH_DST, Policies.SOMEBODY)));
            set = space.or(set, space.and(space.forget(unknown, Field.ETH_DST), toRouters));
        }
        int routed = space.and(set, fromRouters);
        routed = space.and(space.forget(routed, Field.ETH_SRC), fromRouters);
        return anyPort(space.or(space.minus(set, fromRouters), routed));
    }

    /** Conntrack may choose another source port for packets whose source it translates. */
    private int anyPort(int some) {
        int set = some;
        for (int protocol : List.of(6, 17)) {
            int those = space.and(space.and(some, translated), space.of(Protocols.IPV4.with(Field.IP_PROTO, protocol)));
            set = space.or(set, space.forget(those, Protocols.sourcePort(protocol)));
        }
        return set;
    }

    /** What gets to the ports of a network on a bridge. */
    Arrival at(Spread spread, Topology.Vertex to) {
        return spread.ends.computeIfAbsent(to, t -> {
            int all = HeaderSpace.NONE;
            for (Map.Entry<Topology.Vertex, Integer> begin : spread.begins.entrySet()) {
                List<Topology.Hop> path = checker.paths(begin.getKey()).get(to);
                int left = path == null ? HeaderSpace.NONE : space.minus(begin.getValue(), toRouters);
                for (Topology.Hop hop : path == null ? List.<Topology.Hop>of() : path) {
                    left = left == HeaderSpace.NONE ? left : way(hop.at(), hop.port(), left).stays;
                }
                all = space.or(all, left);
            }
            return arrival(all);
        });
    }

    /** What gets into the networks where the outside of routers begins. */
    Arrival outside(Spread spread) {
        int all = HeaderSpace.NONE;
        for (Map.Entry<Topology.Vertex, Integer> begin : spread.begins.entrySet()) {
            all = model.isOutside(begin.getKey().network()) ? space.or(all, begin.getValue()) : all;
        }
        return arrival(all);
    }

    private Arrival arrival(int some) {
        int changed = space.and(some, translated);
        int plain = Routed.free(space, space.minus(some, translated));
        return new Arrival(plain, space.forget(Routed.free(space, changed), Field.IPV4_SRC));
    }

    private List<Integer> numbers(Topology.Vertex at, String port) {
        return cases.stream()
                .map(p -> p.of(at.bridge(), at.network(), port).number())
                .toList();
    }

    private Way way(Topology.Vertex at, String port, int some) {
        List<Integer> key = new ArrayList<>(numbers(at, port));
        key.add(some);
        return ways.computeIfAbsent(key, k -> {
            int stays = HeaderSpace.NONE;
            Map<Integer, Integer> routed = new LinkedHashMap<>();
            for (Policies p : cases) {
                Policies.Passage passage =
                        p.of(at.bridge(), at.network(), port).through().apply(some);
                stays = space.or(stays, passage.passes());
                passage.routed().forEach((n, set) -> routed.merge(n, set, space::or));
            }
            return new Way(stays, routed);
        });
    }
}
