package io.heddle.containers.ports;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks the admin API, and turns its errors into refusals. */
final class Answers {
    private static final int NOT_FOUND = 404;
    private static final int ERROR = 400;

    private final Api api;

    Answers(Api api) {
        this.api = api;
    }

    /** Encodes a part of a path. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The body of an answer; empty for 404. */
    Optional<JsonNode> find(String path) throws Refusal {
        Api.Answer answer = send("GET", path, null);
        return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(body(answer));
    }

    JsonNode get(String path) throws Refusal {
        return body(send("GET", path, null));
    }

    JsonNode put(String path, JsonNode piece) throws Refusal {
        return body(send("PUT", path, piece));
    }

    /** Removes a piece, which may be gone already. */
    void delete(String path) throws Refusal {
        Api.Answer answer = send("DELETE", path, null);
        if (answer.status() != NOT_FOUND) {
            body(answer);
        }
    }

    private Api.Answer send(String method, String path, JsonNode body) throws Refusal {
        try {
            return api.ask(method, path, body);
        } catch (IOException e) {
            throw new Refusal(
                    Refusal.Kind.TRY_LATER, "the controller does not answer: " + e.getMessage() + "; try again later");
        }
    }

    private static JsonNode body(Api.Answer answer) throws Refusal {
        if (answer.status() < ERROR) {
            return answer.body();
        }
        // A version on trial, too many requests, a cluster without a leader, a controller that stops: all of these
        // pass.
        boolean passes =
                answer.status() == 408 || answer.status() == 409 || answer.status() == 429 || answer.status() >= 500;
        throw new Refusal(passes ? Refusal.Kind.TRY_LATER : Refusal.Kind.CONFIGURATION, text(answer));
    }

    /** What the controller says is wrong, and where. */
    private static String text(Api.Answer answer) {
        JsonNode body = answer.body();
        if (body == null) {
            return "the controller answers with the HTTP status " + answer.status();
        }
        StringBuilder text =
                new StringBuilder("Heddle refuses: ").append(body.path("detail").asText());
        String before = ": ";
        for (JsonNode e : body.path("errors")) {
            String path = e.path("path").asText();
            text.append(before)
                    .append(path.isEmpty() ? "" : path + ": ")
                    .append(e.path("detail").asText());
            before = "; ";
        }
        return text.toString();
    }
}
