package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The hosts that may have a router's way out, as one switch sees them. If there are several, the first one whose way
 * out works has it. The switch finds it without a controller: it probes the other hosts on a port each, and an action
 * writes the first live port into a register as a packet enters the router. In place of a probe of the host itself
 * stand its ports to the outside, which are live while they have a link.
 */
final class Exits {
    /** The bit of the register that marks packets from outside. */
    static final long FROM_OUTSIDE = 0x1_0000;
    /** The bit that marks packets of a host's own guests while it leaves the way out to others. */
    private static final long LEFT = 0x4_0000;

    private final Router router;
    private final boolean moves;
    private final boolean here;
    private final boolean joins;
    private final Transition transition;
    /** How a packet gets to the hosts before this one, and to those after it. */
    private final Map<Host, Instructions> ahead = new LinkedHashMap<>();

    private final Map<Host, Instructions> behind = new LinkedHashMap<>();
    private final Map<Host, Integer> probes = new LinkedHashMap<>();
    private final List<Integer> links;
    private final long mac;

    /** @param networks the router's networks that the switch carries @param own the MAC from which its routers send */
    Exits(SwitchView view, Router router, Set<Network> networks, long own) {
        this.router = router;
        Optional<Router.Outside> outside = router.outside();
        moves = outside.filter(Router.Outside::moves).isPresent();
        here = RoutersHere.outside(view, router).isPresent();
        mac = moves ? Gateways.mac(router) : own;
        links = moves && here ? links(view, outside.get().network()) : List.of();
        transition = view.transition();
        joins = here && RoutersHere.joins(view, router);
        Map<Host, Instructions> side = ahead;
        for (String name : outside.map(Router.Outside::hosts).orElse(List.of())) {
            Host host = view.model().hosts().get(name);
            if (here && name.equals(view.host().orElseThrow().name())) {
                if (links.isEmpty()) {
                    break;
                }
                side = behind;
            } else {
                add(view, host, networks, own, side);
            }
        }
    }

    private void add(SwitchView view, Host host, Set<Network> networks, long own, Map<Host, Instructions> side) {
        OptionalInt probe = moves ? view.port(probe(view, host, router.outside().get())) : OptionalInt.of(0);
        to(view, host, networks, own).filter(w -> probe.isPresent()).ifPresent(way -> {
            side.put(host, way);
            probes.put(host, probe.getAsInt());
        });
    }

    /** The name of the port on which the switch probes another host that may have a way out. */
    static String probe(SwitchView view, Host host, Router.Outside outside) {
        return WayOutProbe.of(view.model(), host, view.host().orElseThrow(), outside)
                .port();
    }

    /**
     * The ports by which a switch reaches the outside: uplinks, or if there are none, all ports in that network. None
     * if only tunnels lead there; such a way out always works.
     */
    static List<Integer> links(SwitchView view, String outside) {
        List<Port> ports = view.bridge().orElseThrow().ports().values().stream()
                .filter(p -> p.networks().contains(outside))
                .toList();
        boolean uplinks = ports.stream().anyMatch(Port::uplink);
        return ports.stream()
                .filter(p -> p.uplink() || !uplinks)
                .flatMap(p -> view.numbers(p).stream())
                .toList();
    }

    /** Sends a packet unchanged to the router of another host, by a tunnel of one of its networks. */
    static Optional<Instructions> to(SwitchView view, Host host, Set<Network> networks, long own) {
        return networks.stream()
                .filter(n -> view.overlays().contains(n) && view.peers(n).contains(host))
                .findFirst()
                .map(n -> Instructions.apply(
                                new Action.SetField(Field.ETH_SRC, own),
                                new Action.SetField(Field.ETH_DST, Gateways.mac(host)))
                        .write(
                                n.number()
                                        | Metadata.vtep(
                                                host.vtep().orElseThrow().id()),
                                Metadata.NETWORK_MASK | Metadata.TARGET_MASK | Metadata.UPLINK | Metadata.PRIVATE)
                        .then(Table.EGRESS.number()));
    }

    /** Whether the switch may have the way out. */
    boolean here() {
        return here;
    }

    /** Whether it leaves the way out to the others, which do not see it yet. */
    boolean joins() {
        return joins && !probes.isEmpty();
    }

    /** Matches packets that it leaves to others, none of which it sees. */
    Match left(Match match) {
        return match.with(Field.REG4, Masked.of(LEFT | Action.FirstAlive.NONE, LEFT | Action.FirstAlive.BITS));
    }

    /** Whether it has it if no host before it does, whatever its links are. */
    boolean isSure() {
        return here && links.isEmpty();
    }

    /** The hosts that are preferred to this one, and how a packet gets to each. */
    Map<Host, Instructions> ahead() {
        return ahead;
    }

    /** All other hosts that may have the way out in place of this one. */
    Map<Host, Instructions> others() {
        Map<Host, Instructions> all = new LinkedHashMap<>(ahead);
        all.putAll(behind);
        return all;
    }

    /** The host to which a switch sends that sees none of several: the first one that is not just joining. */
    Map.Entry<Host, Instructions> first() {
        Set<Map.Entry<Host, Instructions>> all = others().entrySet();
        return all.stream()
                .filter(e -> !transition.isJoining(router.name(), e.getKey().name()))
                .findFirst()
                .orElseGet(() -> all.iterator().next());
    }

    /** Whether the switch must find the host with the way out for each packet. */
    boolean asks() {
        return moves && !(probes.isEmpty() && links.isEmpty());
    }

    /** The MAC of the outside addresses. */
    long mac() {
        return mac;
    }

    /** Hands a packet of a host of this switch to the router. */
    Instructions entrance() {
        return enter(look(joins() ? LEFT : 0, Table.ROUTER, true));
    }

    /**
     * Hands a packet to the router that another host or the outside has sent here, because this host has the way out.
     * If it has not, the packet goes to a host before this one, never to one after it: it cannot go round in circles.
     *
     * @param from bits of the register: 0, or {@link #FROM_OUTSIDE}
     */
    Instructions arrival(long from) {
        return enter(look(from, Table.ROUTER, false));
    }

    /** Whether {@link #arrival} differs from {@link #entrance}. */
    boolean sorts() {
        return !behind.isEmpty() || joins();
    }

    private Instructions enter(Instructions look) {
        return look.write(Metadata.ofRouter(router.number()), Metadata.NETWORK_MASK);
    }

    /** Finds out for a question from outside whether this host has the way out, and continues in a table. */
    Instructions look(Table next) {
        return look(0, next, joins());
    }

    private Instructions look(long from, Table next, boolean all) {
        List<Action> actions = new ArrayList<>();
        if (asks()) {
            if (from != 0) {
                actions.add(new Action.SetField(Field.REG4, from));
            }
            List<Integer> ports = new ArrayList<>();
            ahead.keySet().forEach(h -> ports.add(probes.get(h)));
            if (!all || !joins()) {
                ports.addAll(links);
            }
            if (all) {
                behind.keySet().forEach(h -> ports.add(probes.get(h)));
            }
            actions.add(new Action.FirstAlive(ports));
        }
        return Instructions.apply(actions.toArray(Action[]::new)).then(next.number());
    }

    /** Match packets for which this host has the way out; all packets if there is no other. */
    List<Match> mine(Match match) {
        if (!asks()) {
            return List.of(match);
        }
        return links.isEmpty()
                ? List.of(nobody(match))
                : links.stream().map(l -> found(l, match)).toList();
    }

    /** Matches packets for which no host is found. */
    Match nobody(Match match) {
        return found(Action.FirstAlive.NONE, match);
    }

    private static Match found(int port, Match match) {
        return match.with(Field.REG4, Masked.of(port, Action.FirstAlive.BITS));
    }

    /** Matches packets for which a host has the way out. */
    Match has(Host host, Match match) {
        return found(probes.get(host), match);
    }

    /** Likewise, for packets from outside. */
    Match hasFromOutside(Host host, Match match) {
        return match.with(Field.REG4, Masked.exact(Field.REG4, FROM_OUTSIDE | probes.get(host)));
    }
}
