package io.heddle.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * An answer in bytes. Made on a worker thread: to write a list of 100,000 flow entries as JSON takes a second, and the
 * event loop serves everybody.
 *
 * @param type the media type
 */
record Answer(int status, String type, Map<String, String> headers, Buffer body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Bytes that are written, and compressed, at once. Others have their turn in between. */
    private static final int PIECE = 256 << 10;

    /** A value as JSON. */
    static Answer json(RoutingContext request, int status, Map<String, String> headers, Object value) {
        return json(request, status, "application/json", headers, value);
    }

    /** An error as a problem of RFC 9457. */
    static Answer problem(RoutingContext request, int status, Object value) {
        return json(request, status, "application/problem+json", Map.of(), value);
    }

    private static Answer json(
            RoutingContext request, int status, String type, Map<String, String> headers, Object value) {
        try {
            boolean pretty = !"false".equals(request.request().getParam("pretty"));
            byte[] bytes = pretty
                    ? JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value)
                    : JSON.writeValueAsBytes(value);
            return new Answer(status, type, headers, Buffer.buffer(bytes).appendString("\n"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the answer as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A plain text. */
    static Answer text(String text) {
        return new Answer(200, "text/plain; charset=utf-8", Map.of(), Buffer.buffer(text));
    }

    /** Sends the answer, unless the client has gone; on the event loop. */
    void send(RoutingContext request) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (status == 304) {
            response.end();
            return;
        }
        response.putHeader("Content-Type", type);
        if (!type.startsWith("text/plain")) {
            response.putHeader("Cache-Control", "no-cache");
        }
        if (body.length() <= PIECE) {
            response.end(body);
        } else {
            response.setChunked(true);
            piece(request, 0);
        }
    }

    private void piece(RoutingContext request, int from) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        int to = Math.min(body.length(), from + PIECE);
        if (to == body.length()) {
            response.end(body.slice(from, to));
            return;
        }
        response.write(body.slice(from, to));
        if (response.writeQueueFull()) {
            response.drainHandler(v -> piece(request, to));
        } else {
            request.vertx().runOnContext(v -> piece(request, to));
        }
    }
}
