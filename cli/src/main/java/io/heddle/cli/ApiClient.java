package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Asks the controller's admin API. It uses {@link HttpURLConnection}, because loading {@code java.net.http} takes
 * longer than a request.
 */
final class ApiClient {
    static final ObjectMapper JSON = new ObjectMapper().setNodeFactory(new HarmlessTexts());
    private static final int CONNECT_MILLIS = 5000;
    /** Longer than the longest wait that a request may ask for. */
    private static final int ANSWER_MILLIS = 660_000;

    private final String url;
    private final int answerMillis;
    private final Credentials credentials;

    ApiClient(String url) {
        this(url, ANSWER_MILLIS, Credentials.NONE);
    }

    ApiClient(String url, Credentials credentials) {
        this(url, ANSWER_MILLIS, credentials);
    }

    /** @param answerMillis how long an answer may pause */
    ApiClient(String url, int answerMillis, Credentials credentials) {
        this.credentials = credentials;
        this.url = url.replaceAll("/+$", "") + "/api/v1/";
        this.answerMillis = answerMillis;
    }

    JsonNode get(String path) throws IOException {
        return answer(open(path, "GET"));
    }

    JsonNode delete(String path) throws IOException {
        return answer(open(path, "DELETE"));
    }

    JsonNode post(String path, String json) throws IOException {
        return send("POST", path, json);
    }

    /** Encodes a text for a URL query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    JsonNode send(String method, String path, String body) throws IOException {
        HttpURLConnection connection = open(path, method);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        return answer(connection);
    }

    /** Opens an answer that the controller still writes to. It may pause for as long as nothing happens. */
    InputStream stream(String path, String type) throws IOException {
        HttpURLConnection connection = open(path, "GET");
        connection.setReadTimeout(0);
        connection.setRequestProperty("Accept", type);
        if (connection.getResponseCode() >= 400) {
            throw refusal(connection);
        }
        return connection.getInputStream();
    }

    private HttpURLConnection open(String path, String method) throws IOException {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(answerMillis);
            connection.setRequestMethod(method);
            credentials.applyTo(connection);
            return connection;
        } catch (IllegalArgumentException | MalformedURLException | ClassCastException e) {
            throw new Heddle.Failure(
                    "--api: \"" + url.replace("/api/v1/", "") + "\" is not a URL such as http://127.0.0.1:8080");
        }
    }

    private JsonNode answer(HttpURLConnection connection) throws IOException {
        try {
            return read(connection);
        } catch (SocketTimeoutException e) {
            connection.disconnect();
            throw new Heddle.Failure("the controller at " + url.replace("/api/v1/", "") + " does not answer");
        }
    }

    private static JsonNode read(HttpURLConnection connection) throws IOException {
        if (connection.getResponseCode() >= 400) {
            throw refusal(connection);
        }
        try (InputStream in = connection.getInputStream()) {
            return JSON.readTree(in);
        }
    }

    /** The error that the controller reports, with the places and remedies that it names. */
    private static Heddle.Failure refusal(HttpURLConnection connection) throws IOException {
        try (InputStream in = connection.getErrorStream()) {
            JsonNode body = in == null ? JSON.createObjectNode() : JSON.readTree(in);
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
            return new Heddle.Failure(why + (findings.isEmpty() ? "" : "\n" + findings.stripTrailing()));
        }
    }
}
