package io.heddle.controller.api;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Closes connections whose clients keep the controller waiting. An idle timeout would not do: a client that sends a
 * byte from time to time is not idle, and a capture of a quiet port is. On the event loop only, of which the API has
 * one.
 */
final class Connections {
    /** How often a stream is looked at in {@link ClientLimits#clientSeconds()}. */
    private static final int LOOKS = 4;

    private static final int FAREWELL_MILLIS = 1000;

    private final Vertx vertx;
    private final ClientLimits limits;
    private final ConnectionLimit all;
    private final Map<HttpConnection, Deadline> open = new HashMap<>();

    /** @param request the request that it is for; null between two requests */
    private record Deadline(long timer, RoutingContext request) {}

    /** @param all every connection, also those that have not finished their handshake */
    Connections(Vertx vertx, ClientLimits limits, ConnectionLimit all) {
        this.vertx = vertx;
        this.limits = limits;
        this.all = all;
    }

    /** A connection may have its first request: after the handshake, if it is by TLS. */
    void connected(HttpConnection connection) {
        connection.closeHandler(closed -> forget(connection));
        allow(connection, null, limits.clientSeconds());
    }

    /** The head of a request has arrived: its body must follow in time. Then the time for the next request begins. */
    void begun(RoutingContext request) {
        HttpConnection connection = request.request().connection();
        request.addEndHandler(ended -> {
            channel(connection).ifPresent(all::waits);
            Deadline last = open.get(connection);
            if (last != null && last.request == request) {
                allow(connection, null, limits.clientSeconds());
            }
        });
        allow(connection, request, limits.clientSeconds());
    }

    /** The whole request has arrived: the answer must get to the client in time. */
    void received(RoutingContext request) {
        channel(request.request().connection()).ifPresent(all::works);
        allow(request.request().connection(), request, limits.answerSeconds());
    }

    /**
     * The answer does not depend on the rest of the request. Takes no more of it: tens of megabytes that nobody needs
     * would hold up everybody. The client has a moment to read the answer, see {@link Farewell}.
     */
    void leaveUnread(RoutingContext request) {
        if (Admission.hasBody(request.request())) {
            HttpConnection connection = request.request().connection();
            channel(connection).ifPresent(c -> {
                c.config().setAutoRead(false);
                // Not before the answer has been encrypted and sent, which may wait for the end of this turn.
                request.addEndHandler(answered -> c.eventLoop().execute(() -> Farewell.to(c)));
            });
            request.response().putHeader("Connection", "close");
            vertx.setTimer(FAREWELL_MILLIS, late -> end(connection));
        }
    }

    private void allow(HttpConnection connection, RoutingContext request, int seconds) {
        long timer = vertx.setTimer(TimeUnit.SECONDS.toMillis(seconds), late -> end(connection));
        put(connection, new Deadline(timer, request));
    }

    private void put(HttpConnection connection, Deadline next) {
        Deadline last = open.put(connection, next);
        if (last != null) {
            vertx.cancelTimer(last.timer);
        }
    }

    /**
     * The answer is a stream: it may go on for as long as the client reads what there is.
     *
     * @param allowed whether the client still may
     */
    void streaming(RoutingContext request, BooleanSupplier allowed) {
        HttpServerResponse response = request.response();
        HttpConnection connection = request.request().connection();
        long[] written = {-1};
        int[] stalled = {0};
        long every = TimeUnit.SECONDS.toMillis(limits.clientSeconds()) / LOOKS;
        long timer = vertx.setPeriodic(every, t -> {
            long now = response.bytesWritten();
            stalled[0] = !response.closed() && response.writeQueueFull() && now == written[0] ? stalled[0] + 1 : 0;
            written[0] = now;
            if (stalled[0] >= LOOKS || !allowed.getAsBoolean()) {
                end(connection);
            }
        });
        put(connection, new Deadline(timer, request));
    }

    /** Cuts a connection and forgets it, even if it was closed long before. */
    private void end(HttpConnection connection) {
        forget(connection);
        cut(connection);
    }

    private void forget(HttpConnection connection) {
        Deadline last = open.remove(connection);
        if (last != null) {
            vertx.cancelTimer(last.timer);
        }
    }

    private static Optional<Channel> channel(HttpConnection connection) {
        return connection instanceof VertxConnection c
                ? Optional.of(c.channelHandlerContext().channel())
                : Optional.empty();
    }

    /** Closes a connection at once: the usual way first sends what waits, and a client may not read. */
    static void cut(HttpConnection connection) {
        if (connection instanceof VertxConnection c) {
            c.channelHandlerContext().close();
        } else {
            connection.close();
        }
    }
}
