package io.heddle.controller.config;

import io.heddle.apps.acl.AclApp;
import io.heddle.apps.acl.Disjoint;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads access lists: rules in ovs-ofctl match syntax and in words. */
final class AclReader {
    /** As many as fit into a switch with room to spare. */
    private static final int MOST_RULES = 200_000;

    private final NetworkModel model;
    private final List<Problem> problems;
    private final Set<String> names = new HashSet<>();
    private final Set<String> ports = new TreeSet<>();
    private final Set<String> bridges = new TreeSet<>();
    private final Disjoint priorities = new Disjoint(AclApp.TOP);
    /** Whether there are none left. */
    private boolean taken;
    private int count;

    AclReader(NetworkModel model, List<Problem> problems) {
        this.model = model;
        this.problems = problems;
        model.hosts().forEach((hostName, host) -> host.bridges().forEach((bridgeName, bridge) -> {
            bridges.add(bridgeName);
            bridges.add(hostName + "/" + bridgeName);
            for (Port p : bridge.ports().values()) {
                ports.add(p.name());
                ports.add(hostName + "/" + bridgeName + "/" + p.name());
            }
        }));
    }

    Acl read(Yaml y) {
        String name = y.text("name", "");
        if (!name.isEmpty() && !names.add(name)) {
            problems.add(y.get("name").get().problem("there is already an acl named " + name
                    + ": drops are counted by this name, so give each list its own"));
        }
        List<Acl.Rule> rules = new ArrayList<>();
        y.get("rules").map(Yaml::items).orElse(List.of()).forEach(r -> rules.add(rule(r)));
        boolean dropRest = y.text("default", "allow").equals("drop");
        if (rules.isEmpty() && !dropRest) {
            problems.add(y.problem("has neither rules nor default: drop, so it does nothing"));
        }
        return new Acl(name, scope(y), rules, dropRest);
    }

    private Acl.Scope scope(Yaml y) {
        if (y.get("on").isEmpty()) {
            return Acl.Scope.ALL;
        }
        Yaml on = y.get("on").get();
        return new Acl.Scope(
                refs(on, "networks", "network", model.networks().keySet()),
                refs(on, "ports", "port", ports),
                refs(on, "bridges", "bridge", bridges),
                refs(on, "hosts", "host", model.hosts().keySet()));
    }

    private Set<String> refs(Yaml on, String key, String what, Set<String> known) {
        on.get(key).map(Yaml::items).orElse(List.of()).stream().filter(n -> !known.contains(n.text()))
                .forEach(n -> problems.add(n.problem(Nearest.unknown(what, n.text(), known))));
        return new HashSet<>(on.texts(key));
    }

    private Acl.Rule rule(Yaml y) {
        if (++count == MOST_RULES + 1) {
            problems.add(y.problem("is rule number " + count + ": " + MOST_RULES + " are possible in all"));
        }
        List<Match> matches = new ArrayList<>();
        String[] inPort = new String[1];
        y.get("match").ifPresent(m -> {
            for (String text : m.isMap() ? MatchWords.texts(m, problems) : List.of(m.text())) {
                try {
                    matches.add(FlowText.parseMatch(text, port -> {
                        inPort[0] = port;
                        return OptionalInt.of(0);
                    }));
                } catch (FlowSyntaxException e) {
                    problems.add(m.problem(e.getMessage()));
                }
            }
            // A list for switches that no file names may well speak of ports that no file names.
            if (inPort[0] != null && !model.hosts().isEmpty() && !ports.contains(inPort[0])) {
                problems.add(m.problem(Nearest.unknown("port", inPort[0], ports)));
            }
            matches.forEach(match -> refuseInternals(m, match));
        });
        take(y, matches);
        List<Match> withoutPort = inPort[0] == null ? matches
                : matches.stream().map(m -> m.without(Field.IN_PORT)).toList();
        return new Acl.Rule(withoutPort, inPort[0], y.text("action", "drop").equals("drop"));
    }

    /** Takes the priorities that the rule will need on a switch where all lists hold. */
    private void take(Yaml at, List<Match> matches) {
        try {
            priorities.next(matches);
        } catch (IllegalStateException e) {
            if (!taken) {
                problems.add(at.problem(e.getMessage()));
            }
            taken = true;
        }
    }

    /** The pipeline keeps its own notes in the metadata: a rule that matches them would break with the next version. */
    private void refuseInternals(Yaml at, Match match) {
        for (Field f : List.of(Field.METADATA, Field.TUN_ID, Field.TUN_SRC, Field.TUN_DST,
                Field.TUN_IPV6_SRC, Field.TUN_IPV6_DST)) {
            if (match.has(f)) {
                problems.add(at.problem(f.text() + " is Heddle's own: name networks with on: {networks: […]}"));
            }
        }
    }
}
