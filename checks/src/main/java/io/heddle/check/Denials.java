package io.heddle.check;

import io.heddle.flows.model.Expectation;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import io.heddle.flows.sets.HeaderSpace;
import java.util.List;
import java.util.Optional;

/**
 * Proves that packets do not get somewhere. It asks about every packet that may get there: also those that hosts do not
 * usually send, and also while some hosts and backends are dead. What it does not examine, it does not call proved.
 */
final class Denials {
    private final Checker checker;
    private final NetworkModel model;
    private final HeaderSpace space;
    private final Crossings crossings;
    private final Whose whose;

    Denials(Checker checker) {
        this.checker = checker;
        this.model = checker.model();
        this.space = checker.space();
        this.crossings = new Crossings(checker, Lives.of(model, space));
        this.whose = new Whose(checker);
    }

    /** The reason why some of the frames may get from one end to another; empty if none may. */
    Optional<String> between(int asked, Checker.End from, Checker.End to) {
        int direct = direct(from, to);
        String pair = from + " to " + to + " in " + to.network();
        int frames = space.and(asked, whose.to(to));
        int own = space.and(whose.macs(from), whose.from(from));
        int through = space.and(space.and(frames, direct), own);
        if (through != HeaderSpace.NONE) {
            return gets(through, pair);
        }
        if (!crossings.begins(from.network())) {
            return Optional.empty();
        }
        Crossings.Arrival any = crossings.at(spread(from, crossings.anything()), to.vertex());
        through = space.and(space.and(frames, any.plain()), whose.from(from));
        if (through == HeaderSpace.NONE && space.and(frames, any.changed()) != HeaderSpace.NONE) {
            // Some source gets there translated. Check whether one of the sender's own does.
            through = space.and(frames, crossings.at(own(from), to.vertex()).changed());
        }
        return gets(through, pair + " by way of a router");
    }

    /** What gets there without a router. */
    private int direct(Checker.End from, Checker.End to) {
        Checker.Reach reach = Routed.joins(model, from, to) ? null : checker.reach(from, to);
        return reach == null ? HeaderSpace.NONE : reach.passes();
    }

    private Crossings.Spread spread(Checker.End from, int sent) {
        return crossings.spread(from.vertex(), from.port().name(), sent);
    }

    /** Where the packets from a host's own addresses get. */
    private Crossings.Spread own(Checker.End from) {
        return spread(from, space.and(crossings.anything(), space.and(whose.macs(from), whose.from(from))));
    }

    /** Likewise from an end to the outside. */
    Optional<String> out(Expectation e, int asked, Checker.End end) {
        Optional<Router> router = checker.outsides().router(end);
        if (router.isEmpty()) {
            return unexamined(e, end, "what it sends there");
        }
        int any = either(crossings.outside(spread(end, crossings.anything())));
        int through = space.and(asked, any) == HeaderSpace.NONE
                ? HeaderSpace.NONE
                : space.and(asked, either(crossings.outside(own(end))));
        return gets(through, end + " to the outside of router " + router.get().name());
    }

    /** Likewise from the outside to an end. */
    Optional<String> in(Expectation e, int asked, Checker.End end) {
        Optional<Router> router = checker.outsides().router(end);
        if (router.isEmpty()) {
            return unexamined(e, end, "what comes from there");
        }
        int frames = space.and(asked, whose.to(end));
        for (NetworkModel.Place place : model.places()) {
            for (Port port : place.bridge().ports().values()) {
                boolean wire =
                        port.type() == Port.Type.PATCH || checker.topology().isLinked(place.toString(), port);
                for (String network : wire ? List.<String>of() : port.networks()) {
                    int through = model.isOutside(network)
                            ? space.and(frames, entering(place, port, network, end))
                            : HeaderSpace.NONE;
                    if (through != HeaderSpace.NONE) {
                        return gets(
                                through, "the outside of router " + router.get().name() + " to " + end);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What gets to an end of what comes by a port in a network where the outside begins. */
    private int entering(NetworkModel.Place place, Port port, String network, Checker.End end) {
        Topology.Vertex at = new Topology.Vertex(place.toString(), network, "");
        return either(crossings.at(crossings.spread(at, port.name(), crossings.anything()), end.vertex()));
    }

    private int either(Crossings.Arrival arrival) {
        return space.or(arrival.plain(), arrival.changed());
    }

    /** Why there is no proof for an end without a router with a way out; empty if it has no other way either. */
    private Optional<String> unexamined(Expectation e, Checker.End end, String what) {
        if (model.isOutside(end.network())) {
            // "any" stands for the other side.
            return e.from() instanceof Expectation.Any || e.to() instanceof Expectation.Any
                    ? Optional.empty()
                    : Optional.of(end + " is in " + end.network() + ", where the outside of a router begins");
        }
        return checker.topology()
                .uplink(end.vertex())
                .map(uplink -> "no router with a way out joins " + end.network() + ", the network of " + end
                        + ", but uplink " + uplink + " carries it: " + what + " is not examined");
    }

    private Optional<String> gets(int through, String pair) {
        return through == HeaderSpace.NONE
                ? Optional.empty()
                : Optional.of(checker.headers(through) + " gets from " + pair);
    }
}
