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
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Versions of the network: planned, applied, compared, taken back. Methods wait, so not for an event loop. */
final class Changes {
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
        NetworkFile.Declared declared = NetworkFile.read(files(request));
        int base = latest();
        return shown(base, planner.plan(declared), declared);
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

    Map<String, Object> apply(RoutingContext request) throws Exception {
        return apply(request, files(request), parameter(request, "message", ""));
    }

    Map<String, Object> rollback(RoutingContext request) throws Exception {
        VersionStore.Version to = version(request.pathParam("version"));
        String message = parameter(request, "message", "");
        Map<String, Object> answer = apply(request, to.files(),
                "rollback to version " + to.number() + (message.isEmpty() ? "" : ": " + message));
        if (answer.containsKey("version")) {
            core.journal().add("rollback", "version " + answer.get("version"), "the network is to be as in version " + to.number());
        }
        return answer;
    }

    private Map<String, Object> apply(RoutingContext request, Map<String, String> files, String message) throws Exception {
        NetworkFile.Declared declared = NetworkFile.read(files);
        if (Boolean.parseBoolean(parameter(request, "dryRun", "false"))) {
            return shown(latest(), planner.plan(declared), declared);
        }
        Checker.Report report = Checker.check(declared);
        if (!report.isAcceptable()) {
            throw new Unacceptable(report.findings(), declared);
        }
        String fingerprint = request.request().getParam("fingerprint");
        if (fingerprint != null && !fingerprint.equals(planner.plan(declared).fingerprint())) {
            throw new BadRequest(409, "the network has moved since the plan was made, and it would do something else now: plan again");
        }
        int seconds = number(request, "wait", DEFAULT_WAIT_SECONDS);
        int base = number(request, "base", -1);
        VersionStore.Version version = core.accept(parameter(request, "author", "api"), message, files, declared,
                base < 0 ? OptionalInt.empty() : OptionalInt.of(base));
        return convergence.await(version.number(), declared.model(), seconds);
    }

    /** A network that its own check refuses. */
    static final class Unacceptable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Map<String, Object>> findings;

        Unacceptable(List<Finding> findings, NetworkFile.Declared declared) {
            super("the check of the network failed, nothing was changed");
            this.findings = Finding.rows(findings.stream().filter(f -> f.severity() == Finding.Severity.ERROR).toList(),
                    declared.places());
        }

        List<Map<String, Object>> findings() {
            return findings;
        }
    }

    List<Map<String, Object>> history() {
        List<Map<String, Object>> out = new ArrayList<>();
        core.store().all().forEach(v -> out.add(summary(v)));
        return out;
    }

    private static Map<String, Object> summary(VersionStore.Version v) {
        return row("version", v.number(), "time", v.time(), "author", v.author(), "message", v.message());
    }

    Map<String, Object> show(RoutingContext request) throws BadRequest {
        VersionStore.Version v = version(request.pathParam("version"));
        Map<String, Object> out = summary(v);
        out.put("files", v.files());
        return out;
    }

    /** How far the version is that a request names. */
    Map<String, Object> state(RoutingContext request) throws BadRequest, InvalidNetworkException {
        VersionStore.Version v = version(request.pathParam("version"));
        NetworkFile.Declared inForce = core.fleet().declared();
        return convergence.state(v.number(), core.fleet().version() == v.number() ? inForce.model()
                : NetworkFile.parse(v.files()));
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

    private static String parameter(RoutingContext request, String name, String otherwise) {
        return request.request().getParam(name, otherwise);
    }

    private static int number(RoutingContext request, String name, int otherwise) throws BadRequest {
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
