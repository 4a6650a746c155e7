package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
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
import java.util.Optional;

/**
 * The way out of a router, on a host that has it or may have it, with the {@link Translations} of all that go there.
 */
final class WayOut {
    private static final int ENTERS = 100;
    private static final int TOO_LONG = 400;
    private static final int FLOATING = 300;
    private static final int PING = 150;
    private static final int ELSEWHERE = 400;

    private final SwitchView view;
    private final FlowSink sink;
    private final Router router;
    private final Router.Outside outside;
    private final Exits exits;
    private final Translations translations;
    private final Match at;

    WayOut(
            SwitchView view,
            FlowSink sink,
            Router router,
            Router.Outside outside,
            Exits exits,
            Translations translations) {
        this.view = view;
        this.sink = sink;
        this.router = router;
        this.outside = outside;
        this.exits = exits;
        this.translations = translations;
        at = translations.at();
    }

    void contribute() {
        for (Inet4Address address : router.outsideAddresses()) {
            arrive(address);
        }
        for (String name : router.networks()) {
            plain(view.model().networks().get(name));
        }
        if (exits.asks()) {
            leaveToOthers();
        }
        router.outsideAddresses().forEach(translations::back);
        router.translations().forEach(this::inward);
        router.services().stream().filter(router::isOutside).forEach(this::inward);
        pings();
        router.translations().forEach(this::outward);
        translations.bounds(TOO_LONG, at);
        translations.answers(exits.mac());
        translations.sharing().contribute(exits.mac());
    }

    /** Answers for an outside address, and takes the packets to it. */
    private void arrive(Inet4Address address) {
        if (translations.sharing().takes(address)) {
            Match request = translations.requests(address);
            if (exits.asks()) {
                sink.add(Table.GATEWAY, ENTERS, request, exits.look(Table.GATEWAY.next()), turn());
            }
            for (Match mine : exits.mine(request)) {
                translations.reply(mine, address, exits.mac());
            }
            translations.enter(address, exits.mac(), exits.arrival(Exits.FROM_OUTSIDE));
        }
        translations.find(address, exits.mine(at.and(Address.to(address)).orElseThrow()));
    }

    /** Takes packets to a network whose hosts go out untranslated: the outside has a route to it. */
    private void plain(Network network) {
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
        translations.enter(Address.to(subnet.get()), exits.mac(), exits.arrival(Exits.FROM_OUTSIDE), reason);
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
        return Metadata.inRouter(router.number());
    }

    private Reason turn() {
        return Reason.note(
                "way-out-turn", "router " + router.name() + ": looks which host has the way out", router.name());
    }

    /** The translation of packets that may begin a connection to the inside. */
    private void inward(Router.Translation t) {
        if (t instanceof Router.Forward f) {
            String text = f.outside().getHostAddress() + ":" + f.port() + " is "
                    + f.inside().getHostAddress() + ":" + f.insidePort();
            Action.Nat nat = Action.Nat.destination(f.inside(), f.insidePort());
            translations.inward(
                    f.outside(),
                    to(f),
                    List.of(new Translations.Inside(Match.ALL, nat, translations.leads(text))),
                    hairpin());
        } else if (t instanceof Router.Floating f) {
            translations.inward(f, hairpin());
        }
    }

    /** The source of packets from inside to outside addresses. */
    private Inet4Address hairpin() {
        return outside.addresses().get(0);
    }

    /** Likewise for a service with an outside address. */
    private void inward(Service service) {
        List<Translations.Inside> backends = Shares.of(service).stream()
                .map(p -> new Translations.Inside(
                        p.clients(),
                        Action.Nat.destination(
                                p.backend().address(), p.backend().port()),
                        Balancer.served(router, service, p.backend())))
                .toList();
        translations.inward(service.address(), Balancer.to(service), backends, hairpin());
    }

    /** The packets to a port of an outside address. */
    static Match to(Router.Forward f) {
        return Address.to(f.outside())
                .with(Field.IP_PROTO, f.protocol())
                .with(Protocols.destinationPort(f.protocol()), f.port());
    }

    /** The translation of packets that go out. */
    private void outward(Router.Translation t) {
        if (t instanceof Router.Masquerade m) {
            translations.outward(m, exits.mac());
        } else if (t instanceof Router.Floating f) {
            translations.outward(f, FLOATING, exits.mac());
        }
    }

    /** The router's own addresses answer pings that belong to nobody inside. */
    private void pings() {
        for (Inet4Address address : outside.addresses()) {
            Match ping = Echo.request(at.and(Address.to(address)).orElseThrow(), address);
            String text = address.getHostAddress();
            Reason answers = Reason.note(
                    "outside-ping", "router " + router.name() + ": " + text + " answers pings", router.name(), text);
            // The sender may be on another host, so the answer is routed.
            for (Prefix inside : translations.insides()) {
                Match from = ping.and(Address.from(inside)).orElseThrow();
                Connections.route(sink, Table.DESTINATION, PING + 1, from, Echo.answer(address), answers);
            }
            sink.add(Table.DESTINATION, PING, ping, Echo.back(address, exits.mac()), answers);
        }
    }
}
