package io.heddle.controller.telemetry;

import io.heddle.flows.program.Reason;
import io.heddle.openflow.FrameCount;
import io.heddle.openflow.codec.PortCount;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What ports carry, and how much of it in a second, as last read from their switches. Safe from any thread. */
public final class Traffic {
    private final Map<Long, Map<Integer, Reading>> switches = new ConcurrentHashMap<>();
    private final Map<Long, Map<Long, Sent>> tunnels = new ConcurrentHashMap<>();

    private final Map<Long, Map<Reason.AclRule, FrameCount>> allowed = new ConcurrentHashMap<>();

    /**
     * What went to one peer by tunnel, at the last reading; floods apart.
     *
     * @param bits a second, between the last two readings
     */
    public record Sent(FrameCount count, long nanos, double bits) {}

    /**
     * One port at its last reading.
     *
     * @param nanos when that was
     * @param rxBits bits a second received by the switch, between the last two readings; likewise the others
     */
    public record Reading(
            PortCount count, long nanos, double rxBits, double txBits, double rxPackets, double txPackets) {}

    /** A reading of a switch. */
    public void carried(
            long datapathId,
            Map<Integer, PortCount> counts,
            Map<Long, FrameCount> peers,
            Map<Reason.AclRule, FrameCount> hits) {
        allowed.put(datapathId, Map.copyOf(hits));
        long now = System.nanoTime();
        Map<Long, Sent> then = tunnels.getOrDefault(datapathId, Map.of());
        Map<Long, Sent> sent = new HashMap<>();
        peers.forEach((cookie, count) -> sent.put(
                cookie,
                new Sent(
                        count,
                        now,
                        then.containsKey(cookie)
                                ? rate(
                                                then.get(cookie).count.bytes(),
                                                count.bytes(),
                                                (now - then.get(cookie).nanos) / 1e9)
                                        * 8
                                : 0)));
        tunnels.put(datapathId, Map.copyOf(sent));
        Map<Integer, Reading> before = switches.getOrDefault(datapathId, Map.of());
        Map<Integer, Reading> after = new HashMap<>();
        counts.forEach((port, count) -> after.put(port, reading(before.get(port), count, now)));
        switches.put(datapathId, Map.copyOf(after));
    }

    private static Reading reading(Reading before, PortCount now, long nanos) {
        if (before == null) {
            return new Reading(now, nanos, 0, 0, 0, 0);
        }
        PortCount then = before.count;
        double seconds = (nanos - before.nanos) / 1e9;
        return new Reading(
                now,
                nanos,
                rate(then.rxBytes(), now.rxBytes(), seconds) * 8,
                rate(then.txBytes(), now.txBytes(), seconds) * 8,
                rate(then.rxPackets(), now.rxPackets(), seconds),
                rate(then.txPackets(), now.txPackets(), seconds));
    }

    /** Counters that go back belong to a port that was made anew. */
    private static double rate(long then, long now, double seconds) {
        return Math.max(0, now - then) / seconds;
    }

    /** A switch has gone. */
    public void forget(long datapathId) {
        switches.remove(datapathId);
        tunnels.remove(datapathId);
        allowed.remove(datapathId);
    }

    /** What rules of access lists have let through on a switch, by rule; what they have dropped, drops tell. */
    public Map<Reason.AclRule, FrameCount> allowed(long datapathId) {
        return allowed.getOrDefault(datapathId, Map.of());
    }

    /** What went to a peer, by the cookie of the entry that sends it. */
    public Optional<Sent> sent(long datapathId, long cookie) {
        return Optional.ofNullable(tunnels.getOrDefault(datapathId, Map.of()).get(cookie));
    }

    /** A port by its OpenFlow number. */
    public Optional<Reading> of(long datapathId, int port) {
        return Optional.ofNullable(switches.getOrDefault(datapathId, Map.of()).get(port));
    }
}
