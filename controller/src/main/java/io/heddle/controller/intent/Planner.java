package io.heddle.controller.intent;

import io.heddle.apps.Apps;
import io.heddle.apps.SwitchView;
import io.heddle.controller.Fleet;
import io.heddle.controller.openflow.SwitchConnection;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.PortNumber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a version of the network would change, before anything does. */
public final class Planner {
    private static final int ANSWER_SECONDS = 10;
    private static final Pattern PORT = Pattern.compile("(in_port=|output:)(\\d+)");

    private final Fleet fleet;

    public Planner(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * A plan.
     *
     * @param hosts by host, rows that are added ({@code +}), changed ({@code ~}) and removed ({@code -})
     * @param switches the same by bridge, flow entries as ovs-ofctl text with their reasons
     * @param pending hosts that are not connected: they catch up when they return
     */
    public record Plan(Map<String, List<String>> hosts, Map<String, List<String>> switches, List<String> pending) {
        /** Whether nothing would change on what is connected. */
        public boolean isEmpty() {
            return hosts.values().stream().allMatch(List::isEmpty) && switches.values().stream().allMatch(List::isEmpty);
        }
    }

    /** Compares {@code then} with what is there now. */
    public Plan plan(NetworkModel then) throws InterruptedException {
        Map<String, List<String>> hosts = new TreeMap<>();
        List<String> pending = new ArrayList<>();
        Map<String, Boolean> connected = new HashMap<>();
        fleet.hosts().status().forEach(s -> connected.put(s.name(), s.connected()));
        for (String name : new TreeSet<>(then.hosts().keySet())) {
            if (!connected.getOrDefault(name, false)) {
                pending.add(name);
            }
        }
        Map<String, CompletableFuture<List<String>>> answers = fleet.hosts().plan(fleet.withCaptures(then));
        for (Map.Entry<String, CompletableFuture<List<String>>> e : answers.entrySet()) {
            try {
                hosts.put(e.getKey(), e.getValue().get(ANSWER_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException | TimeoutException failed) {
                pending.add(e.getKey());
            }
        }
        return new Plan(hosts, switches(then), pending);
    }

    private Map<String, List<String>> switches(NetworkModel then) {
        Map<String, List<String>> out = new TreeMap<>();
        for (Host h : then.hosts().values()) {
            for (Bridge b : h.bridges().values()) {
                Optional<SwitchConnection> connection = fleet.switches().find(b.datapathId());
                out.put(h.name() + "/" + b.name(), lines(then, new NetworkModel.Place(h, b), connection));
            }
        }
        for (SwitchConnection c : fleet.switches().all()) {
            if (then.byDatapathId(c.datapathId()).isEmpty()) {
                SwitchView view = Fleet.view(then, c);
                out.put("switch " + SwitchConnection.format(c.datapathId()),
                        lines(view, c.sync() == null ? FlowProgram.EMPTY : c.sync().state().program()));
            }
        }
        return out;
    }

    private static List<String> lines(NetworkModel then, NetworkModel.Place place, Optional<SwitchConnection> connection) {
        Map<String, Integer> numbers = new HashMap<>();
        connection.ifPresent(c -> numbers.putAll(Fleet.view(then, c).ports()));
        // Ports that do not exist yet are given numbers beyond those that do; the plan shows names, never these.
        int next = 1 + numbers.values().stream().filter(n -> Integer.compareUnsigned(n, PortNumber.MAX) < 0)
                .max(Integer::compare).orElse(0);
        for (Port p : place.bridge().ports().values()) {
            for (String i : p.interfaces()) {
                if (numbers.putIfAbsent(i, next) == null) {
                    next++;
                }
            }
        }
        if (!then.overlays(place.host(), place.bridge()).isEmpty()) {
            numbers.putIfAbsent(then.tunnelPort(place.bridge()), next++);
            if (then.tunnels().bfd()) {
                for (Host peer : then.peers(place.host(), place.bridge())) {
                    numbers.putIfAbsent(NetworkModel.probePort(peer), next++);
                }
            }
        }
        FlowProgram now = connection.filter(c -> c.sync() != null).map(c -> c.sync().state().program())
                .orElse(FlowProgram.EMPTY);
        return lines(new SwitchView(then, Optional.of(place), numbers), now);
    }

    private static List<String> lines(SwitchView view, FlowProgram now) {
        Map<String, String> names = new HashMap<>();
        view.ports().forEach((name, number) -> names.put(Integer.toUnsignedString(number), name));
        FlowProgram wanted = Apps.compile(view);
        List<String> out = new ArrayList<>();
        for (FlowDiff.Line line : FlowDiff.between(wanted, now.entries()).changes()) {
            String reason = wanted.reason(line.entry().cookie()).or(() -> now.reason(line.entry().cookie())).orElse("");
            Matcher m = PORT.matcher(line.toString().replaceFirst("cookie=0x[0-9a-f]+, ", ""));
            out.add(m.replaceAll(r -> r.group(1) + "\"" + names.getOrDefault(r.group(2), r.group(2)) + "\"")
                    + "  # " + reason);
        }
        return out;
    }
}
