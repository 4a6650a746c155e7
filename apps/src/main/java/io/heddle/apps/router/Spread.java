package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.FreeNumbers;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Routes with several next routers: new connections are spread over those that are alive, see {@link Shares}.
 *
 * <p>The switch of the guest remembers each connection in a zone of the router's own, with a mark: its lower half says
 * which next router was chosen for the connection, its upper half by which one it came. A packet takes the first of
 * these that is alive. {@link Arrivals} has the upper half.
 */
final class Spread {
    /** The lower half of a mark. */
    private static final long CHOSEN_BITS = 0xffff;

    /** The upper half of a mark. */
    private static final long CAME_BITS = 0xffff_0000L;

    private static final int CAME_SHIFT = 16;

    /** Next routers have numbers of 12 bits, because MAC addresses have room for no more. */
    private static final int HOPS = 0xfff;

    /** Routes have larger numbers than next routers, because both are in the same register. */
    private static final int FIRST_ROUTE = 0x1_0000;

    private static final int ROUTES = 0xffff;

    /** Above what leaves by the way out. */
    private static final int KNOWN = 730;

    private static final int CAME = 720;
    private static final int MIDDLE_OF_TCP = 710;
    private static final int PORTS = 705;
    private static final int ADDRESSES = 700;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final long SYN = 0x02;

    private final FlowSink sink;
    private final Router router;
    private final int zone;
    /** The numbers of the next routers of such routes, from 1 on, and of these routes: they follow from their texts. */
    private final Map<InetAddress, Integer> numbers = new HashMap<>();

    private final Map<String, Integer> routes = new HashMap<>();

    /** A next router that the switch reaches. @param onto what sends a packet to it, after other actions */
    private record Way(Router.Hop hop, int number, Instructions onto) {}

    /** @param zone that of the router's connections by several next routers */
    Spread(FlowSink sink, Router router, int zone) {
        this.sink = sink;
        this.router = router;
        this.zone = zone;
        List<Router.Route> several =
                router.routes().stream().filter(Router.Route::spreads).toList();
        FreeNumbers hops = new FreeNumbers(1, HOPS);
        several.stream()
                .flatMap(r -> r.via().stream())
                .map(Router.Hop::address)
                .distinct()
                .sorted(Comparator.comparing(InetAddress::getHostAddress))
                .forEach(a -> numbers.put(a, hops.of(a.getHostAddress())));
        FreeNumbers texts = new FreeNumbers(FIRST_ROUTE, ROUTES);
        several.stream().map(Router.Route::text).sorted().forEach(t -> routes.put(t, texts.of(t)));
    }

    /** The numbers of the next routers of routes that have several. */
    Map<InetAddress, Integer> numbers() {
        return numbers;
    }

    /** Notes in the mark of a connection by which next router it came. */
    Action came(int number) {
        return Action.Ct.mark(zone, (long) number << CAME_SHIFT, CAME_BITS);
    }

    /**
     * Adds the entries that choose for a route.
     *
     * @param hops the next routers that the switch can reach, each with its network; one or more
     * @param ip the packets of the route's IP version
     * @param onto sends a packet into a network, to a target
     * @return what sends the route's packets to these entries
     */
    Instructions choose(
            Router.Route route, Map<Router.Hop, Network> hops, Match ip, BiFunction<Network, Long, Instructions> onto) {
        int number = routes.get(route.text());
        Match at = ip.with(Field.METADATA, Metadata.inRouter(router.number())).with(Field.REG5, number);
        List<Way> all = new ArrayList<>();
        hops.forEach((hop, network) ->
                all.add(new Way(hop, numbers.get(hop.address()), onto.apply(network, Neighbours.hop(hop.address())))));
        // While none answers, all of them get packets: the controller may be wrong.
        boolean none = all.stream().noneMatch(w -> w.hop.alive());
        List<Way> living = all.stream().filter(w -> none || w.hop.alive()).toList();
        for (Way way : living) {
            keep(route, at, way);
        }
        Shares.of(all, living::contains).forEach(block -> begin(route, at, block, others(living, block.receiver())));
        return Instructions.apply(
                new Action.SetField(Field.REG5, number), Action.Ct.track(zone, Table.SOURCE.number()));
    }

    private static String others(List<Way> living, Way way) {
        return living.stream()
                .filter(w -> w != way)
                .map(w -> w.hop.address().getHostAddress())
                .collect(Collectors.joining(", "));
    }

    /** Connections that the switch knows. */
    private void keep(Router.Route route, Match at, Way way) {
        String by = way.hop.address().getHostAddress();
        sink.add(
                Table.SOURCE,
                KNOWN,
                at.with(Field.CT_MARK, Masked.of(way.number, CHOSEN_BITS)),
                way.onto,
                Reason.note(
                        "next-router-kept",
                        "router " + router.name() + ": a connection to " + route.text() + " stays with " + by,
                        router.name(),
                        route.text(),
                        by));
        sink.add(
                Table.SOURCE,
                CAME,
                at.with(Field.CT_MARK, Masked.of((long) way.number << CAME_SHIFT, CAME_BITS)),
                way.onto,
                Reason.note(
                        "next-router-back",
                        "router " + router.name() + ": what came by " + by + " goes back by it to " + route.text(),
                        router.name(),
                        route.text(),
                        by));
    }

    /** Other connections. @param others the next routers that might as well be chosen */
    private void begin(Router.Route route, Match at, Shares.Block<Way> block, String others) {
        Way way = block.receiver();
        String by = way.hop.address().getHostAddress();
        Reason chosen = Reason.note(
                "next-router-chosen",
                "router " + router.name() + ": of new connections to " + route.text() + ", " + by + " gets these",
                router.name(),
                route.text(),
                by,
                others);
        Instructions remember = before(Action.Ct.mark(zone, way.number, CHOSEN_BITS), way.onto);
        Match tcp =
                at.with(Field.IP_PROTO, TCP).and(block.match(Field.TCP_SRC, 1)).orElseThrow();
        Match udp =
                at.with(Field.IP_PROTO, UDP).and(block.match(Field.UDP_SRC, 1)).orElseThrow();
        Field to = route.to().isV4() ? Field.IPV4_DST : Field.IPV6_DST;
        sink.add(Table.SOURCE, PORTS, tcp, remember, chosen);
        sink.add(Table.SOURCE, PORTS, udp, remember, chosen);
        sink.add(Table.SOURCE, ADDRESSES, at.and(block.match(to, 0)).orElseThrow(), remember, chosen);
        // The connection began elsewhere: its guest has moved here. The next packet to it tells by whom it comes.
        Match middle = tcp.with(Field.CT_STATE, Connections.NEW_STATE).with(Field.TCP_FLAGS, Masked.of(0, SYN));
        sink.add(Table.SOURCE, MIDDLE_OF_TCP, middle, way.onto, chosen);
    }

    private static Instructions before(Action first, Instructions then) {
        List<Action> actions = new ArrayList<>();
        actions.add(first);
        actions.addAll(then.apply());
        return new Instructions(then.meter(), actions, then.metadata(), then.next());
    }
}
