package io.heddle.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.heddle.check.Finding;
import io.heddle.config.NetworkFile;
import io.heddle.controller.access.Principal;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.changes.Trials;
import io.heddle.controller.fleet.Rollout;
import io.heddle.controller.plan.Planner;
import io.heddle.controller.services.Services;
import io.heddle.store.VersionStore;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Plans, applies, compares and rolls back versions of the network. Methods block: not for an event loop. */
final class ChangeRequests {
    /** The longest wait that a request may set, in seconds. */
    static final int LONGEST_WAIT = 600;

    private static final int DEFAULT_WAIT_SECONDS = 30;
    private static final int CONTEXT_LINES = 3;

    private final Services services;
    private final Changes changes;
    private final ObjectMapper json = new ObjectMapper();

    ChangeRequests(Services services) {
        this.services = services;
        this.changes = services.changes();
    }

    Map<String, Object> plan(RoutingContext request) throws Exception {
        return planned(request, files(request));
    }

    private static Map<String, Object> shown(int base, Planner.Plan plan, NetworkFile.Declared declared) {
        return Row.of("base", base)
                .and("empty", plan.isEmpty())
                .and("hosts", Planner.Plan.lines(plan.hosts()))
                .and("switches", Planner.Plan.lines(plan.switches()))
                .and(
                        "counts",
                        Row.of("hosts", Planner.Plan.counts(plan.hosts()))
                                .and("switches", Planner.Plan.counts(plan.switches()))
                                .map())
                .and("disturbs", plan.disturbs())
                .and("confirmations", plan.confirmations())
                .and("pending", plan.pending())
                .and("conflicts", plan.conflicts())
                .and("findings", Finding.rows(plan.findings(), declared.places()))
                .and("notes", declared.notes().stream().map(Object::toString).toList())
                .and("fingerprint", plan.fingerprint())
                .map();
    }

    Object apply(RoutingContext request) throws Exception {
        Map<String, String> files = files(request);
        return isDryRun(request)
                ? planned(request, files)
                : answer(request, changes.apply(change(request, files, parameter(request, "message", ""))));
    }

    Object rollback(RoutingContext request) throws Exception {
        VersionStore.Version to = version(request.pathParam("version"));
        if (isDryRun(request)) {
            return planned(request, to.files());
        }
        String message = parameter(request, "message", "");
        return answer(
                request,
                changes.rollback(
                        to,
                        change(
                                request,
                                to.files(),
                                "rollback to version " + to.number() + (message.isEmpty() ? "" : ": " + message))));
    }

    private Changes.Change change(RoutingContext request, Map<String, String> files, String message) throws BadRequest {
        return change(request, files, message, base(request));
    }

    /** The requested change. @param base the version it starts from, if this must still be the latest */
    Changes.Change change(RoutingContext request, Map<String, String> files, String message, OptionalInt base)
            throws BadRequest {
        // Reports a malformed wait before anything changes.
        wait(request, DEFAULT_WAIT_SECONDS);
        Principal who = Access.principal(request);
        return new Changes.Change(
                who.author(parameter(request, "author", "")),
                message,
                files,
                base,
                Optional.ofNullable(request.request().getParam("fingerprint")),
                who.scope(),
                trial(request));
    }

    /** How long the version may wait for a confirmation, given by {@code trial=SECONDS}. */
    private static Optional<Duration> trial(RoutingContext request) throws BadRequest {
        if (request.request().getParam("trial") == null) {
            return Optional.empty();
        }
        Duration trial = Duration.ofSeconds(number(request, "trial", 0));
        if (trial.isZero() || trial.compareTo(Trials.LONGEST) > 0) {
            throw new BadRequest(400, "trial: expected 1 to " + Trials.LONGEST.toSeconds() + " seconds");
        }
        return Optional.of(trial);
    }

    /** Keeps the version on trial. */
    Map<String, Object> confirm(RoutingContext request) throws Exception {
        Principal who = Access.principal(request);
        int version = version(request.pathParam("version")).number();
        changes.confirm(version, who.author(parameter(request, "author", "")), who.scope());
        Access.accepted(request, version);
        return changes.rollout(version)
                .map(rollout -> row(rollout.progress("")))
                .orElse(Map.of("version", version, "state", Rollout.State.SUPERSEDED.toString()));
    }

    private CompletionStage<Reply> answer(RoutingContext request, Rollout rollout) throws BadRequest {
        Access.accepted(request, rollout.number());
        return settled(request, rollout, "")
                .thenApply(progress -> new Reply(
                        progress.state() == Rollout.State.IN_SYNC ? 200 : 202,
                        Map.of(
                                "Location",
                                "/api/v1/versions/" + rollout.number() + "/state",
                                "ETag",
                                tag(rollout.number())),
                        row(progress)));
    }

    /** A version's progress once no part is changing, or after the longest wait that the request allows. */
    CompletionStage<Rollout.Progress> settled(RoutingContext request, Rollout rollout, String host) throws BadRequest {
        return within(rollout, host, Long.MAX_VALUE, wait(request, DEFAULT_WAIT_SECONDS));
    }

    private static CompletionStage<Rollout.Progress> within(Rollout rollout, String host, long after, int seconds) {
        if (seconds == 0) {
            return CompletableFuture.completedFuture(rollout.progress(host));
        }
        CompletableFuture<Rollout.Progress> answer = rollout.await(host, after);
        CompletableFuture<Rollout.Progress> timed =
                answer.copy().orTimeout(seconds, TimeUnit.SECONDS).exceptionally(late -> rollout.progress(host));
        timed.thenRun(() -> answer.cancel(false));
        return timed;
    }

    /** A version's progress as a JSON object. */
    Map<String, Object> row(Rollout.Progress progress) {
        Map<String, String> parts = new LinkedHashMap<>();
        progress.parts().forEach((name, state) -> parts.put(name, state.toString()));
        return Row.of("version", progress.version())
                .and("state", progress.state().toString())
                .and("parts", parts)
                .and("errors", progress.errors())
                .and("waiting", progress.waiting())
                .and("step", progress.step())
                .and(row(changes.trial().filter(t -> t.version() == progress.version())))
                .map();
    }

    /** A version on trial as the field of a JSON object; no field if there is none. */
    static Map<String, Object> row(Optional<Trials.Trial> trial) {
        return trial.map(t -> Row.of(
                                "trial",
                                Row.of("version", t.version())
                                        .and("before", t.before())
                                        .and("author", t.author())
                                        .and("until", t.until().toString())
                                        .map())
                        .map())
                .orElse(Map.of());
    }

    /** The version that a change is based on, given by {@code base=N} or by If-Match. */
    private static OptionalInt base(RoutingContext request) throws BadRequest {
        String match = request.request().getHeader("If-Match");
        if (match != null && !match.matches("\"version-\\d{1,9}\"")) {
            throw new BadRequest(
                    412, "If-Match: " + match + " is not an ETag of GET /api/v1/network, such as \"version-7\"");
        }
        int base = match != null ? Integer.parseInt(match.replaceAll("\\D", "")) : number(request, "base", -1);
        return base < 0 ? OptionalInt.empty() : OptionalInt.of(base);
    }

    static boolean isDryRun(RoutingContext request) {
        return Boolean.parseBoolean(parameter(request, "dryRun", "false"));
    }

    /** A plan of the changes that files would make. */
    Map<String, Object> planned(RoutingContext request, Map<String, String> files) throws Exception {
        Changes.Planned planned = changes.plan(files, Access.principal(request).scope());
        return shown(planned.base(), planned.plan(), planned.declared());
    }

    private static String tag(int version) {
        return "\"version-" + version + "\"";
    }

    /** The files in force, with their version: of one moment, because others may change the network meanwhile. */
    Reply network() {
        Optional<VersionStore.Version> latest = services.store().latest();
        int version = latest.map(VersionStore.Version::number).orElse(0);
        return new Reply(
                200,
                Map.of("ETag", tag(version)),
                Row.of("version", version)
                        .and("files", latest.map(VersionStore.Version::files).orElse(Map.of()))
                        .map());
    }

    List<Map<String, Object>> history() {
        List<Map<String, Object>> out = new ArrayList<>();
        services.store()
                .all()
                .forEach(v -> out.add(Row.of("version", v.number())
                        .and("time", v.time())
                        .and("author", v.author())
                        .and("message", v.message())
                        .map()));
        return out;
    }

    Map<String, Object> show(RoutingContext request) throws BadRequest {
        VersionStore.Version v = version(request.pathParam("version"));
        return Row.of("version", v.number())
                .and("time", v.time())
                .and("author", v.author())
                .and("message", v.message())
                .and("files", v.files())
                .map();
    }

    /** The progress of the version that a request names: at once, or once it is past a step. */
    Object state(RoutingContext request) throws BadRequest {
        VersionStore.Version v = version(request.pathParam("version"));
        int seconds = wait(request, 0);
        int after = number(request, "after", -1);
        Rollout latest = changes.rollout(v.number()).orElse(null);
        if (latest == null) {
            return Row.of("version", v.number())
                    .and("state", Rollout.State.SUPERSEDED.toString())
                    .and("parts", Map.of())
                    .and("errors", List.of("version " + changes.latest() + " was accepted since, and is in force"))
                    .and("step", 0)
                    .map();
        }
        return within(latest, "", after < 0 ? Long.MAX_VALUE : after, seconds).thenApply(this::row);
    }

    /** The difference between two versions' files, in the format of diff -u. */
    Map<String, Object> diff(RoutingContext request) throws BadRequest {
        VersionStore.Version a = version(parameter(request, "from", ""));
        VersionStore.Version b = version(parameter(request, "to", ""));
        List<String> lines = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(a.files().keySet());
        names.addAll(b.files().keySet());
        for (String name : names) {
            List<String> before = a.files().getOrDefault(name, "").lines().toList();
            List<String> after = b.files().getOrDefault(name, "").lines().toList();
            lines.addAll(UnifiedDiffUtils.generateUnifiedDiff(
                    "version " + a.number() + " " + name,
                    "version " + b.number() + " " + name,
                    before,
                    DiffUtils.diff(before, after),
                    CONTEXT_LINES));
        }
        return Row.of("from", a.number())
                .and("to", b.number())
                .and("lines", lines)
                .map();
    }

    private VersionStore.Version version(String text) throws BadRequest {
        if (!text.matches("\\d{1,9}")) {
            throw new BadRequest(
                    400, "\"" + text + "\" is not a version number, such as " + Math.max(1, changes.latest()));
        }
        return services.store()
                .find(Integer.parseInt(text))
                .orElseThrow(() -> new BadRequest(
                        404,
                        "there is no version " + text
                                + (changes.latest() == 0 ? "" : ", the latest is " + changes.latest())
                                + ": see heddle history"));
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

    /** The network files in a request: one as plain YAML, or several as {@code {"files": {"a.yaml": "…"}}}. */
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
            files.properties().forEach(f -> out.put(f.getKey(), f.getValue().asText()));
            if (out.isEmpty()) {
                throw new BadRequest(400, "expected {\"files\": {\"network.yaml\": \"…\"}}");
            }
            return out;
        } catch (JsonProcessingException e) {
            throw new BadRequest(400, "not JSON: " + e.getOriginalMessage());
        }
    }
}
