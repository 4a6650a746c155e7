package io.heddle.check;

import io.heddle.flows.model.Expectation;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.flows.sets.HeaderSpace;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the expectations of a file against its network. */
final class Expectations {
    private final Checker checker;
    private final HeaderSpace space;
    private final int v4;
    private final int v6;
    /** What routers do if all hosts and backends are alive. */
    private final Crossings crossings;

    private final Denials denials;

    Expectations(Checker checker) {
        this.checker = checker;
        space = checker.space();
        crossings = new Crossings(checker, List.of(checker.policies()));
        denials = new Denials(checker);
        v4 = space.of(FlowText.parseMatch("ip"));
        v6 = space.of(FlowText.parseMatch("ipv6"));
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        List<Expectation> all = checker.model().expectations();
        for (int i = 0; i < all.size(); i++) {
            Expectation e = all.get(i);
            String subject = "expect " + (i + 1);
            broken(e)
                    .ifPresent(why -> findings.add(
                            Finding.error("broken", subject, "expected is: " + e.text() + "; but " + why)));
        }
        return findings;
    }

    /** The reason why an expectation does not hold; empty if it holds. */
    Optional<String> broken(Expectation e) {
        int asked = HeaderSpace.NONE;
        for (Match m : e.frames()) {
            asked = space.or(asked, space.and(space.of(m), space.possible()));
        }
        asked = e.frames().isEmpty() ? space.or(v4, v6) : asked;
        if (e.to() instanceof Expectation.Outside || e.from() instanceof Expectation.Outside) {
            return brokenOutside(e, asked);
        }
        int pairs = 0;
        for (Checker.End from : checker.ends()) {
            if (!isIn(from, e.from())) {
                continue;
            }
            for (Checker.End to : checker.ends()) {
                boolean both = isIn(to, e.to()) && from.port() != to.port();
                if (!both || e.reach() && isAny(e) && !from.network().equals(to.network())) {
                    continue;
                }
                pairs++;
                Optional<String> why = e.reach() ? broken(e, asked, from, to) : denials.between(asked, from, to);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return pairs == 0 && e.reach()
                ? Optional.of("there is no port to send, or none to be reached")
                : Optional.empty();
    }

    /** Whether a side is "any": that means all ports that share a network with the other side. */
    private static boolean isAny(Expectation e) {
        return e.from() instanceof Expectation.Any || e.to() instanceof Expectation.Any;
    }

    private Optional<String> brokenOutside(Expectation e, int asked) {
        boolean out = e.to() instanceof Expectation.Outside;
        int ends = 0;
        for (Checker.End end : checker.ends()) {
            if (!isIn(end, out ? e.from() : e.to())) {
                continue;
            }
            Optional<Router> router = checker.outsides().router(end);
            if (!e.reach()) {
                Optional<String> why = out ? denials.out(e, asked, end) : denials.in(e, asked, end);
                if (why.isPresent()) {
                    return why;
                }
            } else if (router.isPresent()) {
                ends++;
                Optional<String> why = brokenOutside(e, asked, end, router.get(), out);
                if (why.isPresent()) {
                    return why;
                }
            } else if (!isAny(e)) {
                return Optional.of("no router with a way out joins " + end.network() + ", the network of " + end);
            }
        }
        return ends == 0 && e.reach() ? Optional.of("no port is behind a router with a way out") : Optional.empty();
    }

    private Optional<String> brokenOutside(Expectation e, int asked, Checker.End end, Router router, boolean out) {
        Outsides outsides = checker.outsides();
        int frames = space.and(asked, outsides.with(router, out ? Field.IPV4_DST : Field.IPV4_SRC));
        Checker.Reach reach = out
                ? outsides.out(end, router, space.and(frames, outsides.addresses(end, Field.IPV4_SRC)))
                : outsides.in(router, end, outsides.with(router, Field.IPV4_SRC));
        frames = out ? frames : space.and(frames, outsides.addresses(end, Field.IPV4_DST));
        String pair = out
                ? end + " to the outside of router " + router.name()
                : "the outside of router " + router.name() + " to " + end;
        return verdict(e, frames, reach, pair);
    }

    /** The reason why frames do not get from one end to another, neither directly nor by way of a router. */
    private Optional<String> broken(Expectation e, int asked, Checker.End from, Checker.End to) {
        Checker.Reach direct = checker.reach(from, to);
        if (direct != null && isKept(e, asked, direct)) {
            return Optional.empty();
        }
        int crossing = crossing(from, to);
        if (direct == null && crossing == HeaderSpace.NONE) {
            return Optional.of(
                    "nothing joins " + from + " (" + from.network() + ") and " + to + " (" + to.network() + ")");
        }
        Checker.Reach reach = direct == null
                ? new Checker.Reach(crossing, Map.of())
                : new Checker.Reach(space.or(direct.passes(), crossing), direct.drops());
        // It fails for some addresses. Check whether it fails for the addresses of these two ends, too.
        boolean routed = Routed.joins(checker.model(), from, to);
        int frames = routed ? asked : space.and(asked, sources(from));
        frames = space.and(frames, addressed(from, Field.IPV4_SRC, Field.IPV6_SRC));
        frames = space.and(frames, addressed(to, Field.IPV4_DST, Field.IPV6_DST));
        return verdict(e, frames, reach, from + " to " + to + " in " + to.network());
    }

    /** What gets to an end by way of a router. */
    private int crossing(Checker.End from, Checker.End to) {
        if (!crossings.begins(from.network())) {
            return HeaderSpace.NONE;
        }
        Crossings.Spread spread = crossings.spread(from.vertex(), from.port().name(), crossings.usual(from.network()));
        Crossings.Arrival arrival = crossings.at(spread, to.vertex());
        return space.or(arrival.plain(), arrival.changed());
    }

    /** @param frames those that the expectation is about @param pair the ends, in words */
    private Optional<String> verdict(Expectation e, int frames, Checker.Reach reach, String pair) {
        int through = space.and(frames, reach.passes());
        // An expectation that names no frames holds if any frame gets through.
        int missing = e.frames().isEmpty()
                ? through == HeaderSpace.NONE ? frames : HeaderSpace.NONE
                : space.minus(frames, through);
        if (missing == HeaderSpace.NONE) {
            return Optional.empty();
        }
        for (Map.Entry<Reason, Integer> drop : reach.drops().entrySet()) {
            int lost = space.and(drop.getValue(), missing);
            if (lost != HeaderSpace.NONE) {
                return Optional.of(drop.getKey().text() + " drops " + checker.headers(lost) + " from " + pair);
            }
        }
        return Optional.of(checker.headers(missing) + " does not get from " + pair);
    }

    /** Whether the expectation holds for all addresses. */
    private boolean isKept(Expectation e, int asked, Checker.Reach reach) {
        int through = space.and(asked, reach.passes());
        return !e.frames().isEmpty()
                && space.minus(space.and(asked, checker.unicastSources()), through) == HeaderSpace.NONE;
    }

    /** Frames from the declared MAC of a port; from any unicast MAC if none is declared. */
    private int sources(Checker.End from) {
        return from.port().endpoint().mac().isEmpty()
                ? checker.unicastSources()
                : space.of(Match.ALL.with(
                        Field.ETH_SRC, from.port().endpoint().mac().getAsLong()));
    }

    /** Frames with a port's declared IP addresses; all frames if none is declared. */
    private int addressed(Checker.End end, Field v4Field, Field v6Field) {
        int set = HeaderSpace.NONE;
        for (InetAddress a : end.port().endpoint().addresses()) {
            Match protocol = FlowText.parseMatch(a instanceof Inet4Address ? "ip" : "ipv6");
            Field field = a instanceof Inet4Address ? v4Field : v6Field;
            set = space.or(set, space.of(protocol.with(field, Masked.address(field, a))));
        }
        return end.port().endpoint().addresses().isEmpty() ? HeaderSpace.ALL : set;
    }

    static boolean isIn(Checker.End end, Expectation.Group group) {
        if (group instanceof Expectation.InNetwork n) {
            return end.network().equals(n.network());
        } else if (group instanceof Expectation.OnHost h) {
            return end.place().host().name().equals(h.host());
        } else if (group instanceof Expectation.AtPort p) {
            // A roaming port is the same one wherever it is.
            return end.port().name().equals(p.port())
                    && (end.port().isRoaming()
                            || end.place().host().name().equals(p.host())
                                    && end.place().bridge().name().equals(p.bridge()));
        } else if (group instanceof Expectation.AtAddress a) {
            return end.port().endpoint().addresses().contains(a.address());
        }
        return true;
    }
}
