package io.heddle.controller.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.common.hash.Hashing;
import io.heddle.config.FileEdit;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.fleet.Rollout;
import io.heddle.controller.services.Services;
import io.heddle.store.VersionStore;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * Reads, puts, patches and removes single pieces of the network file. Every change edits the text of the file in force
 * and makes a version like any other. Methods block: not for an event loop.
 */
final class Pieces {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final int ETAG_DIGITS = 16;
    private static final int MOST_ATTEMPTS = 10;

    private final Services services;
    private final ChangeRequests changes;
    /** A lock: each change of a piece starts from the result of the previous one. */
    private final Object editing = new Object();

    /** Computes a piece's new value from its old one. Empty means removed, or absent. */
    private interface Edit {
        Optional<Object> of(Optional<Object> before) throws BadRequest;
    }

    Pieces(Services services, ChangeRequests changes) {
        this.services = services;
        this.changes = changes;
    }

    /** A request's path in the file: {@code hosts, hv1, bridges, br0} for {@code /api/v1/hosts/hv1/bridges/br0}. */
    private static List<String> path(RoutingContext request, Contract.Operation operation) {
        List<String> path = new ArrayList<>();
        for (String part :
                operation.path().replaceFirst("^/api/v1/(network/)?", "").split("/")) {
            path.add(part.startsWith("{") ? request.pathParam(part.substring(1, part.length() - 1)) : part);
        }
        return path;
    }

    private Map<String, String> files() {
        return services.store().latest().map(VersionStore.Version::files).orElse(Map.of());
    }

    Reply get(RoutingContext request, Contract.Operation operation) throws BadRequest {
        List<String> path = path(request, operation);
        Object value = FileEdit.get(files(), path).orElseThrow(() -> missing(path));
        String tag = tag(value);
        boolean known = tag.equals(request.request().getHeader("If-None-Match"));
        return new Reply(known ? 304 : 200, Map.of("ETag", tag), known ? null : value);
    }

    private static BadRequest missing(List<String> path) {
        return new BadRequest(404, "the network file does not declare " + String.join(" ", path));
    }

    private static String tag(Object value) {
        try {
            return '"'
                    + Hashing.sha256()
                            .hashString(JSON.writeValueAsString(value), StandardCharsets.UTF_8)
                            .toString()
                            .substring(0, ETAG_DIGITS)
                    + '"';
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    Object put(RoutingContext request, Contract.Operation operation) throws Exception {
        List<String> path = path(request, operation);
        Object value = named(body(request), path);
        return change(request, path, before -> Optional.of(value));
    }

    Object patch(RoutingContext request, Contract.Operation operation) throws Exception {
        List<String> path = path(request, operation);
        Object patch = body(request);
        return change(
                request,
                path,
                before -> Optional.of(named(merged(before.orElseThrow(() -> missing(path)), patch), path)));
    }

    Object delete(RoutingContext request, Contract.Operation operation) throws Exception {
        List<String> path = path(request, operation);
        return change(request, path, before -> {
            before.orElseThrow(() -> missing(path));
            return Optional.empty();
        });
    }

    private static Object body(RoutingContext request) throws BadRequest {
        String type = String.valueOf(request.request().getHeader("Content-Type"));
        if (!type.matches("application/(merge-patch\\+)?json.*")) {
            throw new BadRequest(415, "send the piece as Content-Type: application/json");
        }
        try {
            Object value =
                    JSON.readValue(Objects.requireNonNullElse(request.body().asString(), ""), Object.class);
            if (value == null) {
                throw new BadRequest(400, "a piece cannot be null: use DELETE to remove it");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new BadRequest(
                    400,
                    "not JSON: " + e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ", column "
                                            + e.getLocation().getColumnNr() + ")"));
        }
    }

    /** An access list contains its own name, which must equal the name in the request's path. */
    private static Object named(Object value, List<String> path) throws BadRequest {
        if (!path.get(0).equals("acls") || path.size() != 2 || !(value instanceof Map<?, ?> map)) {
            return value;
        }
        Object name = map.get("name");
        if (name != null && !name.equals(path.get(1))) {
            throw new BadRequest(
                    400, "name: \"" + name + "\" differs from \"" + path.get(1) + "\", the name in the path");
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", path.get(1));
        map.forEach((k, v) -> out.put((String) k, v));
        return out;
    }

    /** Source: RFC 7396 §2. */
    private static Object merged(Object before, Object patch) {
        if (!(patch instanceof Map<?, ?> changes)) {
            return patch;
        }
        Map<String, Object> out = new LinkedHashMap<>();
        if (before instanceof Map<?, ?> map) {
            map.forEach((k, v) -> out.put((String) k, v));
        }
        changes.forEach((k, v) -> {
            if (v == null) {
                out.remove(k);
            } else {
                out.put((String) k, merged(out.get(k), v));
            }
        });
        return out;
    }

    private Object change(RoutingContext request, List<String> path, Edit edit) throws Exception {
        if (ChangeRequests.isDryRun(request)) {
            return changes.planned(request, edited(request, path, edit).files);
        }
        Made made = null;
        for (int attempt = 1; made == null; attempt++) {
            try {
                synchronized (editing) {
                    made = make(request, path, edit);
                }
            } catch (Changes.Overtaken e) {
                // Another request has replaced the network: change the piece in the new one.
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
        return answer(request, path, made);
    }

    /** An edit of the files. @param base the version that was edited */
    private record Edited(Optional<Object> before, Optional<Object> after, Map<String, String> files, int base) {}

    /** A completed edit and its rollout. */
    private record Made(Edited edited, Rollout rollout) {}

    private Edited edited(RoutingContext request, List<String> path, Edit edit) throws Exception {
        Optional<VersionStore.Version> latest = services.store().latest();
        Map<String, String> files = latest.map(VersionStore.Version::files).orElse(Map.of());
        Optional<Object> before = FileEdit.get(files, path);
        hold(request, path, before);
        Optional<Object> after = edit.of(before);
        Map<String, String> edited = after.equals(before)
                ? files
                : after.isPresent() ? FileEdit.put(files, path, after.get()) : FileEdit.remove(files, path);
        return new Edited(
                before, after, edited, latest.map(VersionStore.Version::number).orElse(0));
    }

    private Made make(RoutingContext request, List<String> path, Edit edit) throws Exception {
        Edited edited = edited(request, path, edit);
        String message = ChangeRequests.parameter(
                request, "message", (edited.after.isEmpty() ? "remove " : "set ") + String.join(" ", path));
        return new Made(
                edited,
                services.changes().apply(changes.change(request, edited.files, message, OptionalInt.of(edited.base))));
    }

    private CompletionStage<Reply> answer(RoutingContext request, List<String> path, Made made) throws BadRequest {
        Access.accepted(request, made.rollout.number());
        String host = path.get(0).equals("hosts") && path.size() > 1 ? path.get(1) : "";
        return changes.settled(request, made.rollout, host).thenApply(progress -> {
            Map<String, Object> state = changes.row(progress);
            // The version of this change, even if the progress is that of a later version.
            state.put("version", made.rollout.number());
            state.put("changed", !made.edited.after.equals(made.edited.before));
            Map<String, String> headers = new LinkedHashMap<>();
            made.edited.after.ifPresent(v -> headers.put("ETag", tag(v)));
            headers.put("Location", "/api/v1/versions/" + made.rollout.number() + "/state");
            int done = made.edited.before.isEmpty() ? 201 : 200;
            return new Reply(progress.state() == Rollout.State.IN_SYNC ? done : 202, headers, state);
        });
    }

    /** Rejects a change whose preconditions, If-Match and If-None-Match, the current piece does not meet. */
    private static void hold(RoutingContext request, List<String> path, Optional<Object> before) throws BadRequest {
        String match = request.request().getHeader("If-Match");
        String none = request.request().getHeader("If-None-Match");
        String what = String.join(" ", path);
        if (match != null
                && (before.isEmpty()
                        || !match.equals("*")
                                && !List.of(match.split("\\s*,\\s*")).contains(tag(before.get())))) {
            throw new BadRequest(
                    412,
                    before.isEmpty()
                            ? what + " no longer exists"
                            : what + " has changed since it was read: read it again");
        }
        if ("*".equals(none) && before.isPresent()) {
            throw new BadRequest(412, what + " already exists");
        }
    }
}
