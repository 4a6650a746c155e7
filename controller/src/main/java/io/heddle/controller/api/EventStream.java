package io.heddle.controller.api;

import io.heddle.events.Journal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Answers {@code GET /api/v1/events} with a list, or with a live stream if the client accepts
 * {@code text/event-stream}. Source: WHATWG HTML, server-sent events.
 */
final class EventStream {
    private static final long ALIVE_MILLIS = 15_000;
    /** Bytes; more than all kept events. */
    private static final int LONGEST_QUEUE = 16 << 20;

    private final Vertx vertx;
    private final Journal journal;

    EventStream(Vertx vertx, Journal journal) {
        this.vertx = vertx;
        this.journal = journal;
    }

    static boolean isWanted(RoutingContext request) {
        return String.valueOf(request.request().getHeader("Accept")).contains("text/event-stream");
    }

    /** The id after which events are requested: {@code since=ID}, or Last-Event-ID when a client reconnects. */
    private static long since(RoutingContext request) {
        String last = request.request().getHeader("Last-Event-ID");
        String since = last != null ? last : request.request().getParam("since", "0");
        if (!since.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("since=" + since + ": expected the id of an event");
        }
        return Long.parseLong(since);
    }

    /** The kept events after the requested id, oldest first. */
    List<?> list(RoutingContext request) {
        return journal.since(since(request)).stream().map(Journal.Event::row).toList();
    }

    /** Begins to answer. @throws IllegalArgumentException for a malformed id */
    void answer(RoutingContext request, Runnable ended) {
        long since = since(request);
        HttpServerResponse response = request.response()
                .setChunked(true)
                .setWriteQueueMaxSize(LONGEST_QUEUE)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store");
        response.write(": events follow\n\n");
        Context loop = vertx.getOrCreateContext();
        // The journal calls from any thread and holds its lock: only hand the event to the event loop.
        Runnable end = journal.follow(since, e -> loop.runOnContext(x -> send(response, e)));
        long timer = vertx.setPeriodic(ALIVE_MILLIS, t -> {
            if (!response.ended() && !response.closed()) {
                response.write(": alive\n\n");
            }
        });
        response.closeHandler(x -> {
            end.run();
            vertx.cancelTimer(timer);
            ended.run();
        });
    }

    /** Sends an event. A client that reads too slowly is disconnected: it reconnects with the last id that it saw. */
    private static void send(HttpServerResponse response, Journal.Event e) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.writeQueueFull()) {
            response.reset();
            return;
        }
        response.write("id: " + e.id() + "\ndata: " + new JsonObject(e.row()).encode() + "\n\n");
    }
}
