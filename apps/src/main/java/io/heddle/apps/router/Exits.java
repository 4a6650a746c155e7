package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
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
 * The hosts that may have a router's way out, as one switch sees them. If there are several, the first live one has it.
 * The switch finds it without a controller: it probes the other hosts on a port each, and an action writes the first
 * live port into a register as a packet enters the router.
 */
final class Exits {
    /** The bit of the register that marks packets from outside. */
    static final long FROM_OUTSIDE = 0x1_0000;

    private final Router router;
    private final boolean moves;
    private final boolean here;
    private final Map<Host, Instructions> ahead = new LinkedHashMap<>();
    private final Map<Host, Integer> probes = new LinkedHashMap<>();
    private final long mac;

    /** @param networks the router's networks that the switch carries @param own the MAC from which its routers send */
    Exits(SwitchView view, Router router, Set<Network> networks, long own) {
        this.router = router;
        Optional<Router.Outside> outside = router.outside();
        moves = outside.filter(Router.Outside::moves).isPresent();
        here = RoutersHere.outside(view, router).isPresent();
        mac = moves ? Gateways.mac(router) : own;
        for (String name : outside.map(Router.Outside::hosts).orElse(List.of())) {
            if (here && name.equals(view.host().orElseThrow().name())) {
                break;
            }
            Host host = view.model().hosts().get(name);
            OptionalInt probe = moves ? view.port(NetworkModel.probePort(host)) : OptionalInt.of(0);
            to(view, host, networks, own).filter(w -> probe.isPresent()).ifPresent(way -> {
                ahead.put(host, way);
                probes.put(host, probe.getAsInt());
            });
        }
    }

    /** Sends a packet unchanged to the router of another host, by a tunnel of one of its networks. */
    private static Optional<Instructions> to(SwitchView view, Host host, Set<Network> networks, long own) {
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

    /** Whether the switch has the way out when no preferred host is alive. */
    boolean here() {
        return here;
    }

    /** The hosts that are preferred to this one, and how a packet gets to each. */
    Map<Host, Instructions> ahead() {
        return ahead;
    }

    /** Whether the switch must find the host with the way out for each packet. */
    boolean asks() {
        return moves && !ahead.isEmpty();
    }

    /** The MAC of the outside addresses. */
    long mac() {
        return mac;
    }

    /** Hands a packet to the router. @param from bits of the register: 0, or {@link #FROM_OUTSIDE} */
    Instructions entrance(long from) {
        return look(from, Table.ROUTER).write(Metadata.ofRouter(router.number()), Metadata.NETWORK_MASK);
    }

    /** Finds the first live host, and continues in a table. */
    Instructions look(long from, Table next) {
        List<Action> actions = new ArrayList<>();
        if (asks()) {
            if (from != 0) {
                actions.add(new Action.SetField(Field.REG4, from));
            }
            actions.add(new Action.FirstAlive(List.copyOf(probes.values())));
        }
        return Instructions.apply(actions.toArray(Action[]::new)).then(next.number());
    }

    /** Matches packets for which no preferred host is alive; all packets if no host is preferred. */
    Match mine(Match match) {
        return asks() ? match.with(Field.REG4, Masked.of(Action.FirstAlive.NONE, Action.FirstAlive.BITS)) : match;
    }

    /** Matches packets for which a host has the way out. */
    Match has(Host host, Match match) {
        return match.with(Field.REG4, Masked.of(probes.get(host), Action.FirstAlive.BITS));
    }

    /** Likewise, for packets from outside. */
    Match hasFromOutside(Host host, Match match) {
        return match.with(Field.REG4, Masked.exact(Field.REG4, FROM_OUTSIDE | probes.get(host)));
    }
}
