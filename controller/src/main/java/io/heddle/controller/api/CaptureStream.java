package io.heddle.controller.api;

import io.heddle.controller.capture.Capture;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.capture.Pcap;
import io.heddle.controller.fleet.Fleet;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Nearest;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers {@code GET /api/v1/capture} with a pcap stream. It ends after the requested frames or seconds, or when the
 * client disconnects. Frames that the client does not read in time are left out instead of buffered.
 */
final class CaptureStream {
    private static final int DEFAULT_RATE = 1000;
    private static final int LARGEST_RATE = 100_000;
    private static final int LONGEST_SECONDS = 86_400;
    private static final int WHOLE = 65_535;
    /** Frames that may wait for the event loop; further ones are left out. */
    private static final int LONGEST_QUEUE = 1000;

    private final Vertx vertx;
    private final Fleet fleet;

    CaptureStream(Vertx vertx, Fleet fleet) {
        this.vertx = vertx;
        this.fleet = fleet;
    }

    /**
     * Begins to answer.
     *
     * @throws IllegalArgumentException if the request is wrong; its message says why, and what would be right
     */
    void answer(RoutingContext request, Runnable ended) {
        String name = parameter(request, "host", "");
        Host host = fleet.model().hosts().get(name);
        require(
                host != null,
                () -> Nearest.unknown("host", name, fleet.model().hosts().keySet()));
        String port = parameter(request, "port", "");
        Optional<Bridge> bridge = host.bridges().values().stream()
                .filter(b -> b.ports().containsKey(port))
                .findFirst();
        require(
                bridge.isPresent(),
                () -> Nearest.unknown(
                        "port",
                        port,
                        host.bridges().values().stream()
                                .flatMap(b -> b.ports().keySet().stream())
                                .toList()));
        Port declared = bridge.orElseThrow().ports().get(port);
        require(
                fleet.hosts().status().stream().anyMatch(s -> s.name().equals(name) && s.connected()),
                () -> "host " + name + " is not connected, so Heddle cannot capture its frames now");
        int seconds = number(request, "seconds", LONGEST_SECONDS, LONGEST_SECONDS);
        int count = number(request, "count", Integer.MAX_VALUE, Integer.MAX_VALUE);
        int rate = number(request, "rate", DEFAULT_RATE, LARGEST_RATE);
        int snaplen = number(request, "snaplen", WHOLE, WHOLE);
        stream(
                request.response(),
                ended,
                sink -> new Capture(
                        Captures.nextNumber(),
                        name,
                        bridge.get().name(),
                        declared.name(),
                        match(parameter(request, "match", "")),
                        rate,
                        snaplen,
                        sink),
                count,
                seconds,
                snaplen);
    }

    private interface Start {
        Capture with(Capture.Sink sink);
    }

    private void stream(HttpServerResponse response, Runnable ended, Start start, int count, int seconds, int snaplen) {
        Context context = vertx.getOrCreateContext();
        AtomicInteger left = new AtomicInteger(count);
        AtomicInteger queued = new AtomicInteger();
        Capture capture = start.with((bytes, length) -> {
            Instant now = Instant.now();
            if (queued.incrementAndGet() > LONGEST_QUEUE) {
                queued.decrementAndGet();
                return;
            }
            context.runOnContext(v -> {
                queued.decrementAndGet();
                if (response.ended() || response.closed() || response.writeQueueFull()) {
                    return;
                }
                response.write(Buffer.buffer(Pcap.record(now, bytes, length)));
                if (left.decrementAndGet() <= 0) {
                    response.end();
                }
            });
        });
        response.setChunked(true).putHeader("Content-Type", "application/vnd.tcpdump.pcap");
        response.write(Buffer.buffer(Pcap.header(snaplen)));
        long timer = vertx.setTimer(seconds * 1000L, t -> {
            if (!response.ended()) {
                response.end();
            }
        });
        // Both handlers may run, in either order; a capture still ends only once.
        Handler<Void> stop = v -> {
            vertx.cancelTimer(timer);
            fleet.captures().stop(capture);
            ended.run();
        };
        response.endHandler(stop).closeHandler(stop);
        fleet.captures().start(capture);
    }

    private static Match match(String text) {
        try {
            return FlowText.parseMatch(text);
        } catch (FlowSyntaxException e) {
            throw new IllegalArgumentException("match: " + e.getMessage(), e);
        }
    }

    private static String parameter(RoutingContext request, String name, String otherwise) {
        return request.request().getParam(name, otherwise);
    }

    private static int number(RoutingContext request, String name, int otherwise, int largest) {
        String text = parameter(request, name, Integer.toString(otherwise));
        require(
                text.matches("\\d{1,10}") && Long.parseLong(text) >= 1 && Long.parseLong(text) <= largest,
                () -> name + "=" + text + ": expected 1 to " + largest);
        return Integer.parseInt(text);
    }

    private static void require(boolean right, Supplier<String> otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise.get());
        }
    }
}
