package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
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
import java.util.Set;

/**
 * The services of a router that its own networks reach. The switch of the client chooses the backend, and conntrack
 * remembers the choice in the router's zone. Packets to the service pass {@link Table#TRANSLATE}; answers, which may
 * come straight from a backend in the client's own network, get the service's address in {@link Table#SERVED}.
 *
 * <p>Services with an outside address are those of {@link WayOut}.
 */
final class Balancer {
    private static final int PING = 320;
    private static final int TO_SERVICE = 305;
    private static final int OTHERS = 300;
    private static final int ITSELF = 261;
    private static final int CHOSEN = 260;
    private static final int NOBODY = 255;
    private static final int ANSWER = 200;
    private static final int ERROR = 100;
    /** ICMP errors: unreachable, time exceeded, parameter problem. */
    private static final int[] ERRORS = {3, 11, 12};

    private final SwitchView view;
    private final FlowSink sink;
    private final Router router;
    private final Set<Network> networks;
    private final int zone;
    private final Match at;

    /** @param networks the router's networks that the switch carries @param zone that of the router's connections */
    Balancer(SwitchView view, FlowSink sink, Router router, Set<Network> networks, int zone) {
        this.view = view;
        this.sink = sink;
        this.router = router;
        this.networks = networks;
        this.zone = zone;
        at = Connections.at(router);
    }

    void contribute() {
        router.insideServices().forEach(this::address);
        List<Service> inside =
                router.services().stream().filter(s -> !router.isOutside(s)).toList();
        inside.forEach(this::spread);
        if (!inside.isEmpty()) {
            for (Network network : networks) {
                answers(network, inside);
            }
            // A way out that lets addresses out as they are leads to clients, too.
            RoutersHere.outside(view, router)
                    .ifPresent(o -> answers(view.model().networks().get(o.network()), inside));
        }
    }

    /** Answers pings of a service's address, and tells senders that nothing else is there. */
    private void address(Inet4Address address) {
        String text = address.getHostAddress();
        Match to = at.and(Address.to(address)).orElseThrow();
        sink.add(
                Table.ROUTER,
                PING,
                Echo.request(to, address),
                Echo.back(address, Gateways.MAC),
                Reason.note(
                        "service-ping",
                        "router " + router.name() + ": " + text + " answers pings",
                        router.name(),
                        text));
        sink.hand(
                Table.ROUTER,
                OTHERS,
                to,
                Purpose.ROUTER,
                RouterApp.ANSWERS_PER_SECOND,
                Reason.note(
                        "no-service",
                        "router " + router.name() + ": no service of " + text + " has this port",
                        router.name(),
                        text));
    }

    /** The packets to a service. */
    static Match to(Service service) {
        return Address.to(service.address())
                .with(Field.IP_PROTO, service.protocol())
                .with(Protocols.destinationPort(service.protocol()), service.port());
    }

    private void spread(Service service) {
        String name = "router " + router.name() + ": service " + service.name();
        Match to = at.and(to(service)).orElseThrow();
        sink.add(
                Table.ROUTER,
                TO_SERVICE,
                to,
                Instructions.apply(Action.Ct.restore(zone, Table.TRANSLATE.number())),
                Reason.note("to-service", name + ": finds the connection", router.name(), service.name()));
        Match begins = to.with(Field.CT_STATE, Connections.NEW_STATE);
        for (Shares.Part part : Shares.of(service)) {
            Match match = begins.and(part.clients()).orElseThrow();
            choose(CHOSEN, match, service, part.backend());
            // A host does not take packets from its own address, so a backend that is a client gets another one.
            Inet4Address own = part.backend().address();
            match.and(Match.ALL.with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, own)))
                    .ifPresent(m -> next(service, part.backend())
                            .ifPresentOrElse(
                                    b -> choose(ITSELF, m, service, b),
                                    () -> refuse(ITSELF, m, service, "itself", "its only backend is the client")));
        }
        refuse(NOBODY, begins, service, "no-backend", "no backend is alive");
    }

    /** The next backend with another address. */
    private static Optional<Service.Backend> next(Service service, Service.Backend after) {
        List<Service.Backend> all = service.backends();
        int from = all.indexOf(after);
        for (int i = 1; i < all.size(); i++) {
            Service.Backend b = all.get((from + i) % all.size());
            if (b.alive() && !b.address().equals(after.address())) {
                return Optional.of(b);
            }
        }
        return Optional.empty();
    }

    private void choose(int priority, Match match, Service service, Service.Backend backend) {
        Connections.route(
                sink,
                Table.TRANSLATE,
                priority,
                match,
                List.of(Action.Ct.translate(
                        zone, Table.ROUTE.number(), Action.Nat.destination(backend.address(), backend.port()))),
                served(router, service, backend));
    }

    static Reason served(Router router, Service service, Service.Backend backend) {
        return Reason.note(
                "served",
                "router " + router.name() + ": " + backend.text() + " serves " + service.name() + ", " + service.text(),
                router.name(),
                service.name(),
                backend.text());
    }

    private void refuse(int priority, Match match, Service service, String kind, String why) {
        sink.hand(
                Table.TRANSLATE,
                priority,
                match,
                Purpose.ROUTER,
                RouterApp.ANSWERS_PER_SECOND,
                Reason.note(
                        kind,
                        "router " + router.name() + ": service " + service.name() + ": " + why,
                        router.name(),
                        service.name()));
    }

    /** Frames of a network that may be answers: only those of known connections change. */
    private void answers(Network network, List<Service> services) {
        Match in = Protocols.IPV4.with(Field.METADATA, Metadata.inNetwork(network.number()));
        Instructions restore = Instructions.apply(Action.Ct.restore(zone, Table.TRACK_TO.number()));
        Reason reason = Reason.note(
                "service-answers",
                "router " + router.name() + ": answers of services come from the services' addresses",
                router.name(),
                network.name());
        services.stream()
                .flatMap(s -> s.backends().stream()
                        .map(b -> in.with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, b.address()))
                                .with(Field.IP_PROTO, s.protocol())
                                .with(Protocols.sourcePort(s.protocol()), b.port())))
                .distinct()
                .forEach(m -> sink.add(Table.SERVED, ANSWER, m, restore, reason));
        for (int type : ERRORS) {
            Match error = in.and(Protocols.ICMP).orElseThrow().with(Field.ICMP_TYPE, type);
            sink.add(Table.SERVED, ERROR, error, restore, reason);
        }
    }
}
