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
 * What was dropped, by switch and reason: how much, how fast, and the last frame that was seen. Bounded by the reasons
 * that there are. Safe from any thread.
 */
public final class Drops {
    private final Map<Long, Map<Reason, Tally>> switches = new ConcurrentHashMap<>();
    private final Map<Long, Map<Reason, Sample>> samples = new ConcurrentHashMap<>();
    private final DropHistory history = new DropHistory();

    /**
     * The last frame that was seen to be dropped.
     *
     * @param port by which it came in
     * @param frame its headers
     */
    public record Sample(Instant time, String port, Match frame) {}

    private record Tally(FrameCount count, double perSecond, long nanos) {}

    /** One reason on one switch. */
    public record Row(long datapathId, Reason reason, long packets, long bytes) {}

    /** A sample. @return the reason under which it was dropped, empty where that is not known any more */
    public Optional<Reason> sampled(SwitchConnection connection, long cookie, String port, byte[] frame) {
        Optional<Reason> reason = connection.sync().state().program().reason(cookie);
        reason.ifPresent(r -> samples.computeIfAbsent(connection.datapathId(), k -> new ConcurrentHashMap<>())
                .put(r, new Sample(Instant.now(), port, FrameBytes.read(frame))));
        return reason;
    }

    /**
     * A reading.
     *
     * @return what meters have dropped since the one before, by the limit that they keep
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
        // What a switch has dropped before it was first read was dropped at some other time.
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

    /** What the meters are there for that hold frames to a rate, by number. */
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

    /** A switch has gone. */
    public void forget(long datapathId) {
        switches.remove(datapathId);
        samples.remove(datapathId);
    }

    /** Everything, as it was at the last reading of each switch. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        switches.forEach((id, reasons) ->
                reasons.forEach((reason, t) -> rows.add(new Row(id, reason, t.count.packets(), t.count.bytes()))));
        return rows;
    }

    /** What was dropped when. */
    public DropHistory history() {
        return history;
    }

    /** How fast frames are dropped under a reason; 0 before there were two readings. */
    public double perSecond(long datapathId, Reason reason) {
        return Optional.ofNullable(switches.get(datapathId))
                .map(r -> r.get(reason))
                .map(Tally::perSecond)
                .orElse(0.0);
    }

    /** The last frame that was seen to be dropped under a reason. */
    public Optional<Sample> sample(long datapathId, Reason reason) {
        return Optional.ofNullable(samples.get(datapathId)).map(s -> s.get(reason));
    }
}
