package io.heddle.controller.check;

import io.heddle.apps.Apps;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.controller.intent.Blueprint;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.sets.HeaderSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a frame that comes in by a port must be to get past port security and access lists, worked out from the very
 * flow entries that the switch would get. Lists that say the same are worked out once, however many ports they hold for.
 */
final class Policies {
    private static final List<Integer> TABLES = List.of(Table.PORT_SECURITY.number(), Table.ACL.number());

    private final NetworkModel model;
    private final HeaderSpace space;
    private final Map<String, NetworkModel.Place> places = new HashMap<>();
    /** Compiled when they are first asked about. */
    private final Map<String, Switch> switches = new HashMap<>();
    private final Map<List<Rule>, Policy> byRules = new HashMap<>();
    private final Map<String, Policy> byPort = new HashMap<>();

    /** An entry as it stands for one port and network: what it matches of the header, and what it does. */
    private record Rule(int table, Match match, boolean drop, String reason) {
    }

    /** The entries of one switch that decide: those that ask for a port, and the others. */
    private record Switch(SwitchView view, Map<Integer, List<FlowEntry>> byPort, List<FlowEntry> general,
                          FlowProgram program) {
    }

    /**
     * What gets past.
     *
     * @param number tells policies apart
     * @param passes the headers that do
     * @param drops those that do not, by the reason of the entry that drops them
     * @param covered by the reason of every entry that no header reaches, the reasons of those before it that take them
     * @param reached the reasons of the others
     */
    record Policy(int number, int passes, Map<String, Integer> drops, Map<String, Set<String>> covered, Set<String> reached) {
    }

    Policies(NetworkModel model, HeaderSpace space) {
        this.model = model;
        this.space = space;
        model.places().forEach(p -> places.put(p.toString(), p));
    }

    private static Switch compile(SwitchView view) {
        FlowProgram program = Apps.compile(view);
        Map<Integer, List<FlowEntry>> byPort = new HashMap<>();
        List<FlowEntry> general = new ArrayList<>();
        for (FlowEntry e : program.entries()) {
            if (TABLES.contains(e.table())) {
                e.match().exact(Field.IN_PORT).map(p -> byPort.computeIfAbsent(p.intValue(), k -> new ArrayList<>()))
                        .orElse(general).add(e);
            }
        }
        return new Switch(view, byPort, general, program);
    }

    /** The policies that were worked out. */
    Iterable<Policy> all() {
        return byRules.values();
    }

    /** The policy of a port of a bridge for one network; a tunnel port is called by its name. */
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
        Switch s = switches.computeIfAbsent(bridge, b -> compile(Blueprint.view(model, places.get(b), Map.of(), Transition.NONE)));
        Port declared = s.view.bridge().orElseThrow().ports().get(port);
        int number = declared == null ? s.view.port(port).orElse(0)
                : s.view.numbers(declared).stream().findFirst().orElse(0);
        int networkNumber = model.networks().get(network).number();
        List<FlowEntry> entries = new ArrayList<>(s.general);
        entries.addAll(s.byPort.getOrDefault(number, List.of()));
        List<Rule> rules = new ArrayList<>();
        entries.stream().filter(e -> inNetwork(e.match(), networkNumber))
                .sorted(Comparator.comparingInt(FlowEntry::table).thenComparing(e -> -e.priority()))
                .forEach(e -> rules.add(new Rule(e.table(), e.match().without(Field.IN_PORT).without(Field.METADATA),
                        e.instructions().isDrop(), s.program.reason(e.cookie()).orElse(""))));
        Policy known = byRules.get(rules);
        if (known == null) {
            known = work(rules);
            byRules.put(rules, known);
        }
        return known;
    }

    private static boolean inNetwork(Match match, int network) {
        Masked m = match.get(Field.METADATA).orElse(Masked.of(0, 0));
        long mask = m.maskLo() & Metadata.NETWORK_MASK;
        return (m.lo() & mask) == (network & mask);
    }

    private Policy work(List<Rule> rules) {
        int passes = HeaderSpace.ALL;
        Map<String, Integer> drops = new LinkedHashMap<>();
        Map<String, Set<String>> covered = new LinkedHashMap<>();
        Set<String> reached = new TreeSet<>();
        for (int table : TABLES) {
            int left = HeaderSpace.ALL;
            int dropped = HeaderSpace.NONE;
            List<Rule> before = new ArrayList<>();
            for (Rule r : rules) {
                if (r.table != table) {
                    continue;
                }
                int match = space.of(r.match);
                int here = space.and(match, left);
                if (here == HeaderSpace.NONE) {
                    covered.computeIfAbsent(r.reason, k -> coveredBy(match, before));
                } else {
                    reached.add(r.reason);
                    left = space.minus(left, match);
                    if (r.drop) {
                        dropped = space.or(dropped, here);
                        // What an earlier table has dropped does not come here.
                        drops.merge(r.reason, space.and(here, passes), space::or);
                    }
                }
                before.add(r);
            }
            passes = space.minus(passes, dropped);
        }
        return new Policy(byRules.size(), passes, drops, covered, reached);
    }

    /** The rule that takes all of a set, or those that take parts of it. */
    private Set<String> coveredBy(int match, List<Rule> before) {
        Set<String> parts = new TreeSet<>();
        for (Rule r : before) {
            int both = space.and(match, space.of(r.match));
            if (both == match) {
                return Set.of(r.reason);
            } else if (both != HeaderSpace.NONE) {
                parts.add(r.reason);
            }
        }
        return parts;
    }
}
