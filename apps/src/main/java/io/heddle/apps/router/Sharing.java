package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.apps.stateful.Zones;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Outside addresses that several routers share, on a host that has their way out. Their tenants may have the same
 * addresses inside, so each router translates twice: in its own zone to an address that stands for the router and never
 * leaves the switch, and then, in a zone of the shared address, to that. The mark of a connection there names its
 * router, so that answers and errors find it whatever they are.
 *
 * <p>The first router takes what comes to a shared address, and hands it to the router of the connection, or of the
 * port.
 */
final class Sharing {
    /** Addresses that stand for routers: reserved (RFC 1112 §4), so nobody has them, and none gets to a router. */
    private static final Prefix STAND_INS = Prefix.parse("240.0.0.0/4");

    /** In {@link Table#TRANSLATE}, above the entries of the first router's own connections. */
    private static final int SORTS = 360;

    private static final int KNOWN = 300;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int LEAVES = 100;
    private static final int NO_ROOM = 300;
    private static final int STRAY = 400;
    private static final long MARK_BITS = 0xffff_ffffL;

    private final FlowSink sink;
    private final Router router;
    /** All that share, in their order. */
    private final List<Router> all;

    private final List<Prefix> insides;
    private final Network outside;
    private final int own;
    /** The shared addresses in their order, and for each the zone of its connections. */
    private final Map<Inet4Address, Integer> zones = new LinkedHashMap<>();

    Sharing(SwitchView view, FlowSink sink, Router router, Router.Outside outside, Map<Zones.Key, Integer> zones) {
        this.sink = sink;
        this.router = router;
        this.all = view.model().sharing(router);
        this.outside = view.model().networks().get(outside.network());
        this.own = zones.get(Zones.ofRouter(router));
        this.insides = all.stream()
                .flatMap(r -> r.networks().stream())
                .flatMap(n -> view.model().networks().get(n).subnet4().stream())
                .distinct()
                .toList();
        if (outside.shared() && RoutersHere.outside(view, router).isPresent()) {
            outside.addresses().forEach(a -> this.zones.put(a, zones.get(Zones.ofShared(a, outside.network()))));
        }
    }

    /** Whether other routers may have an address, too. */
    boolean has(Inet4Address address) {
        return zones.containsKey(address);
    }

    /** Whether this router takes what comes to an address from outside. */
    boolean takes(Inet4Address address) {
        return !has(address) || all.get(0).equals(router);
    }

    /** The prefixes from which no packet comes from outside to an address. @param own those of this router */
    List<Prefix> insides(Inet4Address address, List<Prefix> own) {
        return has(address) ? insides : own;
    }

    /** Finds the connection of packets to a shared address. */
    Instructions find(Inet4Address address) {
        return Instructions.apply(Action.Ct.restore(zones.get(address), Table.TRANSLATE.number()));
    }

    /** The source that packets get in the router's own zone, to leave with an address. */
    Inet4Address source(Inet4Address address) {
        return has(address) ? standIn(address) : address;
    }

    private Inet4Address standIn(Inet4Address address) {
        int first = ByteBuffer.wrap(STAND_INS.address().getAddress()).getInt();
        int index = List.copyOf(zones.keySet()).indexOf(address);
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .putInt(first + index * Router.NUMBERS + router.number())
                .array();
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv4 address has four bytes", e);
        }
    }

    /** Connections to a port of a shared address: as this router's, they begin in both zones. */
    void begin(Inet4Address address, Match to, Action translate, int priority, Reason reason) {
        if (has(address)) {
            int zone = zones.get(address);
            Match begins = to.with(Field.CT_ZONE, zone);
            Action ours = Action.Ct.mark(zone, mark(router), MARK_BITS);
            Connections.route(sink, Table.DESTINATION, priority, begins, List.of(ours, translate), reason);
        }
    }

    /** 0 stands for no mark. */
    private static long mark(Router router) {
        return router.number() + 1L;
    }

    /** @param mac from which packets leave for the outside */
    void contribute(long mac) {
        if (zones.isEmpty()) {
            // Of a connection that began while the address was shared.
            Match left = Connections.at(router).and(Address.from(STAND_INS)).orElseThrow();
            sink.add(Table.DEPART, STRAY, left, Instructions.DROP, Connections.NONE);
            return;
        }
        Match stray = Connections.at(router).and(Address.to(STAND_INS)).orElseThrow();
        sink.add(Table.ROUTE, STRAY, stray, Instructions.DROP, Connections.NONE);
        zones.forEach((address, zone) -> {
            if (takes(address)) {
                Match here = Connections.at(router).with(Field.CT_ZONE, zone);
                all.forEach(r -> sort(address, here, r));
                rest(address, here);
                answer(address, zone, mac);
            }
            known(zone);
            leave(address, zone, mac);
        });
    }

    private Match leaving(long mac) {
        return Protocols.IPV4
                .with(Field.METADATA, Metadata.inNetwork(outside.number()))
                .with(Field.ETH_SRC, mac);
    }

    private static Match from(Match some, Inet4Address address) {
        return some.with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, address));
    }

    /** Hands packets from outside to the router whose connection it is, or which has the port. */
    private void sort(Inet4Address address, Match here, Router to) {
        String text = address.getHostAddress();
        Reason reason = Reason.note(
                "shared-address", "router " + to.name() + ": has what comes to " + text + " here", to.name(), text);
        Instructions hand = Instructions.go(Table.DESTINATION.number())
                .write(Metadata.ofRouter(to.number()), Metadata.NETWORK_MASK);
        Match known = here.with(Field.CT_STATE, Connections.KNOWN_STATE).with(Field.CT_MARK, mark(to));
        sink.add(Table.TRANSLATE, SORTS, known, hand, reason);
        Match begins = here.with(Field.CT_STATE, Connections.NEW_STATE);
        doors(to, address)
                .forEach(door ->
                        sink.add(Table.TRANSLATE, SORTS, begins.and(door).orElseThrow(), hand, reason));
    }

    /** The ports of an outside address that lead inside. */
    private static List<Match> doors(Router router, Inet4Address address) {
        List<Match> out = new ArrayList<>();
        for (Router.Translation t : router.translations()) {
            if (t instanceof Router.Forward f && f.outside().equals(address)) {
                out.add(WayOut.to(f));
            }
        }
        router.services().stream()
                .filter(s -> s.address().equals(address))
                .map(Balancer::to)
                .forEach(out::add);
        return out;
    }

    /** What is for no port that leads inside is for the first router itself, which answers pings. */
    private void rest(Inet4Address address, Match here) {
        Match begins = here.with(Field.CT_STATE, Connections.NEW_STATE);
        String text = address.getHostAddress();
        Reason nobodys = Reason.note(
                "begins-outside",
                "router " + router.name() + ": may begin a connection to " + text,
                router.name(),
                text);
        sink.add(Table.TRANSLATE, SORTS - 1, begins, Instructions.go(Table.DESTINATION.number()), nobodys);
        sink.add(Table.TRANSLATE, SORTS - 2, here, Instructions.DROP, Connections.NONE);
    }

    /** Finds the router's own connection, and with it the host inside. */
    private void known(int zone) {
        Match known = Connections.at(router).with(Field.CT_ZONE, zone).with(Field.CT_STATE, Connections.KNOWN_STATE);
        Action restore = Action.Ct.restore(own, Table.ROUTE.number());
        Connections.route(sink, Table.DESTINATION, KNOWN, known, List.of(restore), Connections.translated(router));
    }

    /** Gives packets of the router the shared address. */
    private void leave(Inet4Address address, int zone, long mac) {
        String text = address.getHostAddress();
        String others = all.stream()
                .map(Router::name)
                .filter(n -> !n.equals(router.name()))
                .collect(Collectors.joining(", "));
        String words = others.isEmpty() ? "" : ", which it shares with " + others;
        Action shared = Action.Ct.translate(
                zone, Table.TRACK_TO.number(), Action.Nat.source(address), Masked.exact(Field.CT_MARK, mark(router)));
        Reason reason = Reason.note(
                "shares-address", "router " + router.name() + ": goes out as " + text + words, router.name(), text);
        sink.add(Table.SERVED, LEAVES, from(leaving(mac), standIn(address)), Instructions.apply(shared), reason);
        // Conntrack lets a connection pass untranslated for which it has no port or no room.
        Match left = Protocols.IPV4.with(Field.METADATA, Metadata.inNetwork(outside.number()));
        sink.add(
                Table.TRACK_TO,
                NO_ROOM,
                from(left, standIn(address)),
                Instructions.DROP,
                Translations.full(router, text, "the routers that share it"));
    }

    /** Answers of hosts inside, which have the address by their own router's zone: the other zone sees them as well. */
    private void answer(Inet4Address address, int zone, long mac) {
        String text = address.getHostAddress();
        Reason reason =
                Reason.note("shared-answers", "router: answers of hosts inside that " + text + " stands for", text);
        Instructions see = Instructions.apply(Action.Ct.restore(zone, Table.TRACK_TO.number()));
        for (int protocol : List.of(TCP, UDP)) {
            Match answers = from(leaving(mac), address).with(Field.IP_PROTO, protocol);
            sink.add(Table.SERVED, LEAVES, answers, see, reason);
        }
    }
}
