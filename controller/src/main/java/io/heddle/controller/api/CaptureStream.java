package io.heddle.controller.api;

import io.heddle.controller.capture.Capture;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.capture.Pcap;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Nearest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Answers {@code GET /api/v1/capture} with a pcap stream. It ends after the requested frames or seconds, or when the
 * client disconnects. Frames that the client does not read in time are left out and counted instead of buffered.
 */
final class CaptureStream {
    private static final int DEFAULT_RATE = 1000;
    private static final int LARGEST_RATE = 100_000;
    private static final int LONGEST_SECONDS = 86_400;
    private static final int WHOLE = 65_535;

    private final Vertx vertx;
    private final Fleet fleet;
    private final LongAdder leftOut;

    CaptureStream(Vertx vertx, Services services) {
        this.vertx = vertx;
        this.fleet = services.fleet();
        this.leftOut = services.counters().of("capture_frames_left_out_total");
    }

    /**
     * Begins to answer.
     *
     * @throws IllegalArgumentException if the request is wrong; its message says why, and what would be right
     */
    void answer(RoutingContext request) {
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
                request,
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

    private void stream(RoutingContext request, Start start, int count, int seconds, int snaplen) {
        HttpServerResponse response = request.response();
        Context context = vertx.getOrCreateContext();
        FrameQueue queue = new FrameQueue(task -> context.runOnContext(v -> task.run()), leftOut);
        AtomicInteger left = new AtomicInteger(count);
        Capture capture = start.with((frame, length) -> {
            Instant now = Instant.now();
            queue.add(frame, bytes -> {
                if (response.ended() || response.closed()) {
                    return;
                }
                if (response.writeQueueFull()) {
                    leftOut.increment();
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
        request.addEndHandler(ended -> {
            vertx.cancelTimer(timer);
            fleet.captures().stop(capture);
        });
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
