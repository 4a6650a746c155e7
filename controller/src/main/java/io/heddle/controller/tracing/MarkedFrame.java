package io.heddle.controller.tracing;

import io.heddle.controller.capture.Capture;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.fleet.Fleet;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Match;
import io.heddle.flows.simulate.FrameBytes;
import io.heddle.openflow.SwitchConnection;
import io.heddle.trace.Origin;
import io.heddle.trace.Trace;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Sends the traced frame with a mark in it, and captures at which ports it comes out. The frame has a wrong checksum,
 * so that its receiver drops it. Blocks for some seconds at most.
 */
public final class MarkedFrame {
    private static final int MARK_BYTES = 16;
    private static final int MOST_PORTS = 8;
    private static final int SNAPLEN = 256;
    private static final int RATE = 1000;
    private static final int READY_MILLIS = 5000;
    private static final int FLIGHT_MILLIS = 1000;
    private static final int POLL_MILLIS = 10;

    private final Fleet fleet;

    public MarkedFrame(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * The result of the captures.
     *
     * @param seen the watched ports at which the frame came out
     * @param agrees whether the trace says the same
     */
    public record Result(boolean agrees, List<String> seen, List<String> watched, String sentence) {}

    /** Sends the frame. @throws IllegalArgumentException if its switch is not connected */
    public Result send(Origin.Frame frame, Trace predicted) throws InterruptedException {
        SwitchConnection source = fleet.switches()
                .find(frame.place().bridge().datapathId())
                .orElseThrow(() -> new IllegalArgumentException(
                        frame.place() + " is not connected, so Heddle cannot send a frame from it now"));
        Set<String> expected = new TreeSet<>();
        predicted.ends().stream()
                .filter(e -> e.fate() == Trace.Fate.DELIVERED || e.fate() == Trace.Fate.OUTSIDE)
                .forEach(e -> expected.add(e.at()));
        Set<String> watched = new LinkedHashSet<>(expected);
        frame.target().ifPresent(watched::add);
        List<String> ports = watched.stream().limit(MOST_PORTS).toList();
        byte[] mark = new byte[MARK_BYTES];
        new SecureRandom().nextBytes(mark);
        Set<String> seen = new ConcurrentSkipListSet<>();
        List<Capture> captures =
                ports.stream().map(p -> capture(p, frame.header(), mark, seen)).toList();
        try {
            captures.forEach(fleet.captures()::start);
            awaitReady(captures);
            int number = source.ports().get(frame.device()) == null
                    ? 0
                    : source.ports().get(frame.device()).number();
            source.inject(number, FrameBytes.write(frame.header(), mark));
            long deadline = System.nanoTime() + FLIGHT_MILLIS * 1_000_000L;
            while (System.nanoTime() < deadline && !(seen.containsAll(expected) && !expected.isEmpty())) {
                Thread.sleep(POLL_MILLIS);
            }
        } finally {
            captures.forEach(fleet.captures()::stop);
        }
        expected.retainAll(ports);
        return result(expected, new TreeSet<>(seen), ports);
    }

    private static Result result(Set<String> expected, Set<String> seen, List<String> ports) {
        boolean agrees = expected.equals(seen);
        String came = seen.isEmpty() ? "came out nowhere" : "came out at " + String.join(", ", seen);
        String text = agrees
                ? "Heddle sent the marked frame, and it " + came + ", as traced"
                : "DISAGREES: Heddle sent the marked frame, and it " + came + ", but the trace ends "
                        + (expected.isEmpty() ? "nowhere" : "at " + String.join(", ", expected));
        return new Result(
                agrees,
                List.copyOf(seen),
                ports,
                text + " (watched: " + (ports.isEmpty() ? "no port" : String.join(", ", ports)) + ")");
    }

    private Capture capture(String at, Match header, byte[] mark, Set<String> seen) {
        NetworkModel.Place place = Origin.port(fleet.model(), at).place();
        String port = at.substring(at.lastIndexOf('/') + 1);
        Match match = Match.ALL
                .with(Field.ETH_SRC, header.get(Field.ETH_SRC).orElseThrow())
                .with(Field.ETH_DST, header.get(Field.ETH_DST).orElseThrow());
        return new Capture(
                Captures.nextNumber(),
                place.host().name(),
                place.bridge().name(),
                port,
                match,
                RATE,
                SNAPLEN,
                (bytes, length) -> {
                    if (contains(bytes, mark)) {
                        seen.add(at);
                    }
                });
    }

    private static boolean contains(byte[] bytes, byte[] mark) {
        for (int i = 0; i + mark.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + mark.length, mark, 0, mark.length)) {
                return true;
            }
        }
        return false;
    }

    private void awaitReady(List<Capture> captures) throws InterruptedException {
        long deadline = System.nanoTime() + READY_MILLIS * 1_000_000L;
        List<Capture> waiting = new ArrayList<>(captures);
        while (!waiting.isEmpty() && System.nanoTime() < deadline) {
            waiting.removeIf(c -> fleet.switches()
                    .find(c.datapathId())
                    .filter(s -> s.state().inSync())
                    .isPresent());
            Thread.sleep(POLL_MILLIS);
        }
        if (!waiting.isEmpty()) {
            throw new IllegalArgumentException(
                    "port " + waiting.get(0).port() + " of " + waiting.get(0).host()
                            + " cannot be captured: the capture did not start within " + READY_MILLIS / 1000 + " s");
        }
    }
}
