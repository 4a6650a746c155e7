package io.heddle.controller.plan;

import com.google.common.collect.Maps;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.apps.all.LearntCookies;
import io.heddle.check.Checker;
import io.heddle.check.Finding;
import io.heddle.config.NetworkFile;
import io.heddle.controller.concurrent.Futures;
import io.heddle.controller.fleet.Broadcast;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.hosts.HostLook;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import io.heddle.openflow.FlowReader;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.ovsdb.Datapaths;
import io.heddle.ovsdb.HostDiff;
import io.heddle.trace.PortNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Plans what a version of the network would change, without changing anything. */
public final class Planner {
    /** A host that does not answer in time does not hold a change up. */
    private static final int DATAPATH_SECONDS = 2;

    private final Fleet fleet;

    public Planner(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * A plan. The same file and the same network give the same plan, byte for byte.
     *
     * @param hosts by host, changes to the rows of its database
     * @param switches by bridge, changes to its flow entries as ovs-ofctl text with their reasons
     * @param disturbs conversations that lose frames; empty for none
     * @param confirmations changes that need confirmation, because Heddle cannot undo them
     * @param pending hosts that are not connected: they catch up when they return
     * @param conflicts rows that Heddle does not create, because foreign rows are in their place
     * @param findings what a check of the file found, and what hosts lack
     */
    public record Plan(
            Map<String, Part> hosts,
            Map<String, Part> switches,
            List<String> disturbs,
            List<String> confirmations,
            List<String> pending,
            List<String> conflicts,
            List<Finding> findings) {
        /** Whether nothing would change on connected hosts and switches. */
        public boolean isEmpty() {
            return hosts.values().stream().allMatch(Part::isEmpty)
                    && switches.values().stream().allMatch(Part::isEmpty);
        }

        /** Identifies the plan: a saved plan may be applied as long as a new plan has the same fingerprint. */
        public String fingerprint() {
            Hasher hasher = Hashing.sha256().newHasher();
            for (Object part : List.of(lines(hosts), lines(switches), pending)) {
                hasher.putString(part.toString(), StandardCharsets.UTF_8).putByte((byte) 0);
            }
            return "sha256:" + hasher.hash();
        }

        /** All changes of each part as text. */
        public static Map<String, List<String>> lines(Map<String, Part> parts) {
            return Maps.transformValues(parts, Part::lines);
        }

        /** The numbers of changes of each part. Parts without changes are left out. */
        public static Map<String, List<Part.Count>> counts(Map<String, Part> parts) {
            return Maps.transformValues(Maps.filterValues(parts, p -> !p.isEmpty()), Part::counts);
        }
    }

    /** Compares a declared network with the current state of hosts and switches. */
    public Plan plan(NetworkFile.Declared declared) throws InterruptedException {
        NetworkModel then = fleet.seen(declared.model());
        Map<String, Part> hosts = new TreeMap<>();
        List<String> disturbs = new ArrayList<>();
        List<String> confirmations =
                new ArrayList<>(ContainerPorts.lost(fleet.latest().declared().model(), declared.model()));
        List<String> conflicts = new ArrayList<>();
        TreeSet<String> pending = new TreeSet<>(then.hosts().keySet());
        Map<String, HostLook> looks = fleet.hosts().looks(then);
        Futures within = new Futures();
        List<Finding> findings = new ArrayList<>();
        try {
            NetworkModel withCaptures = fleet.captures().added(then);
            Map<String, CompletableFuture<HostDiff.Change>> answers = new TreeMap<>();
            looks.forEach((name, look) -> answers.put(name, look.change(withCaptures, name)));
            for (Map.Entry<String, CompletableFuture<HostDiff.Change>> e : answers.entrySet()) {
                Optional<HostDiff.Change> change = within.await(e.getValue());
                if (change.isPresent()) {
                    pending.remove(e.getKey());
                    hosts.put(e.getKey(), Part.ofRows(change.get().rows()));
                    disturbs.addAll(Disturbance.rows(e.getKey(), change.get()));
                    change.get().conflicts().forEach(c -> conflicts.add(e.getKey() + ": " + c));
                    confirmations.addAll(flushed(e.getKey(), looks.get(e.getKey()), change.get()));
                }
            }
            findings.addAll(lacking(then, DatapathCheck.hosts(then), looks));
        } finally {
            looks.values().forEach(HostLook::close);
        }
        Map<String, Part> switches = switches(then, disturbs);
        findings.addAll(Checker.check(declared.with(then)).findings());
        return new Plan(
                hosts,
                switches,
                List.copyOf(new TreeSet<>(disturbs)),
                confirmations,
                List.copyOf(pending),
                conflicts,
                List.copyOf(findings));
    }

    /** What connected hosts cannot do that a network needs. */
    public List<Finding> lacking(NetworkModel then) {
        Set<String> concerned = DatapathCheck.hosts(then);
        // Most networks ask nothing of their datapaths, and then no change has to look at all hosts.
        return concerned.isEmpty()
                ? List.of()
                : lacking(then, concerned, fleet.hosts().looks());
    }

    private static List<Finding> lacking(NetworkModel then, Set<String> concerned, Map<String, HostLook> looks) {
        Map<String, CompletableFuture<Datapaths>> answers = new TreeMap<>();
        concerned.stream()
                .filter(looks::containsKey)
                .forEach(host -> answers.put(host, looks.get(host).datapaths()));
        Futures within = new Futures(DATAPATH_SECONDS);
        Map<String, Datapaths> datapaths = new TreeMap<>();
        answers.forEach((host, answer) -> within.await(answer).ifPresent(d -> datapaths.put(host, d)));
        return DatapathCheck.findings(then, datapaths);
    }

    /** The flow entries that Open vSwitch flushes when bridges get their first controller, in sentences. */
    private static List<String> flushed(String host, HostLook look, HostDiff.Change change)
            throws InterruptedException {
        List<String> confirmations = new ArrayList<>();
        for (HostDiff.Touch t : change.touches()) {
            if (!t.columns().contains(HostDiff.FIRST_CONTROLLER)) {
                continue;
            }
            String bridge = t.what().split(" ")[1];
            String what = "bridge " + host + "/" + bridge + " gets its first controller: Open vSwitch then flushes ";
            try {
                List<FlowCodec.Reported> flows = look.foreignFlows(bridge);
                if (!flows.isEmpty()) {
                    confirmations.add(what + flows.size() + " foreign flow entries, such as "
                            + flows.get(0).entry().map(Object::toString).orElse("one that Heddle cannot read"));
                }
            } catch (IOException e) {
                confirmations.add(what + "foreign flow entries, which cannot be counted (" + e.getMessage() + ")");
            }
        }
        return confirmations;
    }

    private Map<String, Part> switches(NetworkModel then, List<String> disturbs) throws InterruptedException {
        Map<SwitchConnection, Optional<List<FlowCodec.Reported>>> answers =
                Broadcast.ask(fleet, c -> FlowReader.ask(c, Cookies.HEDDLE, Cookies.OWNER_MASK));
        Map<String, Part> out = new TreeMap<>();
        for (NetworkModel.Place place : then.places()) {
            if (place.host().hasController()
                    && fleet.switches().find(place.bridge().datapathId()).isEmpty()) {
                SwitchView view = Blueprint.view(then, place, Map.of(), Transition.NONE);
                out.put(
                        place.toString(),
                        part(place.toString(), view, fleet.compile(view), FlowProgram.EMPTY, List.of(), disturbs));
            }
        }
        for (Map.Entry<SwitchConnection, Optional<List<FlowCodec.Reported>>> e : answers.entrySet()) {
            SwitchConnection c = e.getKey();
            FlowProgram given = c.state().program();
            Collection<FlowEntry> now = e.getValue()
                    .<Collection<FlowEntry>>map(FlowReader::readable)
                    .orElse(given.entries());
            String name = then.byDatapathId(c.datapathId())
                    .map(Object::toString)
                    .orElse("switch " + SwitchConnection.format(c.datapathId()));
            SwitchView view = Fleet.view(then, c);
            out.put(name, part(name, view, fleet.compile(view), given, now, disturbs));
        }
        return out;
    }

    /**
     * How entries differ from the wanted ones; adds to {@code disturbs}.
     *
     * @param given what the switch confirmed last
     */
    static Part part(
            String where,
            SwitchView view,
            FlowProgram wanted,
            FlowProgram given,
            Collection<FlowEntry> now,
            List<String> disturbs) {
        Map<String, String> names = new HashMap<>();
        view.ports().forEach((name, number) -> names.put(Integer.toUnsignedString(number), name));
        FlowDiff diff = FlowDiff.between(
                wanted,
                now.stream().filter(e -> !LearntCookies.isLearnt(e.cookie())).toList());
        if (!now.isEmpty()) {
            disturbs.addAll(Disturbance.flows(where, wanted, given, diff));
        }
        Part.Builder out = new Part.Builder();
        for (FlowDiff.Line line : diff.changes()) {
            long cookie = line.entry().cookie();
            Optional<Reason> reason = wanted.reason(cookie).or(() -> given.reason(cookie));
            out.add(
                    line.sign(),
                    group(cookie, reason),
                    PortNames.named(line.toString(), names) + "  # "
                            + reason.map(Reason::label).orElse(""));
        }
        return out.build();
    }

    /** What a flow entry is counted under: its access list, or else its app. */
    private static String group(long cookie, Optional<Reason> reason) {
        if (reason.orElse(null) instanceof Reason.OfList of) {
            return "acl " + of.list();
        }
        return Cookies.app(cookie) == Cookies.CAPTURE_APP ? "capture" : Apps.name(Cookies.app(cookie));
    }
}
