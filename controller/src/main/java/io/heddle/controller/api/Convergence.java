package io.heddle.controller.api;

import static io.heddle.controller.api.Views.row;

import io.heddle.controller.Fleet;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.openflow.SwitchConnection;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.pipeline.Reasons;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Waits until hosts and switches have confirmed a version, and says who has and who has not. */
final class Convergence {
    /** Of what was waited for already, so long until the next look. */
    private static final double POLL_SHARE = 0.1;
    private static final long LONGEST_POLL_NANOS = 10_000_000;
    private static final long SHORTEST_POLL_NANOS = 200_000;
    private static final Pattern COOKIE = Pattern.compile("cookie=0x([0-9a-f]+)");

    private final Fleet fleet;
    private final Views views;

    Convergence(Fleet fleet, Views views) {
        this.fleet = fleet;
        this.views = views;
    }

    /**
     * Waits until all that can be reached is in sync, or has refused, for {@code seconds} at most.
     *
     * @param host the one that counts, with its switches; otherwise all do, and a version is overtaken by the next one
     */
    Map<String, Object> await(int version, NetworkModel model, Optional<String> host, int seconds) throws InterruptedException {
        long begun = System.nanoTime();
        long deadline = begun + TimeUnit.SECONDS.toNanos(seconds);
        Map<String, Object> state = state(version, model, host);
        while (state.get("state").equals("changing") && System.nanoTime() < deadline) {
            long poll = (long) (POLL_SHARE * (System.nanoTime() - begun));
            TimeUnit.NANOSECONDS.sleep(Math.max(SHORTEST_POLL_NANOS, Math.min(LONGEST_POLL_NANOS, poll)));
            state = state(version, model, host);
        }
        return state;
    }

    /** How far a version is: each host and switch that it names, and the whole. */
    private Map<String, Object> state(int version, NetworkModel model, Optional<String> only) {
        if (only.isEmpty() && fleet.version() > version) {
            return row("version", version, "state", "superseded", "parts", Map.of(), "errors",
                    List.of("version " + fleet.version() + " was accepted since, and is in force"));
        }
        boolean imposed = fleet.toldHosts() >= version;
        Map<String, String> parts = new TreeMap<>();
        List<String> errors = new ArrayList<>();
        Map<String, Hosts.Status> hosts = new HashMap<>();
        fleet.hosts().status().forEach(s -> hosts.put(s.name(), s));
        model.hosts().forEach((name, host) -> {
            if (only.isPresent() && !only.get().equals(name)) {
                return;
            }
            Hosts.Status s = hosts.get(name);
            // A host that is new in this version gets the time of one attempt before it counts as away.
            boolean away = s != null && !s.connected() && !s.untried();
            String refused = s != null && s.connected() ? s.error() : null;
            if (refused != null) {
                errors.add("host " + name + ": " + refused);
            }
            parts.put("host " + name, away ? "pending" : refused != null ? "refused"
                    : s != null && s.syncedVersion() >= version ? "in-sync" : "changing");
            host.bridges().values().stream().filter(b -> host.hasController()).forEach(b -> parts.put("switch " + name + "/" + b.name(),
                    away ? "pending" : refused != null ? "refused"
                            : switchState(b.datapathId(), version, "switch " + name + "/" + b.name(), errors)));
        });
        // Switches that no file names hold the lists that hold everywhere.
        fleet.switches().all().stream().map(SwitchConnection::datapathId)
                .filter(id -> only.isEmpty() && model.byDatapathId(id).isEmpty())
                .forEach(id -> parts.put("switch " + SwitchConnection.format(id),
                        switchState(id, version, "switch " + SwitchConnection.format(id), errors)));
        String overall = !imposed || parts.containsValue("changing") ? "changing"
                : parts.containsValue("refused") ? "refused" : parts.containsValue("pending") ? "pending" : "in-sync";
        return row("version", version, "state", overall, "parts", parts, "errors", errors);
    }

    /** The rule that an entry comes from which a switch refuses, and where it stands; "" for an error that names no entry. */
    private String rule(SwitchConnection connection, String error) {
        Matcher cookie = COOKIE.matcher(error);
        if (!cookie.find()) {
            return "";
        }
        NetworkFile.Declared declared = fleet.declared();
        String bridge = fleet.name(connection.datapathId());
        return fleet.compile(Fleet.view(declared.model(), connection)).reason(Long.parseUnsignedLong(cookie.group(1), 16))
                .map(r -> ": it is there for " + Reasons.plain(r)
                        + declared.places().ofReason(r, bridge).map(p -> " (" + p + ")").orElse("")).orElse("");
    }

    private String switchState(long datapathId, int version, String name, List<String> errors) {
        var connection = fleet.switches().find(datapathId);
        String error = connection.map(SwitchConnection::sync).map(s -> s.state().error()).orElse(null);
        if (fleet.toldVersion(datapathId) < version) {
            return "changing";
        }
        if (error != null) {
            errors.add(name + ": " + error + connection.map(c -> rule(c, error)).orElse(""));
            return "refused";
        }
        return views.isCurrent(datapathId) && fleet.syncedVersion(datapathId) >= version
                ? "in-sync" : "changing";
    }
}
