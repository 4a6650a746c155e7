package io.heddle.events;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters since the controller started, by name. Safe from any thread. */
public final class Counters {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, Durations> durations = new ConcurrentHashMap<>();

    /** The durations of this name, such as {@code switch_reconcile_seconds}; callers in hot paths keep the result. */
    public Durations durations(String name) {
        return durations.computeIfAbsent(name, n -> new Durations());
    }

    /** All durations, by name. */
    public Map<String, Durations> durations() {
        return new TreeMap<>(durations);
    }

    /**
     * The counter of this name; callers in hot paths keep the result. The name may have a type after a blank:
     * {@code messages_total error}.
     */
    public LongAdder of(String name) {
        return counts.computeIfAbsent(name, n -> new LongAdder());
    }

    /** Counts one. */
    public void count(String name) {
        of(name).increment();
    }

    /** All counters, by name. */
    public Map<String, Long> snapshot() {
        Map<String, Long> out = new TreeMap<>();
        counts.forEach((name, n) -> out.put(name, n.sum()));
        return out;
    }
}
