package io.heddle.controller.telemetry;

import io.heddle.flows.program.Reason;
import io.heddle.openflow.FrameCount;
import io.heddle.openflow.codec.PortCount;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Traffic counters and rates of ports, tunnels and access lists, as last read from their switches. Thread-safe. */
public final class Traffic {
    private final Map<Long, Map<Integer, Reading>> switches = new ConcurrentHashMap<>();
    private final Map<Long, Map<Long, Sent>> tunnels = new ConcurrentHashMap<>();

    private final Map<Long, Map<Reason.AclRule, FrameCount>> allowed = new ConcurrentHashMap<>();

    /**
     * Frames sent to one peer by tunnel, at the last reading; without floods.
     *
     * @param bits bit/s between the last two readings
     */
    public record Sent(FrameCount count, long nanos, double bits) {}

    /**
     * One port at its last reading.
     *
     * @param nanos the time of the reading
     * @param rxBits bit/s received by the switch between the last two readings; the other rates likewise
     */
    public record Reading(
            PortCount count, long nanos, double rxBits, double txBits, double rxPackets, double txPackets) {}

    /** Stores a reading of a switch. */
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

    /** The rate; 0 if the counter has decreased, because the port was created again. */
    private static double rate(long then, long now, double seconds) {
        return Math.max(0, now - then) / seconds;
    }

    /** A switch has disconnected. */
    public void forget(long datapathId) {
        switches.remove(datapathId);
        tunnels.remove(datapathId);
        allowed.remove(datapathId);
    }

    /** Frames that rules of access lists have allowed on a switch, by rule. {@link Drops} counts those dropped. */
    public Map<Reason.AclRule, FrameCount> allowed(long datapathId) {
        return allowed.getOrDefault(datapathId, Map.of());
    }

    /** Frames sent to a peer, by the cookie of the entry that sends them. */
    public Optional<Sent> sent(long datapathId, long cookie) {
        return Optional.ofNullable(tunnels.getOrDefault(datapathId, Map.of()).get(cookie));
    }

    /** A port by its OpenFlow number. */
    public Optional<Reading> of(long datapathId, int port) {
        return Optional.ofNullable(switches.getOrDefault(datapathId, Map.of()).get(port));
    }
}
