package io.heddle.controller.telemetry;

import io.heddle.apps.MeterKind;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.flows.simulate.FrameBytes;
import io.heddle.openflow.FrameCount;
import io.heddle.openflow.SwitchConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Dropped frames by switch and reason: totals, rates and the last sample. The number of reasons bounds its size.
 * Thread-safe.
 */
public final class Drops {
    private final Map<Long, Map<Reason, Tally>> switches = new ConcurrentHashMap<>();
    private final Map<Long, Map<Reason, Sample>> samples = new ConcurrentHashMap<>();
    private final DropHistory history = new DropHistory();

    /**
     * The last sample of a dropped frame.
     *
     * @param port the port that the frame came in by
     * @param frame the headers of the frame
     */
    public record Sample(Instant time, String port, Match frame) {}

    private record Tally(FrameCount count, double perSecond, long nanos) {}

    /** The frames that one switch has dropped for one reason. */
    public record Row(long datapathId, Reason reason, long packets, long bytes) {}

    /** Stores a sample. @return the reason of the drop; empty if the switch's program no longer has it */
    public Optional<Reason> sampled(SwitchConnection connection, long cookie, String port, byte[] frame) {
        Optional<Reason> reason = connection.sync().state().program().reason(cookie);
        reason.ifPresent(r -> samples.computeIfAbsent(connection.datapathId(), k -> new ConcurrentHashMap<>())
                .put(r, new Sample(Instant.now(), port, FrameBytes.read(frame))));
        return reason;
    }

    /**
     * Stores a reading of a switch's counters.
     *
     * @return frames that meters have dropped since the previous reading, by rate limit
     */
    public Map<Reason.RateLimit, Long> counted(
            SwitchConnection connection, Map<Long, FrameCount> drops, Map<Integer, FrameCount> meters) {
        FlowProgram program = connection.sync().state().program();
        Map<Reason, FrameCount> byReason = new HashMap<>();
        drops.forEach(
                (cookie, count) -> program.reason(cookie).ifPresent(r -> byReason.merge(r, count, FrameCount::plus)));
        Map<Integer, Reason.RateLimit> limits = meters.isEmpty() ? Map.of() : limits(program);
        Map<Reason.RateLimit, Long> over = new HashMap<>();
        boolean known = switches.containsKey(connection.datapathId());
        Map<Reason, Tally> before = switches.getOrDefault(connection.datapathId(), Map.of());
        meters.forEach((id, count) -> {
            Reason.RateLimit reason = limits.get(id);
            if (reason != null) {
                byReason.merge(reason, count, FrameCount::plus);
                long more = count.packets()
                        - Optional.ofNullable(before.get(reason))
                                .map(t -> t.count.packets())
                                .orElse(0L);
                if (more > 0) {
                    over.put(reason, more);
                }
            }
        });
        long now = System.nanoTime();
        Map<Reason, Tally> after = new HashMap<>();
        byReason.forEach((reason, count) -> after.put(reason, tally(before.get(reason), count, now)));
        switches.put(connection.datapathId(), after);
        // The first reading of a switch contains drops of unknown age: not for the history.
        if (known) {
            after.forEach((reason, t) -> history.add(
                    Instant.now(),
                    reason.text(),
                    Math.max(
                            0,
                            t.count.packets()
                                    - Optional.ofNullable(before.get(reason))
                                            .map(b -> b.count.packets())
                                            .orElse(0L))));
        }
        Optional.ofNullable(samples.get(connection.datapathId()))
                .ifPresent(s -> s.keySet().retainAll(byReason.keySet()));
        return before.isEmpty() ? Map.of() : over;
    }

    /** The reasons of the meters that limit a rate, by meter number. */
    private static Map<Integer, Reason.RateLimit> limits(FlowProgram program) {
        Map<Integer, Reason.RateLimit> limits = new HashMap<>();
        for (FlowEntry e : program.entries()) {
            boolean limit = e.instructions().meter() != 0
                    && !MeterKind.isSample(e.instructions().meter());
            if (limit && program.reason(e.cookie()).orElse(null) instanceof Reason.RateLimit r) {
                limits.put(e.instructions().meter(), r);
            }
        }
        return limits;
    }

    private static Tally tally(Tally before, FrameCount count, long now) {
        if (before == null) {
            return new Tally(count, 0, now);
        }
        double seconds = (now - before.nanos) / 1e9;
        return new Tally(count, Math.max(0, count.packets() - before.count.packets()) / seconds, now);
    }

    /** A switch has disconnected. */
    public void forget(long datapathId) {
        switches.remove(datapathId);
        samples.remove(datapathId);
    }

    /** All totals, as of the last reading of each switch. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        switches.forEach((id, reasons) ->
                reasons.forEach((reason, t) -> rows.add(new Row(id, reason, t.count.packets(), t.count.bytes()))));
        return rows;
    }

    /** Drops over the last hour. */
    public DropHistory history() {
        return history;
    }

    /** Dropped frames per second for a reason; 0 before the second reading. */
    public double perSecond(long datapathId, Reason reason) {
        return Optional.ofNullable(switches.get(datapathId))
                .map(r -> r.get(reason))
                .map(Tally::perSecond)
                .orElse(0.0);
    }

    /** The last sample of a frame dropped for a reason. */
    public Optional<Sample> sample(long datapathId, Reason reason) {
        return Optional.ofNullable(samples.get(datapathId)).map(s -> s.get(reason));
    }
}
