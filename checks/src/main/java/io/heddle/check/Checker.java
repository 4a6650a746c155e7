package io.heddle.check;

import io.heddle.apps.macvlan.MacvlanApp;
import io.heddle.config.NetworkFile;
import io.heddle.config.Places;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Placement;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.flows.sets.HeaderSpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Proves which ports can reach each other under a network file, for all ports and all headers, and reports what in the
 * file contradicts that. It samples nothing: it computes sets of headers from the flow entries that the switches would
 * get. It leaves out what depends on time: rates and learnt addresses. Where frames can go round, it reports a loop,
 * and looks at the shortest path only.
 */
public final class Checker {
    private static final Masked NO_GROUP = Masked.of(0, Field.ETH_MULTICAST);

    private final NetworkModel model;
    private final HeaderSpace space = new HeaderSpace();
    private final Topology topology;
    private final Policies policies;
    private final Routed routed;
    private final Outsides outsides;
    private final List<End> ends = new ArrayList<>();
    private final Map<Topology.Vertex, List<End>> endsAt = new HashMap<>();
    private final Map<Topology.Vertex, Map<Topology.Vertex, List<Topology.Hop>>> paths = new HashMap<>();
    private final Map<List<Integer>, Reach> reaches = new HashMap<>();
    private final int unicastSources;

    /** A port as a sender or receiver in one network. */
    record End(NetworkModel.Place place, Port port, String network, Topology.Vertex vertex) {
        @Override
        public String toString() {
            return place + "/" + port.name();
        }
    }

    /**
     * The fate of frames from one end to another.
     *
     * @param passes the headers that arrive
     * @param drops the headers that do not, by reason
     */
    record Reach(int passes, Map<Reason, Integer> drops) {}

    /**
     * One line of the matrix: all pairs of ends in two networks between which the same headers pass.
     *
     * @param pairs the number of pairs
     * @param example one of them
     * @param frames the frames that pass: {@code all}, {@code some} or {@code none}
     * @param dropped the headers that do not pass, as ovs-ofctl matches, by the reason that drops them
     */
    public record Line(String from, String to, int pairs, String example, String frames, Map<String, String> dropped) {}

    /** The result of a check. @param lines the matrix */
    public record Report(List<Line> lines, List<Finding> findings) {
        /** Whether the network may be applied. */
        public boolean isAcceptable() {
            return findings.stream().noneMatch(f -> f.severity() == Finding.Severity.ERROR);
        }

        /** The report in the form of the admin API. */
        public Map<String, Object> answer(Places places) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("acceptable", isAcceptable());
            answer.put("reach", lines);
            answer.put("findings", Finding.rows(findings, places));
            return answer;
        }
    }

    Checker(NetworkModel model) {
        this.model = model;
        topology = new Topology(model);
        policies = new Policies(model, space);
        routed = new Routed(this, policies);
        outsides = new Outsides(this, policies);
        unicastSources = space.minus(
                space.possible(), space.of(FlowText.parseMatch("dl_src=01:00:00:00:00:00/01:00:00:00:00:00")));
        for (NetworkModel.Place place : model.places()) {
            for (Port port : place.bridge().ports().values()) {
                boolean elsewhere = port.roaming().filter(f -> f.standby()).isPresent();
                boolean wire = elsewhere
                        || port.uplink()
                        || port.type() == Port.Type.PATCH
                        || topology.isLinked(place.toString(), port);
                if (!wire) {
                    port.networks()
                            .forEach(n ->
                                    ends.add(new End(place, port, n, new Topology.Vertex(place.toString(), n, ""))));
                }
            }
        }
        ends.forEach(
                e -> endsAt.computeIfAbsent(e.vertex(), k -> new ArrayList<>()).add(e));
    }

    /** Checks the network that files declare, with the ports that no host has as {@link Placement#assume} puts them. */
    public static Report check(NetworkFile.Declared declared) {
        Checker checker = new Checker(Placement.assume(declared.model()));
        List<Finding> findings = new ArrayList<>(new Expectations(checker).findings());
        List<Line> lines = checker.matrix();
        findings.addAll(checker.topology.findings());
        findings.addAll(checker.rules());
        findings.addAll(new RepliesCheck(checker).findings());
        findings.addAll(checker.islands());
        findings.addAll(new MtuCheck(checker.model).findings());
        findings.sort(Comparator.comparing(Finding::severity));
        return new Report(lines, findings);
    }

    /**
     * Finds only the errors that keep files from being applied. For a large network this is much faster than a check.
     */
    public static List<Finding> errors(NetworkFile.Declared declared) {
        List<Finding> findings = new ArrayList<>();
        NetworkModel model = Placement.assume(declared.model());
        if (model.expectations().isEmpty()) {
            findings.addAll(new Topology(model).findings());
        } else {
            Checker checker = new Checker(model);
            findings.addAll(new Expectations(checker).findings());
            findings.addAll(checker.topology.findings());
        }
        return findings.stream()
                .filter(f -> f.severity() == Finding.Severity.ERROR)
                .toList();
    }

    NetworkModel model() {
        return model;
    }

    HeaderSpace space() {
        return space;
    }

    /** The headers that a sender may have: all with a unicast source MAC. */
    int unicastSources() {
        return unicastSources;
    }

    Topology topology() {
        return topology;
    }

    Policies policies() {
        return policies;
    }

    Outsides outsides() {
        return outsides;
    }

    List<End> ends() {
        return ends;
    }

    /** The fate of frames from {@code from} to {@code to}; null if no path joins them, or both are the same port. */
    Reach reach(End from, End to) {
        if (Routed.joins(model, from, to)) {
            return routed.reach(from, to);
        }
        List<Topology.Hop> path = paths(from.vertex()).get(to.vertex());
        if (path == null || from.port() == to.port()) {
            return null;
        }
        boolean apart = path.isEmpty()
                && from.port().policy() == Port.Policy.PRIVATE
                && to.port().policy() == Port.Policy.PRIVATE;
        if (apart) {
            return new Reach(HeaderSpace.NONE, Map.of(MacvlanApp.apart(to.port()), unicastSources));
        }
        List<Policies.Policy> met = new ArrayList<>();
        met.add(policies.of(from.vertex().bridge(), from.network(), from.port().name()));
        path.forEach(hop -> met.add(policies.of(hop.at().bridge(), hop.at().network(), hop.port())));
        // Most paths meet the same policies in the same order.
        int all = sent(from.network());
        return reaches.computeIfAbsent(
                Stream.concat(Stream.of(all), met.stream().map(Policies.Policy::number))
                        .toList(),
                k -> reach(met, all));
    }

    /** The headers that a sender in a network may have, but for what is sent to a router. */
    private int sent(String network) {
        return model.routerOf(network).isPresent() || model.isOutside(network)
                ? space.minus(unicastSources, routed.toRouters())
                : unicastSources;
    }

    private Reach reach(List<Policies.Policy> met, int sent) {
        Map<Reason, Integer> drops = new LinkedHashMap<>();
        int passes = sent;
        for (Policies.Policy policy : met) {
            Policies.Passage passage = policy.through().apply(passes);
            passage.drops().forEach((reason, set) -> drops.merge(reason, set, space::or));
            passes = passage.passes();
        }
        return new Reach(passes, drops);
    }

    /** The bridges on the way from a vertex to others; empty for a vertex that there is not. */
    Map<Topology.Vertex, List<Topology.Hop>> paths(Topology.Vertex from) {
        return paths.computeIfAbsent(from, topology::paths);
    }

    /** Ends of one bridge and network with equal policies. They are computed once. */
    private record Kind(Topology.Vertex at, int policy, Port.Policy stance) {}

    private List<Line> matrix() {
        Map<Kind, List<End>> kinds = new LinkedHashMap<>();
        for (End e : ends) {
            kinds.computeIfAbsent(
                            new Kind(
                                    e.vertex(),
                                    policies.of(
                                                    e.vertex().bridge(),
                                                    e.network(),
                                                    e.port().name())
                                            .number(),
                                    e.port().policy()),
                            k -> new ArrayList<>())
                    .add(e);
        }
        Map<Topology.Vertex, List<Map.Entry<Kind, List<End>>>> byPart = new HashMap<>();
        kinds.entrySet()
                .forEach(k -> byPart.computeIfAbsent(topology.part(k.getKey().at), p -> new ArrayList<>())
                        .add(k));
        Map<String, Line> lines = new TreeMap<>();
        byPart.values().forEach(members -> members.forEach(a -> members.forEach(b -> add(lines, a, b))));
        List<Map.Entry<Kind, List<End>>> routable = kinds.entrySet().stream()
                .filter(k -> model.routerOf(k.getKey().at.network()).isPresent())
                .toList();
        for (Map.Entry<Kind, List<End>> a : routable) {
            for (Map.Entry<Kind, List<End>> b : routable) {
                if (Routed.joins(model, a.getValue().get(0), b.getValue().get(0))) {
                    add(lines, a, b);
                }
            }
        }
        return new ArrayList<>(lines.values());
    }

    private void add(Map<String, Line> lines, Map.Entry<Kind, List<End>> a, Map.Entry<Kind, List<End>> b) {
        boolean same = a.getKey().equals(b.getKey());
        int n = a.getValue().size();
        int pairs = same ? n * (n - 1) : n * b.getValue().size();
        if (pairs == 0) {
            return;
        }
        End from = a.getValue().get(0);
        End to = b.getValue().get(same ? 1 : 0);
        Reach reach = reach(from, to);
        if (reach == null) {
            return;
        }
        String key = from.network() + "\t" + to.network() + "\t" + reach.passes();
        Line had = lines.get(key);
        lines.put(
                key,
                had != null
                        ? new Line(had.from, had.to, had.pairs + pairs, had.example, had.frames, had.dropped)
                        : line(from, to, pairs, reach));
    }

    private Line line(End from, End to, int pairs, Reach reach) {
        Map<String, String> dropped = new LinkedHashMap<>();
        reach.drops().forEach((reason, set) -> dropped.put(reason.text(), headers(set)));
        boolean all = Routed.joins(model, from, to) ? reach.drops().isEmpty() : reach.passes() == sent(from.network());
        String frames = reach.passes() == HeaderSpace.NONE ? "none" : all ? "all" : "some";
        return new Line(from.network(), to.network(), pairs, from + " → " + to, frames, dropped);
    }

    /** A set of headers as text: up to three matches out of it. */
    String headers(int set) {
        List<Match> some = space.examples(set, 4);
        List<String> texts = new ArrayList<>();
        // Leave out the unicast source, which holds for every frame.
        some.stream()
                .limit(3)
                .map(m -> m.get(Field.ETH_SRC).filter(NO_GROUP::equals).isPresent() ? m.without(Field.ETH_SRC) : m)
                .forEach(m -> texts.add(m.toString().isEmpty() ? "everything" : m.toString()));
        return String.join("; ", texts) + (some.size() > 3 ? "; …" : "");
    }

    /** Finds rules that no frame reaches, and rules that apply to no port. */
    private List<Finding> rules() {
        Set<Reason> reached = new HashSet<>();
        Map<Reason, Set<Reason>> covered = new LinkedHashMap<>();
        for (NetworkModel.Place place : model.places()) {
            String bridge = place.toString();
            place.bridge().ports().values().forEach(p -> p.networks().forEach(n -> policies.of(bridge, n, p.name())));
            model.overlays(place.host(), place.bridge())
                    .forEach(n -> policies.of(bridge, n.name(), model.tunnelPort(place.bridge())));
        }
        for (Policies.Policy p : policies.all()) {
            reached.addAll(p.reached());
            p.covered()
                    .forEach((reason, by) -> covered.merge(reason, by, (a, b) -> {
                        Set<Reason> all = new LinkedHashSet<>(a);
                        all.addAll(b);
                        return all;
                    }));
        }
        List<Finding> findings = new ArrayList<>();
        for (Acl acl : model.acls()) {
            for (int i = 1; i <= acl.rules().size(); i++) {
                Reason.AclRule reason =
                        new Reason.AclRule(acl.name(), i, acl.rules().get(i - 1).drop());
                if (!reached.contains(reason)) {
                    findings.add(shadowed(reason, acl.rules().get(i - 1), covered.get(reason)));
                }
            }
        }
        return findings;
    }

    private Finding shadowed(Reason.AclRule rule, Acl.Rule declared, Collection<Reason> by) {
        if (declared.products().stream().allMatch(p -> p.size() == 0)) {
            return Finding.warning(
                    "idle", subject(rule), rule.text() + " matches nothing: the names in it stand for no addresses");
        }
        if (by == null) {
            return Finding.warning("idle", subject(rule), rule.text() + " holds for no port of this file");
        }
        boolean impossible = declared.products().stream()
                .allMatch(m -> space.and(space.of(m), space.possible()) == HeaderSpace.NONE);
        if (impossible || by.isEmpty()) {
            String why = impossible
                    ? "Open vSwitch sees the ports of every fragment as 0"
                    : "port security drops all of its frames";
            return Finding.warning("shadowed", subject(rule), rule.text() + " never matches: " + why);
        }
        boolean other = by.stream().anyMatch(r -> r.isDrop() != rule.isDrop());
        String names =
                String.join(", ", by.stream().limit(3).map(Reason::text).toList()) + (by.size() > 3 ? ", …" : "");
        return Finding.warning(
                "shadowed",
                subject(rule),
                rule.text() + " never matches: " + names + (by.size() == 1 ? " takes" : " take") + " all of its frames"
                        + (other ? ", and " + (rule.isDrop() ? "lets them pass" : "drops them") : ""));
    }

    /** The name of a rule in {@link Places}. */
    private static String subject(Reason.AclRule rule) {
        return "acl " + rule.list() + " rule " + rule.number();
    }

    /** Finds networks that consist of parts without a connection. */
    private List<Finding> islands() {
        List<Finding> findings = new ArrayList<>();
        for (Network network : model.networks().values()) {
            Map<Topology.Vertex, List<String>> parts = new LinkedHashMap<>();
            endsAt.forEach((vertex, list) -> {
                if (vertex.network().equals(network.name())) {
                    parts.computeIfAbsent(topology.part(vertex), p -> new ArrayList<>())
                            .add(vertex.bridge());
                }
            });
            if (parts.size() > 1) {
                List<String> names = parts.values().stream()
                        .map(p ->
                                String.join(", ", p.stream().sorted().limit(3).toList()) + (p.size() > 3 ? ", …" : ""))
                        .sorted()
                        .toList();
                findings.add(Finding.warning(
                        "island",
                        "network " + network.name(),
                        "network " + network.name() + " is in "
                                + parts.size() + " parts that are not connected: " + String.join(" | ", names)
                                + "; give it a vni, or an uplink on each host"));
            }
        }
        return findings;
    }
}
