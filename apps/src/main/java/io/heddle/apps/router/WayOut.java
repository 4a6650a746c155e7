package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.apps.neighbour.NeighbourApp;
import io.heddle.apps.stateful.Zones;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.CtState;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way out of a router, on the host that has it, with the translations of addresses. Connection tracking remembers
 * the translation of each connection in a zone of the router's own, so routers with the same inside addresses never
 * meet.
 *
 * <p>A packet out passes {@link Table#SOURCE}, which gives it an outside source, and {@link Table#DEPART}. A packet to
 * an outside address passes {@link Table#TRANSLATE}, which finds the connection that it answers, and {@link
 * Table#DESTINATION}, which finds the host inside that it may be for. A host inside that asks for an outside address of
 * its own router gets the same answers: its packets then come from the router, by a second zone, so that the answers
 * take the same way back.
 */
final class WayOut {
    private static final int ARP = 180;
    private static final int ENTERS = 100;
    private static final int FORGED = 115;
    private static final int TO_OUTSIDE = 305;
    private static final int TOO_LONG = 400;
    private static final int FLOATING = 300;
    private static final int MASQUERADE = 200;
    private static final int REST = 100;
    private static final int BACK_AGAIN = 350;
    private static final int FORWARD = 250;
    private static final int PING = 150;
    private static final int OTHER_ROUTER = 300;
    private static final int ELSEWHERE = 400;

    private final SwitchView view;
    private final FlowSink sink;
    private final Router router;
    private final Router.Outside outside;
    private final Exits exits;
    private final long own;
    private final int zone;
    private final int hairpins;
    private final Match at;

    WayOut(
            SwitchView view,
            FlowSink sink,
            Router router,
            Router.Outside outside,
            Exits exits,
            long own,
            Map<Zones.Key, Integer> zones) {
        this.view = view;
        this.sink = sink;
        this.router = router;
        this.outside = outside;
        this.exits = exits;
        this.own = own;
        zone = zones.get(Zones.ofRouter(router));
        hairpins = zones.get(Zones.ofHairpins(router));
        at = Protocols.IPV4.with(Field.METADATA, here());
    }

    void contribute() {
        Match in = Match.ALL.with(
                Field.METADATA,
                Metadata.inNetwork(
                        view.model().networks().get(outside.network()).number()));
        for (Inet4Address address : router.outsideAddresses()) {
            arrive(in, address);
        }
        for (String name : router.networks()) {
            plain(in, view.model().networks().get(name));
        }
        if (exits.asks()) {
            leaveToOthers();
        }
        back();
        router.translations().forEach(this::inward);
        router.services().stream().filter(router::isOutside).forEach(this::inward);
        others();
        router.translations().forEach(this::outward);
        depart();
    }

    /** Answers for an outside address, and takes the packets to it. */
    private void arrive(Match in, Inet4Address address) {
        String text = address.getHostAddress();
        Reason answers = Reason.note(
                "outside-address", "router " + router.name() + ": " + text + " is here", router.name(), text);
        Masked asked = Masked.address(Field.ARP_TPA, address);
        Match request = in.and(Protocols.ARP_REQUEST).orElseThrow().with(Field.ARP_TPA, asked);
        if (exits.asks()) {
            sink.add(Table.GATEWAY, ENTERS, request, exits.look(Table.GATEWAY.next()), turn());
        }
        for (Match mine : exits.mine(request)) {
            sink.add(Table.FORWARD, ARP, mine, NeighbourApp.arpReply(asked, exits.mac()), answers);
        }
        enter(in, Address.to(address), answers);
        // A frame never goes back to an earlier table, so it cannot enter a second router of this host.
        sink.add(
                Table.NEIGHBOUR,
                OTHER_ROUTER,
                Address.to(address).and(in).orElseThrow(),
                Instructions.DROP,
                Reason.drop(
                        "other-router",
                        "router: " + text + " is on this host, too, where routers do not reach each other",
                        text));
        Instructions find = Instructions.apply(Action.Ct.restore(zone, Table.TRANSLATE.number()));
        Reason finds = Reason.note(
                "to-outside-address",
                "router " + router.name() + ": finds the connection of packets to " + text,
                router.name(),
                text);
        for (Match to : exits.mine(at.and(Address.to(address)).orElseThrow())) {
            sink.add(Table.ROUTER, TO_OUTSIDE, to, find, finds);
        }
    }

    /** Takes packets to a network whose hosts go out untranslated: the outside has a route to it. */
    private void plain(Match in, Network network) {
        boolean hidden = router.translations().stream()
                .anyMatch(t -> t instanceof Router.Masquerade m && m.network().equals(network.name()));
        Optional<Prefix> subnet = network.subnet4();
        if (hidden || subnet.isEmpty()) {
            return;
        }
        Reason reason = Reason.note(
                "from-outside",
                "router " + router.name() + ": " + network.name() + " is reached from outside",
                router.name(),
                network.name());
        enter(in, Address.to(subnet.get()), reason);
    }

    /** Takes packets from outside, if no host before this one has the way out. */
    private void enter(Match in, Match to, Reason reason) {
        Match arrives = in.and(to).orElseThrow().with(Field.ETH_DST, exits.mac());
        sink.add(Table.GATEWAY, ENTERS, arrives, exits.arrival(Exits.FROM_OUTSIDE), reason);
        // Other routers may have the same addresses inside, and this MAC, so these entries name the destination, too.
        for (Prefix inside : insides()) {
            sink.add(
                    Table.GATEWAY,
                    FORGED,
                    arrives.and(Address.from(inside)).orElseThrow(),
                    Instructions.DROP,
                    Reason.drop(
                            "inside-source",
                            "router " + router.name() + ": comes from outside with a source in " + inside
                                    + ", which is inside",
                            router.name(),
                            inside.toString()));
        }
    }

    /** What belongs to the host that has the way out goes on like any other frame. */
    private void leaveToOthers() {
        int network = view.model().networks().get(outside.network()).number();
        Instructions passes = Instructions.go(Table.TRACK_TO.number()).write(network, Metadata.NETWORK_MASK);
        exits.ahead()
                .keySet()
                .forEach(host -> sink.add(
                        Table.ROUTER,
                        ELSEWHERE,
                        exits.hasFromOutside(host, Match.ALL.with(Field.METADATA, here())),
                        passes,
                        turn()));
    }

    private Masked here() {
        return Metadata.inNetwork(Metadata.ofRouter(router.number()));
    }

    private Reason turn() {
        return Reason.note(
                "way-out-turn", "router " + router.name() + ": looks which host has the way out", router.name());
    }

    /** Answers to hosts inside that have asked for an outside address, see {@link Connections#known} for all others. */
    private void back() {
        Match known = at.with(Field.CT_STATE, Connections.state(CtState.TRACKED, CtState.NEW));
        for (Inet4Address address : router.outsideAddresses()) {
            Match again = known.and(Address.to(address)).orElseThrow();
            Action restore = Action.Ct.restore(hairpins, Table.ROUTE.number());
            Connections.route(
                    sink, Table.TRANSLATE, BACK_AGAIN, again, List.of(restore), Connections.translated(router));
        }
    }

    /** A host inside to which an outside address leads. @param clients a match on those whom it serves */
    private record Inside(Match clients, Action.Nat nat, Reason reason) {}

    /** The translation of packets that may begin a connection to the inside. */
    private void inward(Router.Translation t) {
        if (t instanceof Router.Forward f) {
            Match to = Address.to(f.outside())
                    .with(Field.IP_PROTO, f.protocol())
                    .with(Protocols.destinationPort(f.protocol()), f.port());
            String text = f.outside().getHostAddress() + ":" + f.port() + " is "
                    + f.inside().getHostAddress() + ":" + f.insidePort();
            Action.Nat nat = Action.Nat.destination(f.inside(), f.insidePort());
            inward(to, FORWARD, List.of(new Inside(Match.ALL, nat, leads(text))));
        } else if (t instanceof Router.Floating f) {
            String text = f.outside().getHostAddress() + " is " + f.inside().getHostAddress();
            Action.Nat nat = Action.Nat.destination(f.inside(), 0);
            inward(Address.to(f.outside()), FORWARD - 1, List.of(new Inside(Match.ALL, nat, leads(text))));
        }
    }

    private Reason leads(String text) {
        return Reason.note("destination-nat", "router " + router.name() + ": " + text, router.name(), text);
    }

    /** Likewise for a service with an outside address. */
    private void inward(Service service) {
        List<Inside> backends = Shares.of(service).stream()
                .map(p -> new Inside(
                        p.clients(),
                        Action.Nat.destination(
                                p.backend().address(), p.backend().port()),
                        Balancer.served(router, service, p.backend())))
                .toList();
        inward(Balancer.to(service), FORWARD, backends);
    }

    private void inward(Match to, int priority, List<Inside> destinations) {
        Match match = at.and(to).orElseThrow();
        for (Inside d : destinations) {
            Action translate = Action.Ct.translate(zone, Table.ROUTE.number(), d.nat);
            Match some = match.and(d.clients).orElseThrow();
            Connections.route(sink, Table.DESTINATION, priority, some, List.of(translate), d.reason);
        }
        Match begins = match.with(Field.CT_STATE, Connections.state(CtState.TRACKED | CtState.NEW, 0));
        Reason hairpin = Reason.note(
                "hairpin", "router " + router.name() + ": from inside to an outside address", router.name());
        Action fromRouter = Action.Ct.translate(
                hairpins,
                Table.DESTINATION.number(),
                Action.Nat.source(outside.addresses().get(0)));
        for (Prefix inside : insides()) {
            Match from = begins.and(Address.from(inside)).orElseThrow();
            add(Table.TRANSLATE, priority, from, Instructions.apply(fromRouter), hairpin);
        }
    }

    /** Packets to outside addresses that lead nowhere inside. */
    private void others() {
        Reason sorts =
                Reason.note("begins-outside", "router " + router.name() + ": may begin a connection", router.name());
        add(Table.TRANSLATE, REST, at, Instructions.go(Table.DESTINATION.number()), sorts);
        for (Inet4Address address : outside.addresses()) {
            Match ping = Echo.request(at.and(Address.to(address)).orElseThrow(), address);
            String text = address.getHostAddress();
            Reason answers = Reason.note(
                    "outside-ping", "router " + router.name() + ": " + text + " answers pings", router.name(), text);
            // The sender may be on another host, so the answer is routed.
            for (Prefix inside : insides()) {
                Match from = ping.and(Address.from(inside)).orElseThrow();
                Connections.route(sink, Table.DESTINATION, PING + 1, from, Echo.answer(address), answers);
            }
            add(Table.DESTINATION, PING, ping, Echo.back(address, exits.mac()), answers);
        }
        Reason nobody = Reason.note(
                "to-outside", "router " + router.name() + ": nothing inside has this address", router.name());
        sink.hand(Table.DESTINATION, REST, at, Purpose.ROUTER, RouterApp.ANSWERS_PER_SECOND, nobody);
    }

    /** The prefixes of the router's networks. */
    private List<Prefix> insides() {
        return router.networks().stream()
                .flatMap(n -> view.model().networks().get(n).subnet4().stream())
                .toList();
    }

    /** The translation of packets that go out. */
    private void outward(Router.Translation t) {
        Match from;
        int priority;
        String text;
        if (t instanceof Router.Masquerade m) {
            Prefix inside = view.model().networks().get(m.network()).subnet4().orElseThrow();
            from = at.and(Address.from(inside)).orElseThrow();
            priority = MASQUERADE;
            text = m.network();
        } else if (t instanceof Router.Floating f) {
            from = at.with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, f.inside()));
            priority = FLOATING;
            text = f.inside().getHostAddress();
        } else {
            return;
        }
        String by = t.outside().getHostAddress();
        Action translate = Action.Ct.translate(zone, Table.DEPART.number(), Action.Nat.source(t.outside()));
        add(
                Table.SOURCE,
                priority,
                from,
                departing(translate),
                Reason.note(
                        "source-nat",
                        "router " + router.name() + ": " + text + " goes out as " + by,
                        router.name(),
                        text,
                        by));
        // Conntrack lets a connection pass untranslated for which it has no address or no room.
        add(
                Table.DEPART,
                priority,
                from,
                Instructions.DROP,
                Reason.drop(
                        "nat-full",
                        "router " + router.name() + ": no free port of " + by + " for " + text,
                        router.name(),
                        text));
    }

    /** A packet leaves the router. @param then what translates it */
    private Instructions departing(Action then) {
        return Instructions.apply(new Action.DecTtl(), new Action.SetField(Field.ETH_SRC, exits.mac()), then);
    }

    private void depart() {
        if (Mtus.limit(view, router, view.model().networks().get(outside.network()))
                .isPresent()) {
            sink.hand(
                    Table.SOURCE,
                    TOO_LONG,
                    Mtus.tooLong(at),
                    Purpose.ROUTER,
                    RouterApp.ANSWERS_PER_SECOND,
                    RouterApp.tooLong(outside.network()));
        }
        Reason answers = Reason.note(
                "nat-answers", "router " + router.name() + ": answers from inside go out translated", router.name());
        Action find = Action.Ct.restore(zone, Table.DEPART.number());
        add(Table.SOURCE, REST, at, departing(find), answers);
        Connections.invalid(sink, Table.DEPART, at);
        Network network = view.model().networks().get(outside.network());
        Instructions out = Instructions.apply(new Action.CtClear())
                .write(network.number(), Metadata.NETWORK_MASK)
                .then(Table.NEIGHBOUR.number());
        Reason leaves = Reason.note(
                "goes-out",
                "router " + router.name() + ": goes out to " + network.name(),
                router.name(),
                network.name());
        add(Table.DEPART, REST, at, out, leaves);
    }

    private void add(Table table, int priority, Match match, Instructions does, Reason reason) {
        sink.add(table, priority, match, does, reason);
    }
}
