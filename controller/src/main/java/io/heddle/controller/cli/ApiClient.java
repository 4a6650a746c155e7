package io.heddle.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks the controller's admin API. */
final class ApiClient {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final String url;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();

    ApiClient(String url) {
        this.url = url.replaceAll("/+$", "") + "/api/v1/";
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    JsonNode post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, json);
    }

    /** Text as a part of a query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Opens what grows while it is read. */
    InputStream stream(String path, String type) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(HttpRequest.newBuilder(uri(path)).header("Accept", type).GET().build(),
                HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() >= 400) {
            try (InputStream in = response.body()) {
                throw new Heddle.Failure(JSON.readTree(in).path("detail").asText("the controller refuses"));
            }
        }
        return response.body();
    }

    private URI uri(String path) {
        try {
            return URI.create(url + path);
        } catch (IllegalArgumentException e) {
            throw new Heddle.Failure("--api: \"" + url + "\" is not a URL such as http://127.0.0.1:8080");
        }
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        JsonNode body = JSON.readTree(response.body());
        if (response.statusCode() >= 400) {
            StringBuilder why = new StringBuilder(body.path("detail").asText("the controller refuses"));
            for (JsonNode e : body.path("errors")) {
                why.append('\n').append(e.path("file").asText()).append(':').append(e.path("line").asInt())
                        .append(':').append(e.path("column").asInt()).append(": ")
                        .append(e.path("path").asText().isEmpty() ? "" : e.path("path").asText() + ": ")
                        .append(e.path("detail").asText());
            }
            String findings = PlanCommand.findings(body.path("findings"));
            throw new Heddle.Failure(why + (findings.isEmpty() ? "" : "\n" + findings.stripTrailing()));
        }
        return body;
    }
}
