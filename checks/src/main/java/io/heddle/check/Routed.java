package io.heddle.check;

import io.heddle.apps.Protocols;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.flows.sets.HeaderSpace;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which packets get from a port by its gateway to a port in another network. What changes on the way, the MAC addresses,
 * the tag and the TTL, is arbitrary in the results.
 */
final class Routed {
    /** The TTL with which hosts send. */
    static final int TTL = 64;

    private final Checker checker;
    private final Policies policies;
    private final HeaderSpace space;
    private final Map<List<Object>, Checker.Reach> reaches = new HashMap<>();

    Routed(Checker checker, Policies policies) {
        this.checker = checker;
        this.policies = policies;
        this.space = checker.space();
    }

    /** Whether two ends are in different networks of one router. */
    static boolean joins(NetworkModel model, Checker.End from, Checker.End to) {
        return !from.network().equals(to.network())
                && model.routerOf(from.network()).isPresent()
                && model.routerOf(from.network()).equals(model.routerOf(to.network()));
    }

    /** Frames for any router. */
    int toRouters() {
        int set = space.of(Match.ALL.with(Field.ETH_DST, Gateways.MAC));
        for (Host host : checker.model().hosts().values()) {
            set = space.or(set, space.of(Match.ALL.with(Field.ETH_DST, Gateways.mac(host))));
        }
        return set;
    }

    /** The fate of packets to addresses of the receiver's network; null if the sender's host does not carry it. */
    Checker.Reach reach(Checker.End from, Checker.End to) {
        String bridge = from.vertex().bridge();
        Topology.Vertex entrance = new Topology.Vertex(bridge, to.network(), "");
        List<Topology.Hop> path = checker.paths(entrance).get(to.vertex());
        if (path == null || from.port() == to.port()) {
            return null;
        }
        Policies.Policy first = policies.of(bridge, from.network(), from.port().name());
        List<Policies.Policy> then = path.stream()
                .map(hop -> policies.of(hop.at().bridge(), hop.at().network(), hop.port()))
                .toList();
        return reaches.computeIfAbsent(
                List.of(
                        first.number(),
                        to.network(),
                        then.stream().map(Policies.Policy::number).toList()),
                k -> reach(first, then, checker.model().networks().get(to.network())));
    }

    private Checker.Reach reach(Policies.Policy first, List<Policies.Policy> then, Network to) {
        Map<Reason, Integer> drops = new LinkedHashMap<>();
        Policies.Passage passage = first.through().apply(sent(to));
        collect(passage, drops);
        int passes = passage.routed().getOrDefault(to.number(), HeaderSpace.NONE);
        for (Policies.Policy policy : then) {
            passage = policy.through().apply(passes);
            collect(passage, drops);
            passes = passage.passes();
        }
        return new Checker.Reach(free(passes), drops);
    }

    private void collect(Policies.Passage passage, Map<Reason, Integer> drops) {
        passage.drops().forEach((reason, set) -> drops.merge(reason, free(set), space::or));
    }

    /** What a host sends by its gateway to the hosts of a network: not to its own addresses, nor to all of them. */
    private int sent(Network to) {
        Match frame = Match.ALL.with(Field.ETH_DST, Gateways.MAC).with(Field.IP_TTL, TTL);
        int set = HeaderSpace.NONE;
        for (Prefix subnet : to.subnets()) {
            Field field = subnet.isV4() ? Field.IPV4_DST : Field.IPV6_DST;
            Match all = frame.with(Field.ETH_TYPE, subnet.isV4() ? 0x0800 : 0x86dd)
                    .with(field, Masked.prefix(field, subnet.address(), subnet.length()));
            set = space.or(set, space.of(all));
            for (InetAddress reserved : subnet.reserved()) {
                set = space.minus(set, space.of(Match.ALL.with(field, Masked.address(field, reserved))));
            }
        }
        Match icmpv6 = Protocols.IPV6.with(Field.IP_PROTO, 58);
        int informational = space.of(icmpv6.with(Field.ICMPV6_TYPE, Masked.of(128, 0x80)));
        int echo = space.of(icmpv6.with(Field.ICMPV6_TYPE, Masked.of(128, 0xfe)));
        set = space.minus(set, space.minus(informational, echo));
        return space.and(set, checker.unicastSources());
    }

    private int free(int set) {
        return free(space, set);
    }

    /** Makes what a router changes arbitrary. */
    static int free(HeaderSpace space, int set) {
        int out = set;
        for (Field f : List.of(Field.ETH_SRC, Field.ETH_DST, Field.IP_TTL, Field.VLAN_VID, Field.VLAN_PCP)) {
            out = space.forget(out, f);
        }
        return out;
    }
}
