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
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;

/**
 * The translations of addresses of one router on one switch. Connection tracking remembers the translation of each
 * connection in a zone of the router's own, so routers with the same inside addresses never meet.
 *
 * <p>A packet out passes {@link Table#SOURCE}, which gives it an outside source, and {@link Table#DEPART}. A packet to
 * an outside address passes {@link Table#TRANSLATE}, which finds the connection that it answers, and {@link
 * Table#DESTINATION}, which finds the host inside that it may be for. A host inside that asks for an outside address of
 * its own router gets the same answers: its packets then come from the router, by a second zone, so that the answers
 * take the same way back.
 */
final class Translations {
    private static final int ARP = 180;
    private static final int ENTERS = 100;
    private static final int FORGED = 115;
    private static final int TO_OUTSIDE = 305;
    private static final int BACK_AGAIN = 350;
    private static final int FORWARD = 250;
    private static final int OTHER_ROUTER = 300;
    private static final int TO_ONE = 300;
    private static final int TO_MANY = 200;
    private static final int REST = 100;

    private final SwitchView view;
    private final FlowSink sink;
    private final Router router;
    private final Network outside;
    private final Sharing sharing;
    private final int zone;
    private final int hairpins;
    private final Match at;
    private final Match in;

    Translations(SwitchView view, FlowSink sink, Router router, Router.Outside outside, Map<Zones.Key, Integer> zones) {
        this.view = view;
        this.sink = sink;
        this.router = router;
        this.outside = view.model().networks().get(outside.network());
        sharing = new Sharing(view, sink, router, outside, zones);
        zone = zones.get(Zones.ofRouter(router));
        hairpins = zones.get(Zones.ofHairpins(router));
        at = Connections.at(router);
        in = Match.ALL.with(Field.METADATA, Metadata.inNetwork(this.outside.number()));
    }

    /** Entries that all translations share. */
    void contribute() {
        Reason sorts =
                Reason.note("begins-outside", "router " + router.name() + ": may begin a connection", router.name());
        sink.add(Table.TRANSLATE, REST, at, Instructions.go(Table.DESTINATION.number()), sorts);
        Reason nobody = Reason.note(
                "to-outside", "router " + router.name() + ": nothing inside has this address", router.name());
        sink.hand(Table.DESTINATION, REST, at, Purpose.ROUTER, RouterApp.ANSWERS_PER_SECOND, nobody);
        Connections.invalid(sink, Table.DEPART, at);
        Instructions out = Instructions.apply(new Action.CtClear())
                .write(outside.number(), Metadata.NETWORK_MASK)
                .then(Table.NEIGHBOUR.number());
        Reason leaves = Reason.note(
                "goes-out",
                "router " + router.name() + ": goes out to " + outside.name(),
                router.name(),
                outside.name());
        sink.add(Table.DEPART, REST, at, out, leaves);
    }

    /** The addresses that the router shares with others. */
    Sharing sharing() {
        return sharing;
    }

    /** IPv4 packets of the router. */
    Match at() {
        return at;
    }

    /** The prefixes of the router's networks. */
    List<Prefix> insides() {
        return router.networks().stream()
                .flatMap(n -> view.model().networks().get(n).subnet4().stream())
                .toList();
    }

    Reason isHere(Inet4Address address) {
        String text = address.getHostAddress();
        return Reason.note(
                "outside-address", "router " + router.name() + ": " + text + " is here", router.name(), text);
    }

    /** Requests for an outside address by ARP. */
    Match requests(Inet4Address address) {
        return in.and(Protocols.ARP_REQUEST).orElseThrow().with(Field.ARP_TPA, Masked.address(Field.ARP_TPA, address));
    }

    /** Answers requests for an outside address. @param mac the address's */
    void reply(Match requests, Inet4Address address, long mac) {
        Masked asked = Masked.address(Field.ARP_TPA, address);
        sink.add(Table.FORWARD, ARP, requests, NeighbourApp.arpReply(asked, mac), isHere(address));
    }

    /**
     * Hands packets from outside to the router, if their source may be outside.
     *
     * @param mac to which they go @param does how they get to the router
     */
    void enter(Match to, long mac, Instructions does, Reason reason) {
        enter(to, mac, does, reason, insides());
    }

    /** Likewise, packets to an outside address. */
    void enter(Inet4Address address, long mac, Instructions does) {
        enter(Address.to(address), mac, does, isHere(address), sharing.insides(address, insides()));
    }

    private void enter(Match to, long mac, Instructions does, Reason reason, List<Prefix> insides) {
        Match arrives = in.and(to).orElseThrow().with(Field.ETH_DST, mac);
        sink.add(Table.GATEWAY, ENTERS, arrives, does, reason);
        // Other routers may have the same addresses inside, and this MAC, so these entries name the destination, too.
        for (Prefix inside : insides) {
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

    /** Finds the connections of packets to an outside address. @param which the packets for which this host does it */
    void find(Inet4Address address, List<Match> which) {
        String text = address.getHostAddress();
        if (sharing.takes(address)) {
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
        }
        Instructions find = Instructions.apply(Action.Ct.restore(zone, Table.TRANSLATE.number()));
        Reason finds = Reason.note(
                "to-outside-address",
                "router " + router.name() + ": finds the connection of packets to " + text,
                router.name(),
                text);
        for (Match to : which) {
            if (!sharing.has(address)) {
                sink.add(Table.ROUTER, TO_OUTSIDE, to, find, finds);
                continue;
            }
            for (Prefix inside : insides()) {
                sink.add(
                        Table.ROUTER,
                        TO_OUTSIDE + 1,
                        to.and(Address.from(inside)).orElseThrow(),
                        find,
                        finds);
            }
            if (sharing.takes(address)) {
                sink.add(Table.ROUTER, TO_OUTSIDE, to, sharing.find(address), finds);
            }
        }
        if (router.translations().stream()
                .anyMatch(t -> t instanceof Router.Floating f && f.outside().equals(address) && router.isAlone(f))) {
            // All of them go on to a host inside, and none to the router itself.
            which.forEach(to -> Own.usedUp(sink, TO_OUTSIDE + 1, to));
        }
    }

    /** Answers to hosts inside that have asked for an outside address, see {@link Connections#known} for all others. */
    void back(Inet4Address address) {
        Match known = at.with(Field.CT_STATE, Connections.KNOWN_STATE);
        Match again = known.and(Address.to(address)).orElseThrow();
        Action restore = Action.Ct.restore(hairpins, Table.ROUTE.number());
        Connections.route(sink, Table.TRANSLATE, BACK_AGAIN, again, List.of(restore), Connections.translated(router));
    }

    /** A host inside to which an outside address leads. @param clients a match on those whom it serves */
    record Inside(Match clients, Action.Nat nat, Reason reason) {}

    /** The translation of packets to a port of an outside address that may begin a connection to the inside. */
    void inward(Inet4Address address, Match to, List<Inside> destinations, Inet4Address hairpin) {
        for (Inside d : destinations) {
            Match some = at.and(to).flatMap(m -> m.and(d.clients)).orElseThrow();
            sharing.begin(address, some, leads(d), FORWARD + 1, d.reason);
        }
        inward(to, FORWARD, destinations, hairpin);
    }

    private Action leads(Inside inside) {
        return Action.Ct.translate(zone, Table.ROUTE.number(), inside.nat);
    }

    /** Likewise for all packets to an outside address. */
    void inward(Router.Floating f, Inet4Address hairpin) {
        String text = f.outside().getHostAddress() + " is " + f.inside().getHostAddress();
        Action.Nat nat = Action.Nat.destination(f.inside(), 0);
        Inside one = new Inside(Match.ALL, nat, leads(text));
        inward(Address.to(f.outside()), FORWARD - 1, List.of(one), hairpin);
    }

    Reason leads(String text) {
        return Reason.note("destination-nat", "router " + router.name() + ": " + text, router.name(), text);
    }

    /** @param hairpin the source that packets from inside get */
    private void inward(Match to, int priority, List<Inside> destinations, Inet4Address hairpin) {
        Match match = at.and(to).orElseThrow();
        for (Inside d : destinations) {
            Match some = match.and(d.clients).orElseThrow();
            Connections.route(sink, Table.DESTINATION, priority, some, List.of(leads(d)), d.reason);
        }
        Match begins = match.with(Field.CT_STATE, Connections.NEW_STATE);
        Reason reason = Reason.note(
                "hairpin", "router " + router.name() + ": from inside to an outside address", router.name());
        Action fromRouter = Action.Ct.translate(hairpins, Table.DESTINATION.number(), Action.Nat.source(hairpin));
        for (Prefix inside : insides()) {
            Match from = begins.and(Address.from(inside)).orElseThrow();
            sink.add(Table.TRANSLATE, priority, from, Instructions.apply(fromRouter), reason);
        }
    }

    /** The translation of packets that go out from a network. @param mac from which they go */
    void outward(Router.Masquerade m, long mac) {
        Prefix inside = view.model().networks().get(m.network()).subnet4().orElseThrow();
        outward(at.and(Address.from(inside)).orElseThrow(), TO_MANY, m.network(), m, mac);
    }

    /** Likewise, from a host with an outside address. */
    void outward(Router.Floating f, int priority, long mac) {
        Match from = at.with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, f.inside()));
        outward(from, priority, f.inside().getHostAddress(), f, mac);
    }

    private void outward(Match from, int priority, String text, Router.Translation t, long mac) {
        String by = t.outside().getHostAddress();
        Action translate =
                Action.Ct.translate(zone, Table.DEPART.number(), Action.Nat.source(sharing.source(t.outside())));
        sink.add(
                Table.SOURCE,
                priority,
                from,
                departing(mac, translate),
                Reason.note(
                        "source-nat",
                        "router " + router.name() + ": " + text + " goes out as " + by,
                        router.name(),
                        text,
                        by));
        // Conntrack lets a connection pass untranslated for which it has no address or no room.
        sink.add(
                Table.DEPART,
                t instanceof Router.Floating ? TO_ONE : TO_MANY,
                from,
                Instructions.DROP,
                full(router, by, text));
    }

    static Reason full(Router router, String by, String whom) {
        return Reason.drop(
                "nat-full",
                "router " + router.name() + ": no free port of " + by + " for " + whom,
                router.name(),
                whom);
    }

    /** Answers from inside go out translated. */
    void answers(long mac) {
        Reason answers = Reason.note(
                "nat-answers", "router " + router.name() + ": answers from inside go out translated", router.name());
        Action find = Action.Ct.restore(zone, Table.DEPART.number());
        sink.add(Table.SOURCE, REST, at, departing(mac, find), answers);
    }

    /** A packet leaves the router. @param then what translates it */
    private static Instructions departing(long mac, Action then) {
        return Instructions.apply(new Action.DecTtl(), new Action.SetField(Field.ETH_SRC, mac), then);
    }

    /** The controller tells the senders of packets that are too long for the outside. */
    void bounds(int priority, Match which) {
        if (Mtus.limit(view, router, outside).isPresent()) {
            sink.hand(
                    Table.SOURCE,
                    priority,
                    Mtus.tooLong(which),
                    Purpose.ROUTER,
                    RouterApp.ANSWERS_PER_SECOND,
                    RouterApp.tooLong(outside.name()));
        }
    }
}
