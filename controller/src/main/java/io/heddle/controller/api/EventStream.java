package io.heddle.controller.api;

import io.heddle.events.Journal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * What happened, {@code GET /api/v1/events}: as a list, or to those who accept {@code text/event-stream}, as it happens.
 * Source: WHATWG HTML, server-sent events.
 */
final class EventStream {
    private static final long ALIVE_MILLIS = 15_000;
    /** Bytes; more than all events that are kept. */
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

    /** The id after which events are asked for: {@code since=ID}, or where a client comes back, the last that it saw. */
    private static long since(RoutingContext request) {
        String last = request.request().getHeader("Last-Event-ID");
        String since = last != null ? last : request.request().getParam("since", "0");
        if (!since.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("since=" + since + ": expected the id of an event");
        }
        return Long.parseLong(since);
    }

    /** The events that there are, oldest first. */
    List<?> list(RoutingContext request) {
        return journal.since(since(request)).stream().map(Journal.Event::row).toList();
    }

    /** Begins to answer. @throws IllegalArgumentException for an id that is none */
    void answer(RoutingContext request) {
        long since = since(request);
        HttpServerResponse response = request.response()
                .setChunked(true)
                .setWriteQueueMaxSize(LONGEST_QUEUE)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store");
        response.write(": events follow\n\n");
        Context loop = vertx.getOrCreateContext();
        // The journal calls under its lock, from any thread: only hand over there.
        Runnable end = journal.follow(since, e -> loop.runOnContext(x -> send(response, e)));
        long timer = vertx.setPeriodic(ALIVE_MILLIS, t -> {
            if (!response.ended() && !response.closed()) {
                response.write(": alive\n\n");
            }
        });
        response.closeHandler(x -> {
            end.run();
            vertx.cancelTimer(timer);
        });
    }

    /** A client that does not read in time is sent away: it comes back with the last id that it saw. */
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
