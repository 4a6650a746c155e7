package io.heddle.apps.router;

import com.google.common.net.InetAddresses;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The MAC addresses of neighbours: of hosts in the networks of routers, and of the next routers. */
public final class Neighbours {
    private static final int KNOWN = 200;
    private static final int LEARNT = 150;
    private static final int BROADCAST = 250;
    private static final int UNKNOWN = 100;
    /** Seconds after which a neighbour to which nobody sends is forgotten. */
    private static final int IDLE_SECONDS = 600;

    private static final Masked TO_MANY = Masked.of(0x0100_0000_0000L, 0x0100_0000_0000L);

    private Neighbours() {}

    /** @param hops the next routers of the routers here */
    static void contribute(
            SwitchView view, FlowSink sink, Network network, Set<InetAddress> hops, int unknownPerSecond) {
        Set<InetAddress> declared = new HashSet<>();
        for (Port port : declared(view, network)) {
            for (InetAddress address : port.endpoint().addresses()) {
                if (network.contains(address) && declared.add(address)) {
                    known(sink, network, address, port, hops.contains(address));
                }
            }
        }
        for (Router.Hop hop : several(view, network)) {
            if (hop.mac().isPresent() && declared.add(hop.address())) {
                String text = hop.address().getHostAddress();
                Reason reason = Reason.note(
                        "next-router-mac", "router: next router " + text + " has told its MAC", network.name(), text);
                known(sink, network, hop.address(), hop.mac().getAsLong(), true, reason);
            }
        }
        floatings(view, sink, network, declared);
        network.subnets().forEach(s -> broadcast(sink, network, s));
        sink.hand(
                Table.NEIGHBOUR,
                UNKNOWN,
                Match.ALL.with(Field.METADATA, Metadata.inNetwork(network.number())),
                Purpose.NEIGHBOUR,
                unknownPerSecond,
                Reason.note(
                        "unknown-neighbour",
                        "router: asks for the MAC of an address in " + network.name(),
                        network.name()));
    }

    /** The ports that declare their MAC and addresses in a network. */
    static List<Port> declared(SwitchView view, Network network) {
        // A network without a VNI is local to its bridge, even if other bridges use the same name.
        return network.vni().isPresent()
                ? view.model().endpoints(network)
                : view.bridge().orElseThrow().endpoints(network);
    }

    /** The next routers in a network that a route has beside others. */
    private static List<Router.Hop> several(SwitchView view, Network network) {
        return view.model().routerOf(network.name()).stream()
                .flatMap(r -> r.routes().stream())
                .filter(Router.Route::spreads)
                .flatMap(r -> r.via().stream())
                .filter(h -> network.contains(h.address()))
                .toList();
    }

    private static void known(FlowSink sink, Network network, InetAddress address, Port port, boolean isHop) {
        long mac = port.endpoint().mac().orElseThrow();
        Reason reason = Reason.ofPort(
                "next-hop",
                port.name(),
                "router: " + address.getHostAddress() + " is port " + port.name(),
                network.name(),
                address.getHostAddress());
        known(sink, network, address, mac, isHop, reason);
    }

    private static void known(
            FlowSink sink, Network network, InetAddress address, long mac, boolean isHop, Reason reason) {
        sink.add(Table.NEIGHBOUR, KNOWN, direct(network.number(), address), to(mac), reason);
        if (isHop) {
            sink.add(Table.NEIGHBOUR, KNOWN, byHop(network.number(), address), to(mac), reason);
        }
    }

    /** Outside addresses of guests on other hosts: each host answers with the MAC of its routers. */
    private static void floatings(SwitchView view, FlowSink sink, Network network, Set<InetAddress> declared) {
        for (Router router : view.model().routers().values()) {
            if (router.outside().filter(o -> o.network().equals(network.name())).isEmpty()) {
                continue;
            }
            List<Router.Floating> here = RoutersHere.floatings(view, router);
            view.model().homes(router).forEach((floating, place) -> {
                if (!here.contains(floating) && declared.add(floating.outside())) {
                    String text = floating.outside().getHostAddress();
                    Reason reason = Reason.note(
                            "floating-elsewhere",
                            "router: " + text + " is on " + place.host().name(),
                            network.name(),
                            text);
                    known(sink, network, floating.outside(), Gateways.mac(place.host()), false, reason);
                }
            });
        }
    }

    private static void broadcast(FlowSink sink, Network network, Prefix subnet) {
        Reason reason = Reason.drop(
                "directed-broadcast",
                "router: to all hosts of " + network.name() + ", which no router forwards",
                network.name());
        for (InetAddress address : subnet.reserved()) {
            sink.add(Table.NEIGHBOUR, BROADCAST, direct(network.number(), address), Instructions.DROP, reason);
        }
    }

    /**
     * Entries for a neighbour that has answered: one for packets to it, one for packets that it routes on, and one that
     * copies to the controller what it tells all of its network, because another machine may have taken its address.
     *
     * @param network the network's number
     * @param isHop whether it routes any
     */
    public static List<FlowEntry> learnt(int network, InetAddress address, long mac, boolean isHop) {
        // Packets that a router routes on do not count as packets to it, so it is forgotten only if it answers no more.
        int idle = isHop ? 0 : IDLE_SECONDS;
        FlowEntry direct = learnt(direct(network, address), mac, idle);
        FlowEntry told = new FlowEntry(
                Table.SERVED.number(),
                LEARNT,
                told(network, address),
                Instructions.apply(new Action.Copy(Action.Copy.WHOLE, Purpose.NEIGHBOUR.meter()))
                        .then(Table.TRACK_TO.number()),
                RouterApp.LEARNT);
        return isHop ? List.of(direct, learnt(byHop(network, address), mac, idle), told) : List.of(direct, told);
    }

    /** What a host tells all of its network of an address: by ARP, or by a neighbour advertisement. */
    private static Match told(int network, InetAddress address) {
        Match told = address instanceof Inet4Address
                ? Protocols.ARP.with(Field.ARP_SPA, Masked.address(Field.ARP_SPA, address))
                : Protocols.ADVERTISEMENT.with(Field.ND_TARGET, Masked.address(Field.ND_TARGET, address));
        return told.with(Field.METADATA, Metadata.inNetwork(network)).with(Field.ETH_DST, TO_MANY);
    }

    /** The neighbour of an entry that copies what it tells; empty for other entries. */
    public static Optional<Wanted> told(FlowEntry e) {
        if (e.cookie() != RouterApp.LEARNT || e.table() != Table.SERVED.number()) {
            return Optional.empty();
        }
        return e.match()
                .get(Field.ARP_SPA)
                .map(m -> m.toAddress(Field.ARP_SPA))
                .or(() -> e.match().get(Field.ND_TARGET).map(m -> m.toAddress(Field.ND_TARGET)))
                .map(a -> new Wanted(network(e), a));
    }

    /** A neighbour that is asked for before packets wait for it. @param network the network's number */
    public record Wanted(int network, InetAddress address) {}

    /** A neighbour that a switch knows. @param network its number */
    public record Known(int network, InetAddress address, long mac) {}

    /** The neighbour of an entry for packets to it; empty for other entries. */
    public static Optional<Known> of(FlowEntry e) {
        if (e.cookie() != RouterApp.LEARNT || e.table() != Table.NEIGHBOUR.number() || isByHop(e)) {
            return Optional.empty();
        }
        Optional<InetAddress> address = e.match()
                .get(Field.IPV4_DST)
                .map(m -> m.toAddress(Field.IPV4_DST))
                .or(() -> e.match().get(Field.IPV6_DST).map(m -> m.toAddress(Field.IPV6_DST)));
        long mac = e.instructions().apply().stream()
                .filter(a -> a instanceof Action.SetField s && s.field() == Field.ETH_DST)
                .mapToLong(a -> ((Action.SetField) a).value().lo())
                .findFirst()
                .orElse(0);
        return address.map(a -> new Known(network(e), a, mac));
    }

    /** Whether it is an entry for packets that a neighbour routes on. */
    public static boolean isByHop(FlowEntry e) {
        return !e.match().has(Field.IPV4_DST) && !e.match().has(Field.IPV6_DST);
    }

    /** The number of the network of an entry. */
    public static int network(FlowEntry e) {
        return (int) (e.match().get(Field.METADATA).orElse(Masked.of(0, 0)).lo() & Metadata.NETWORK_MASK);
    }

    private static FlowEntry learnt(Match match, long mac, int idle) {
        return new FlowEntry(Table.NEIGHBOUR.number(), LEARNT, match, to(mac), RouterApp.LEARNT, idle, 0, true);
    }

    /** Packets to an address on the link. */
    private static Match direct(int network, InetAddress address) {
        return Address.to(address).with(Field.METADATA, Metadata.inNetworkTo(network, 0));
    }

    /** Packets that go by an address on the link. */
    private static Match byHop(int network, InetAddress address) {
        Match ip = Protocols.ip(address instanceof Inet4Address);
        return ip.with(Field.METADATA, Metadata.inNetworkTo(network, hop(address)));
    }

    private static Instructions to(long mac) {
        return Instructions.apply(new Action.SetField(Field.ETH_DST, mac))
                .write(0, Metadata.TARGET_MASK)
                .then(Table.SERVED.number());
    }

    /** The target bits of a next router: its IPv4 address, or a hash of its IPv6 address. */
    static long hop(InetAddress address) {
        return Metadata.hop(
                address instanceof Inet4Address ? InetAddresses.coerceToInteger(address) : address.hashCode() | 1);
    }
}
