package io.heddle.controller.api;

import static io.heddle.controller.api.Views.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.heddle.controller.Core;
import io.heddle.controller.check.Checker;
import io.heddle.controller.check.Finding;
import io.heddle.controller.config.InvalidNetworkException;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.intent.Planner;
import io.heddle.controller.store.VersionStore;
import io.heddle.flows.model.NetworkModel;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Versions of the network: planned, applied, compared, taken back. Methods wait, so not for an event loop. */
final class Changes {
    /** Seconds. */
    static final int LONGEST_WAIT = 600;
    private static final int DEFAULT_WAIT_SECONDS = 30;
    private static final int CONTEXT_LINES = 3;

    private final Core core;
    private final Planner planner;
    private final Convergence convergence;
    private final ObjectMapper json = new ObjectMapper();

    Changes(Core core, Views views) {
        this.core = core;
        this.planner = new Planner(core.fleet());
        this.convergence = new Convergence(core.fleet(), views);
    }

    Map<String, Object> plan(RoutingContext request) throws InterruptedException, BadRequest, InvalidNetworkException {
        return planned(files(request));
    }

    private int latest() {
        return core.store().latest().map(VersionStore.Version::number).orElse(0);
    }

    private static Map<String, Object> shown(int base, Planner.Plan plan, NetworkFile.Declared declared) {
        return row("base", base, "empty", plan.isEmpty(), "hosts", plan.hosts(), "switches", plan.switches(),
                "disturbs", plan.disturbs(), "asks", plan.asks(), "pending", plan.pending(),
                "findings", Finding.rows(plan.findings(), declared.places()),
                "notes", declared.notes().stream().map(Object::toString).toList(), "fingerprint", plan.fingerprint());
    }

    Reply apply(RoutingContext request) throws Exception {
        return reply(request, files(request), parameter(request, "message", ""));
    }

    Reply rollback(RoutingContext request) throws Exception {
        VersionStore.Version to = version(request.pathParam("version"));
        String message = parameter(request, "message", "");
        int before = latest();
        Reply reply = reply(request, to.files(),
                "rollback to version " + to.number() + (message.isEmpty() ? "" : ": " + message));
        if (latest() > before) {
            core.journal().add("rollback", "version " + latest(), "the network is to be as in version " + to.number());
        }
        return reply;
    }

    private Reply reply(RoutingContext request, Map<String, String> files, String message) throws Exception {
        if (isDryRun(request)) {
            return new Reply(200, Map.of(), planned(files));
        }
        Accepted accepted = accept(request, files, message, base(request));
        Map<String, Object> state = await(accepted, Optional.empty());
        return new Reply(state.get("state").equals("in-sync") ? 200 : 202,
                Map.of("Location", "/api/v1/versions/" + accepted.version + "/state", "ETag", tag(accepted.version)), state);
    }

    /** The version that a change was made from, by {@code base=N} or by If-Match. */
    private static OptionalInt base(RoutingContext request) throws BadRequest {
        String match = request.request().getHeader("If-Match");
        if (match != null && !match.matches("\"version-\\d{1,9}\"")) {
            throw new BadRequest(412, "If-Match: " + match + " is not what GET /api/v1/network gave as ETag, such as \"version-7\"");
        }
        int base = match != null ? Integer.parseInt(match.replaceAll("\\D", "")) : number(request, "base", -1);
        return base < 0 ? OptionalInt.empty() : OptionalInt.of(base);
    }

    static boolean isDryRun(RoutingContext request) {
        return Boolean.parseBoolean(parameter(request, "dryRun", "false"));
    }

    /** What files would change. */
    Map<String, Object> planned(Map<String, String> files) throws InterruptedException, InvalidNetworkException {
        int base = latest();
        NetworkFile.Declared declared = NetworkFile.read(files, core.fleet().declared());
        return shown(base, planner.plan(declared), declared);
    }

    /** A version that is on disk. @param seconds to wait until it is confirmed */
    record Accepted(int version, NetworkModel model, int seconds) {
    }

    /** Makes files the network in force, unless they are it already. */
    Accepted accept(RoutingContext request, Map<String, String> files, String message, OptionalInt base) throws Exception {
        // What is wrong with the question is said before anything is done.
        int seconds = wait(request, DEFAULT_WAIT_SECONDS);
        Optional<VersionStore.Version> latest = core.store().latest();
        boolean same = latest.isPresent() && latest.get().files().equals(files)
                && (base.isEmpty() || base.getAsInt() == latest.get().number());
        if (same && core.fleet().version() == latest.get().number()) {
            return new Accepted(latest.get().number(), core.fleet().model(), seconds);
        }
        NetworkFile.Declared declared = NetworkFile.read(files, core.fleet().declared());
        List<Finding> errors = Checker.errors(declared);
        if (!errors.isEmpty()) {
            throw new Unacceptable(errors, declared);
        }
        String fingerprint = request.request().getParam("fingerprint");
        if (fingerprint != null && !fingerprint.equals(planner.plan(declared).fingerprint())) {
            throw new BadRequest(409, "the network has moved since the plan was made, and it would do something else now: plan again");
        }
        return new Accepted(core.accept(parameter(request, "author", "api"), message, files, declared, base).number(),
                declared.model(), seconds);
    }

    /** Waits until all, or one host with its switches, have confirmed a version. */
    Map<String, Object> await(Accepted accepted, Optional<String> host) throws InterruptedException {
        return convergence.await(accepted.version, accepted.model, host, accepted.seconds);
    }

    private static String tag(int version) {
        return "\"version-" + version + "\"";
    }

    /** The files in force. */
    Reply network() {
        return new Reply(200, Map.of("ETag", tag(latest())),
                row("version", latest(), "files", core.store().latest().map(VersionStore.Version::files).orElse(Map.of())));
    }

    /** A network that its own check refuses. */
    static final class Unacceptable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Map<String, Object>> findings;

        Unacceptable(List<Finding> findings, NetworkFile.Declared declared) {
            super("the check of the network failed, nothing was changed");
            this.findings = Finding.rows(findings, declared.places());
        }

        List<Map<String, Object>> findings() {
            return findings;
        }
    }

    List<Map<String, Object>> history() {
        List<Map<String, Object>> out = new ArrayList<>();
        core.store().all().forEach(v -> out.add(row("version", v.number(), "time", v.time(), "author", v.author(), "message", v.message())));
        return out;
    }

    Map<String, Object> show(RoutingContext request) throws BadRequest {
        VersionStore.Version v = version(request.pathParam("version"));
        return row("version", v.number(), "time", v.time(), "author", v.author(), "message", v.message(), "files", v.files());
    }

    /** How far the version is that a request names. */
    Map<String, Object> state(RoutingContext request) throws BadRequest, InvalidNetworkException, InterruptedException {
        VersionStore.Version v = version(request.pathParam("version"));
        NetworkFile.Declared inForce = core.fleet().declared();
        return convergence.await(v.number(), core.fleet().version() == v.number() ? inForce.model() : NetworkFile.parse(v.files()),
                Optional.empty(), wait(request, 0));
    }

    /** What differs between two versions' files, as diff -u has it. */
    Map<String, Object> diff(RoutingContext request) throws BadRequest {
        VersionStore.Version a = version(parameter(request, "from", ""));
        VersionStore.Version b = version(parameter(request, "to", ""));
        List<String> lines = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(a.files().keySet());
        names.addAll(b.files().keySet());
        for (String name : names) {
            List<String> before = a.files().getOrDefault(name, "").lines().toList();
            List<String> after = b.files().getOrDefault(name, "").lines().toList();
            lines.addAll(UnifiedDiffUtils.generateUnifiedDiff("version " + a.number() + " " + name,
                    "version " + b.number() + " " + name, before, DiffUtils.diff(before, after), CONTEXT_LINES));
        }
        return row("from", a.number(), "to", b.number(), "lines", lines);
    }

    private VersionStore.Version version(String text) throws BadRequest {
        if (!text.matches("\\d{1,9}")) {
            throw new BadRequest(400, "\"" + text + "\" is not the number of a version, such as " + Math.max(1, latest()));
        }
        return core.store().find(Integer.parseInt(text)).orElseThrow(() -> new BadRequest(404, "there is no version " + text
                + ": see heddle history" + (latest() == 0 ? "" : ", the latest is " + latest())));
    }

    static String parameter(RoutingContext request, String name, String otherwise) {
        return request.request().getParam(name, otherwise);
    }

    private static int wait(RoutingContext request, int otherwise) throws BadRequest {
        int seconds = number(request, "wait", otherwise);
        if (seconds > LONGEST_WAIT) {
            throw new BadRequest(400, "wait=" + seconds + ": expected " + LONGEST_WAIT + " seconds at most");
        }
        return seconds;
    }

    static int number(RoutingContext request, String name, int otherwise) throws BadRequest {
        String text = request.request().getParam(name);
        if (text != null && !text.matches("\\d{1,9}")) {
            throw new BadRequest(400, name + "=" + text + ": expected a number");
        }
        return text == null ? otherwise : Integer.parseInt(text);
    }

    /** The network files in a request: YAML as it is, or several as {@code {"files": {"a.yaml": "…"}}}. */
    Map<String, String> files(RoutingContext request) throws BadRequest {
        String type = String.valueOf(request.request().getHeader("Content-Type"));
        String body = request.body().asString();
        if (body == null || body.isBlank()) {
            throw new BadRequest(400, "the body is empty, expected a network file");
        }
        if (type.startsWith("application/yaml")) {
            return Map.of("network.yaml", body);
        }
        if (!type.startsWith("application/json")) {
            throw new BadRequest(415, "send the network file as Content-Type: application/yaml");
        }
        try {
            JsonNode files = json.readTree(body).path("files");
            Map<String, String> out = new LinkedHashMap<>();
            files.fields().forEachRemaining(f -> out.put(f.getKey(), f.getValue().asText()));
            if (out.isEmpty()) {
                throw new BadRequest(400, "expected {\"files\": {\"network.yaml\": \"…\"}}");
            }
            return out;
        } catch (JsonProcessingException e) {
            throw new BadRequest(400, "not JSON: " + e.getOriginalMessage());
        }
    }
}
