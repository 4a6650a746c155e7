package io.heddle.controller.api;

import io.heddle.events.Journal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers {@code GET /api/v1/events} with a list, or with a live stream if the client accepts
 * {@code text/event-stream}. Source: WHATWG HTML, server-sent events.
 */
final class EventStream {
    private static final long ALIVE_MILLIS = 15_000;
    /** Events that may wait for a client; more than the journal keeps. */
    private static final int LONGEST_QUEUE = 20_000;
    /** Bytes that may wait for a client. */
    private static final int WRITTEN_BYTES = 64 << 10;

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
    void answer(RoutingContext request) {
        long since = since(request);
        HttpServerResponse response = request.response()
                .setChunked(true)
                .setWriteQueueMaxSize(WRITTEN_BYTES)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store");
        response.write(": events follow\n\n");
        Follower follower = new Follower(request, vertx.getOrCreateContext());
        Runnable end = journal.follow(since, follower::add);
        long timer = vertx.setPeriodic(ALIVE_MILLIS, t -> {
            if (!response.ended() && !response.closed() && !response.writeQueueFull()) {
                response.write(": alive\n\n");
            }
        });
        request.addEndHandler(ended -> {
            end.run();
            vertx.cancelTimer(timer);
        });
    }

    /**
     * A client and the events that it has not been sent. They wait as the objects that the journal keeps for everybody,
     * and become bytes when the client has read earlier ones: many clients that read nothing cost little.
     */
    private static final class Follower {
        private final HttpConnection connection;
        private final HttpServerResponse response;
        private final Context loop;
        private final Queue<Journal.Event> unsent = new ConcurrentLinkedQueue<>();
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicBoolean woken = new AtomicBoolean();

        Follower(RoutingContext request, Context loop) {
            this.connection = request.request().connection();
            this.response = request.response();
            this.loop = loop;
            response.drainHandler(drained -> send());
        }

        /** Adds an event; any thread. The journal holds its lock, so the event loop does the rest. */
        void add(Journal.Event e) {
            if (count.incrementAndGet() <= LONGEST_QUEUE) {
                unsent.add(e);
            }
            if (!woken.getAndSet(true)) {
                loop.runOnContext(x -> {
                    woken.set(false);
                    send();
                });
            }
        }

        /** A client that reads too slowly is disconnected: it reconnects with the last id that it saw. */
        private void send() {
            if (response.ended() || response.closed()) {
                return;
            }
            if (count.get() > LONGEST_QUEUE) {
                Connections.cut(connection);
                return;
            }
            while (!response.writeQueueFull()) {
                Journal.Event e = unsent.poll();
                if (e == null) {
                    return;
                }
                count.decrementAndGet();
                response.write("id: " + e.id() + "\ndata: " + new JsonObject(e.row()).encode() + "\n\n");
            }
        }
    }
}
