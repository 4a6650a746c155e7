package io.heddle.check;

import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.flows.sets.HeaderSpace;
import io.heddle.flows.sets.Headers;
import io.heddle.flows.simulate.Connections;
import io.heddle.flows.simulate.Decision;
import io.heddle.flows.simulate.Space;
import io.heddle.flows.simulate.Tracked;
import io.heddle.flows.simulate.Tracking;
import io.heddle.flows.simulate.Walk;
import io.heddle.flows.simulate.Witness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Computes which frames that enter by a port, and begin a connection, pass port security and access lists, from the
 * very flow entries that the switch would get. Ports with the same entries share one policy.
 */
final class Policies {
    private static final int FIRST = Table.PORT_SECURITY.number();
    /** The last table that asks for the network in which a frame came in. */
    private static final int ENTRANCE = Table.GATEWAY.number();

    private static final int LAST = Table.ADMIT_TO.number();

    /** A host that no file declares. */
    static final long SOMEBODY = 0x0200_0000_00fdL;

    private final NetworkModel model;
    private final HeaderSpace space;
    private final int dead;
    /** Whether policies tell which of their rules are covered, and by which. That takes the longest. */
    private final boolean tellsCovered;

    private final Space<Headers> sets;
    private final Map<String, NetworkModel.Place> places = new HashMap<>();
    /** Compiled at first use. */
    private final Map<String, Switch> switches = new HashMap<>();

    private final Map<List<Object>, Policy> byRules = new HashMap<>();
    private final Map<String, Policy> byPort = new HashMap<>();

    /** A decision for one port and network: the headers that it matches, its changes to them, and its reason. */
    private record Rule(int table, List<List<Match>> clauses, List<Action> changes, int next, Reason reason) {}

    /** The entries of one switch in the tables concerned: those that match a port, and the others. */
    private record Switch(
            SwitchView view, Map<Integer, List<FlowEntry>> byPort, List<FlowEntry> general, FlowProgram program) {}

    /**
     * The effect on headers.
     *
     * @param number unique for each policy
     * @param covered for the reason of each entry that no header reaches, the reasons of the entries before it that
     *     take its headers
     * @param reached the reasons of the other entries
     * @param through sends a set of headers through
     */
    record Policy(int number, Map<Reason, Set<Reason>> covered, Set<Reason> reached, IntFunction<Passage> through) {}

    /**
     * The result for a set of headers.
     *
     * @param passes the headers that pass, in their form after the changes
     * @param routed likewise those that a router has sent into other networks, by the network's number
     * @param drops the headers that an entry drops, in their form at that entry, by its reason
     */
    record Passage(int passes, Map<Integer, Integer> routed, Map<Reason, Integer> drops) {}

    /** Those of a network where all hosts are alive. */
    Policies(NetworkModel model, HeaderSpace space) {
        this(model, space, 0, true);
    }

    private Policies(NetworkModel model, HeaderSpace space, int dead, boolean tellsCovered) {
        this.model = model;
        this.space = space;
        this.dead = dead;
        this.tellsCovered = tellsCovered;
        this.sets = Headers.in(space);
        model.places().forEach(p -> places.put(p.toString(), p));
    }

    /** Those that only send headers through. @param dead how many of the hosts that may have a way out are dead */
    static Policies passing(NetworkModel model, HeaderSpace space, int dead) {
        return new Policies(model, space, dead, false);
    }

    private static Switch compile(SwitchView view) {
        FlowProgram program = Apps.compile(view);
        Map<Integer, List<FlowEntry>> byPort = new HashMap<>();
        List<FlowEntry> general = new ArrayList<>();
        for (FlowEntry e : program.entries()) {
            if (isInside(e.table())) {
                e.match()
                        .exact(Field.IN_PORT)
                        .map(p -> byPort.computeIfAbsent(p.intValue(), k -> new ArrayList<>()))
                        .orElse(general)
                        .add(e);
            }
        }
        return new Switch(view, byPort, general, program);
    }

    /** All policies computed so far. */
    Iterable<Policy> all() {
        return byRules.values();
    }

    /** The policy of a port of a bridge for one network. A tunnel port goes by its name. */
    Policy of(String bridge, String network, String port) {
        String key = bridge + " " + network + " " + port;
        Policy known = byPort.get(key);
        if (known == null) {
            known = compute(bridge, network, port);
            byPort.put(key, known);
        }
        return known;
    }

    private Policy compute(String bridge, String network, String port) {
        Switch s = switches.computeIfAbsent(
                bridge, b -> compile(Blueprint.view(model, places.get(b), Map.of(), Transition.NONE)));
        Port declared = s.view.bridge().orElseThrow().ports().get(port);
        int number = declared == null
                ? s.view.port(port).orElse(0)
                : s.view.numbers(declared).stream().findFirst().orElse(0);
        Match known = Match.ALL
                .with(Field.IN_PORT, number & 0xffff_ffffL)
                .with(Field.METADATA, model.networks().get(network).number() | flags(declared));
        List<FlowEntry> entries = new ArrayList<>(s.general);
        entries.addAll(s.byPort.getOrDefault(number, List.of()));
        long metadata = known.exact(Field.METADATA).orElseThrow();
        boolean routed = model.routerOf(network).isPresent() || model.isOutside(network);
        entries.removeIf(e -> (!routed || e.table() <= ENTRANCE)
                && e.match()
                        .get(Field.METADATA)
                        .filter(m -> !m.covers(0, metadata))
                        .isPresent());
        Map<Integer, List<Decision>> tables = Decision.byTable(entries);
        List<Rule> rules = tables.values().stream()
                .flatMap(List::stream)
                .map(d -> rule(d, s.program))
                .toList();
        // What a router does depends on the network, too.
        List<Object> key = routed ? List.of(rules, network) : List.of(rules);
        Policy policy = byRules.get(key);
        if (policy == null) {
            policy = work(rules, tables, s.program, known);
            byRules.put(key, policy);
        }
        return policy;
    }

    private static Rule rule(Decision decision, FlowProgram program) {
        FlowEntry e = decision.entry();
        List<List<Match>> clauses = decision.clauses().stream()
                .map(c -> c.stream()
                        .map(m -> m.without(Field.IN_PORT).without(Field.METADATA))
                        .toList())
                .toList();
        return new Rule(
                e.table(),
                clauses,
                changes(e),
                e.instructions().next(),
                program.reason(e.cookie()).orElseThrow());
    }

    private static boolean isInside(int table) {
        return table >= FIRST && table <= LAST;
    }

    /** The metadata bits that {@link Table#ADMISSION} sets for a port, besides the network. */
    private static long flags(Port port) {
        return port == null
                ? 0
                : (port.uplink() ? Metadata.UPLINK : 0) | (port.policy() == Port.Policy.PRIVATE ? Metadata.PRIVATE : 0);
    }

    /** The actions of an entry that may change headers or decide what comes next: all but outputs and learn. */
    private static List<Action> changes(FlowEntry entry) {
        List<Action> changes = List.of();
        for (Action a : entry.instructions().apply()) {
            if (!(a instanceof Action.Output) && !(a instanceof Action.Copy) && !(a instanceof Action.Learn)) {
                changes = changes.isEmpty() ? new ArrayList<>() : changes;
                changes.add(a);
            }
        }
        return changes;
    }

    private Policy work(List<Rule> rules, Map<Integer, List<Decision>> tables, FlowProgram program, Match known) {
        Set<Reason> reached = new HashSet<>();
        Passage all = pass(tables, program, new Headers(known, space.possible()), reached);
        Map<Reason, Set<Reason>> covered = new LinkedHashMap<>();
        for (int i = 0; tellsCovered && i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (!reached.contains(rule.reason)) {
                // A stateful rule has entries for both directions of a connection; no first frame meets those for
                // replies.
                Set<Reason> by = covered.computeIfAbsent(rule.reason, r -> new LinkedHashSet<>());
                if (by.isEmpty()) {
                    by.addAll(coveredBy(rule, rules.subList(0, i)));
                }
            }
        }
        // If no entry changes headers, the result for all headers contains the result for each subset.
        boolean unchanged = rules.stream().allMatch(r -> r.changes.stream().allMatch(Action.Ct.class::isInstance));
        IntFunction<Passage> through = unchanged
                ? some -> filtered(all, some)
                : some -> some == HeaderSpace.NONE
                        ? new Passage(some, Map.of(), Map.of())
                        : pass(tables, program, new Headers(known, some), new HashSet<>());
        return new Policy(byRules.size(), covered, reached, through);
    }

    private Passage filtered(Passage all, int some) {
        Map<Reason, Integer> drops = new LinkedHashMap<>();
        all.drops.forEach((reason, set) -> {
            int here = space.and(set, some);
            if (here != HeaderSpace.NONE) {
                drops.put(reason, here);
            }
        });
        return new Passage(space.and(all.passes, some), Map.of(), drops);
    }

    /** Sends headers through, and adds to {@code reached} the reasons of the entries that match some of them. */
    private Passage pass(Map<Integer, List<Decision>> tables, FlowProgram program, Headers some, Set<Reason> reached) {
        Map<Reason, Integer> drops = new LinkedHashMap<>();
        Map<Integer, Integer> passes = new HashMap<>();
        Witness<Headers> witness = new Witness<>() {
            @Override
            public void matched(FlowEntry entry, Headers here) {
                reached.add(program.reason(entry.cookie()).orElseThrow());
            }

            @Override
            public void ended(FlowEntry entry, Headers here) {
                Reason reason = program.reason(entry.cookie()).orElseThrow();
                if (reason.isDrop()) {
                    drops.merge(reason, here.set(), space::or);
                } else if (entry.table() == Table.NEIGHBOUR.number()) {
                    // The router finds the neighbour, and then the packet goes on.
                    left(entry.table(), sets.set(here, Field.ETH_DST, Masked.exact(Field.ETH_DST, SOMEBODY)));
                }
            }

            @Override
            public void left(int table, Headers here) {
                passes.merge(network(here), here.set(), space::or);
            }
        };
        new Walk<>(
                        sets,
                        witness,
                        t -> tables.getOrDefault(t, List.of()),
                        t -> List.of(),
                        Policies::isInside,
                        Connections.all(Tracked.NEW),
                        dead)
                .from(FIRST, some);
        int stays = Optional.ofNullable(passes.remove(network(some))).orElse(HeaderSpace.NONE);
        return new Passage(stays, passes, drops);
    }

    private static int network(Headers some) {
        return (int) (some.known().exact(Field.METADATA).orElse(0L) & Metadata.NETWORK_MASK);
    }

    /** The headers that a rule matches, in frames that begin a connection. */
    private int set(Rule rule) {
        int set = HeaderSpace.ALL;
        for (List<Match> clause : rule.clauses) {
            int any = clause.stream()
                    .flatMap(m -> Tracking.translate(m, Tracked.NEW).stream())
                    .mapToInt(m -> space.of(HeaderSpace.headers(m)))
                    .reduce(HeaderSpace.NONE, space::or);
            set = space.and(set, any);
        }
        return set;
    }

    /** Whether a rule applies to all frames, as far as they are no headers, that an other one is for. */
    private static boolean appliesWherever(Rule rule, Rule other) {
        return rule.table == other.table
                && rule.clauses.stream()
                        .flatMap(c -> c.stream().limit(1))
                        .allMatch(m -> m.fields().entrySet().stream()
                                .filter(e -> !HeaderSpace.isHeader(e.getKey())
                                        && !e.getKey().isTuple())
                                .allMatch(e -> requires(other, e.getKey(), e.getValue())));
    }

    private static boolean requires(Rule rule, Field field, Masked value) {
        return rule.clauses.stream()
                .flatMap(c -> c.stream().limit(1))
                .anyMatch(m -> m.get(field)
                        .filter(own -> (value.maskLo() & ~own.maskLo()) == 0 && value.covers(own.hi(), own.lo()))
                        .isPresent());
    }

    /** The earlier rule that takes all headers of a rule, or else the earlier rules that each take a part. */
    private Set<Reason> coveredBy(Rule rule, List<Rule> before) {
        Set<Reason> parts = new LinkedHashSet<>();
        int match = space.and(set(rule), space.possible());
        if (match == HeaderSpace.NONE) {
            return parts;
        }
        for (Rule r : before) {
            int both = appliesWherever(r, rule) ? space.and(match, set(r)) : HeaderSpace.NONE;
            if (both == match) {
                return Set.of(r.reason);
            } else if (both != HeaderSpace.NONE) {
                parts.add(r.reason);
            }
        }
        return parts;
    }
}
