package io.heddle.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.containers.ports.Api;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Asks the controller's admin API, by a URL or by a Unix socket. */
final class ApiClient {
    static final ObjectMapper JSON = new ObjectMapper().setNodeFactory(new HarmlessTexts());
    private static final String BASE = "/api/v1/";
    /** Longer than the longest wait that a request may ask for. */
    static final int ANSWER_MILLIS = 660_000;

    private final String url;
    private final int answerMillis;
    private final Exchange.Way way;

    ApiClient(String url) {
        this(url, ANSWER_MILLIS, Credentials.NONE);
    }

    ApiClient(String url, Credentials credentials) {
        this(url, ANSWER_MILLIS, credentials);
    }

    /** @param answerMillis how long an answer may pause */
    ApiClient(String url, int answerMillis, Credentials credentials) {
        this.url = url.replaceAll("/+$", "");
        this.answerMillis = answerMillis;
        Optional<Path> socket = UnixWay.path(url);
        this.way =
                socket.isPresent() ? new UnixWay(socket.get(), credentials.token()) : new UrlWay(this.url, credentials);
    }

    /** The controller refuses a request. */
    static final class Refusal extends Heddle.Failure {
        private static final long serialVersionUID = 1L;
        private static final int BAD_REQUEST = 400;
        private static final int UNPROCESSABLE = 422;
        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }

        /** Whether the request or the file is wrong, and will be at any time. */
        boolean isWrong() {
            return status == BAD_REQUEST || status == UNPROCESSABLE;
        }
    }

    JsonNode get(String path) throws IOException {
        return answer("GET", path, Map.of(), null);
    }

    JsonNode delete(String path) throws IOException {
        return answer("DELETE", path, Map.of(), null);
    }

    JsonNode post(String path, String json) throws IOException {
        return send("POST", path, json);
    }

    /** Encodes a text for a URL query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    JsonNode send(String method, String path, String body) throws IOException {
        return answer(method, path, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a request, and returns its answer whatever the status is. @param body null for none */
    Api.Answer ask(String method, String path, JsonNode body) throws IOException {
        byte[] bytes = body == null ? null : JSON.writeValueAsBytes(body);
        Map<String, String> headers = body == null ? Map.of() : Map.of("Content-Type", "application/json");
        try {
            Exchange exchange = way.ask(method, BASE + path, headers, bytes, answerMillis);
            try (InputStream in = exchange.body()) {
                return new Api.Answer(exchange.status(), JSON.readTree(in));
            }
        } catch (ConnectException e) {
            throw new IOException("nobody listens at " + url, e);
        } catch (SocketTimeoutException e) {
            throw new IOException("no answer from " + url, e);
        } catch (JsonProcessingException e) {
            throw new IOException("the answer of " + url + " is no JSON", e);
        }
    }

    /** Opens an answer that the controller still writes to. It may pause for as long as nothing happens. */
    InputStream stream(String path, String type) throws IOException {
        Exchange exchange = way.ask("GET", BASE + path, Map.of("Accept", type), null, 0);
        if (exchange.status() >= 400) {
            throw refusal(exchange);
        }
        return exchange.body();
    }

    private JsonNode answer(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        try {
            Exchange exchange = way.ask(method, BASE + path, headers, body, answerMillis);
            if (exchange.status() >= 400) {
                throw refusal(exchange);
            }
            try (InputStream in = exchange.body()) {
                return JSON.readTree(in);
            }
        } catch (SocketTimeoutException e) {
            throw new Heddle.Failure("the controller at " + url + " does not answer");
        }
    }

    /** The error that the controller reports, with the places and remedies that it names. */
    private static Refusal refusal(Exchange exchange) throws IOException {
        try (InputStream in = exchange.body()) {
            JsonNode body = JSON.readTree(in);
            StringBuilder why = new StringBuilder(body.path("detail").asText("the controller refuses"));
            for (JsonNode e : body.path("errors")) {
                why.append('\n')
                        .append(e.path("file").asText())
                        .append(':')
                        .append(e.path("line").asInt())
                        .append(':')
                        .append(e.path("column").asInt())
                        .append(": ")
                        .append(
                                e.path("path").asText().isEmpty()
                                        ? ""
                                        : e.path("path").asText() + ": ")
                        .append(e.path("detail").asText());
            }
            String findings = PlanCommand.findings(body.path("findings"));
            return new Refusal(exchange.status(), why + (findings.isEmpty() ? "" : "\n" + findings.stripTrailing()));
        }
    }
}
