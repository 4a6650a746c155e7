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

    /** A total of one reason. @param source the cookie of its entries or the number of its meter, the least of many */
    private record Total(long source, FrameCount count) {
        private Total plus(Total other) {
            return new Total(Math.min(source, other.source), count.plus(other.count));
        }
    }

    /**
     * A total and its increase.
     *
     * @param source as in {@link Total}: it stays while the number of a rule in its list, and so its reason, changes
     * @param increase packets since the last reading
     */
    private record Tally(long source, FrameCount count, long increase, double perSecond, long nanos) {}

    /** The frames that one switch has dropped for one reason. */
    public record Row(long datapathId, Reason reason, long packets, long bytes) {}

    /** Stores a sample. @return the reason of the drop; empty if the switch's program no longer has it */
    public Optional<Reason> sampled(SwitchConnection connection, long cookie, String port, byte[] frame) {
        Optional<Reason> reason = connection.state().program().reason(cookie);
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
        FlowProgram program = connection.state().program();
        Map<Reason, Total> totals = new HashMap<>();
        drops.forEach((cookie, count) ->
                program.reason(cookie).ifPresent(r -> totals.merge(r, new Total(cookie, count), Total::plus)));
        Map<Integer, Reason> limits = meters.isEmpty() ? Map.of() : limits(program);
        meters.forEach((id, count) ->
                Optional.ofNullable(limits.get(id)).ifPresent(r -> totals.merge(r, new Total(id, count), Total::plus)));
        Map<Reason, Tally> last = switches.get(connection.datapathId());
        Map<Long, Tally> before = new HashMap<>();
        Optional.ofNullable(last).ifPresent(all -> all.values().forEach(t -> before.put(t.source, t)));
        long now = System.nanoTime();
        Map<Reason, Tally> after = new HashMap<>();
        Map<Reason.RateLimit, Long> over = new HashMap<>();
        totals.forEach((reason, total) -> {
            Tally t = tally(before.get(total.source), total, now);
            after.put(reason, t);
            // The first reading of a switch contains drops of unknown age: not for the history.
            if (last != null) {
                history.add(Instant.now(), reason.text(), t.increase);
            }
            if (!before.isEmpty() && t.increase > 0 && reason instanceof Reason.RateLimit limit) {
                over.put(limit, t.increase);
            }
        });
        switches.put(connection.datapathId(), after);
        Optional.ofNullable(samples.get(connection.datapathId()))
                .ifPresent(s -> s.keySet().removeIf(r -> !after.containsKey(r) || isMoved(r, last, after)));
        return over;
    }

    /** Whether a reason belongs to other entries than before: the rules of a list have other numbers. */
    private static boolean isMoved(Reason reason, Map<Reason, Tally> last, Map<Reason, Tally> after) {
        return last != null && last.containsKey(reason) && last.get(reason).source != after.get(reason).source;
    }

    /** The reasons of the meters that limit a rate, by meter number. */
    private static Map<Integer, Reason> limits(FlowProgram program) {
        Map<Integer, Reason> limits = new HashMap<>();
        for (FlowEntry e : program.entries()) {
            boolean limit = e.instructions().meter() != 0
                    && !MeterKind.isSample(e.instructions().meter());
            if (limit) {
                program.reason(e.cookie())
                        .map(r ->
                                r instanceof Reason.AclRule rule ? new Reason.RuleRate(rule.list(), rule.number()) : r)
                        .ifPresent(r -> limits.put(e.instructions().meter(), r));
            }
        }
        return limits;
    }

    private static Tally tally(Tally before, Total total, long now) {
        if (before == null) {
            return new Tally(total.source, total.count, total.count.packets(), 0, now);
        }
        double seconds = (now - before.nanos) / 1e9;
        long increase = Math.max(0, total.count.packets() - before.count.packets());
        return new Tally(total.source, total.count, increase, increase / seconds, now);
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
