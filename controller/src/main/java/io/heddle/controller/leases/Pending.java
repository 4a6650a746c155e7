package io.heddle.controller.leases;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The questions to which servers have not answered yet, for a minute. Each port has a share of the places, so that one
 * host cannot take those of the others. The oldest question of a port, or of all, makes room for a new one. Confined to
 * one thread.
 *
 * @param <Q> what an answer must have in common with the question
 * @param <A> the client that has asked
 */
final class Pending<Q, A> {
    static final int MOST = 16_384;
    /** As many as a port may have leases. */
    static final int MOST_OF_PORT = 64;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(60);

    private final LongSupplier clock;
    /** The oldest first. */
    private final Map<Q, Since<A>> askers = new LinkedHashMap<>();
    /** The questions of each port, the oldest first. */
    private final Map<String, Set<Q>> ofPorts = new HashMap<>();

    private record Since<A>(A asker, String port, long nanos) {}

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    Pending(LongSupplier clock) {
        this.clock = clock;
    }

    /** @param port {@code host/bridge/port} */
    void put(Q question, String port, A asker) {
        remove(question);
        Set<Q> own = ofPorts.getOrDefault(port, Set.of());
        if (own.size() >= MOST_OF_PORT) {
            remove(own.iterator().next());
        }
        long now = clock.getAsLong();
        if (!askers.isEmpty()) {
            Map.Entry<Q, Since<A>> oldest = askers.entrySet().iterator().next();
            if (askers.size() >= MOST || now - oldest.getValue().nanos > NANOS) {
                remove(oldest.getKey());
            }
        }
        askers.put(question, new Since<>(asker, port, now));
        ofPorts.computeIfAbsent(port, p -> new LinkedHashSet<>()).add(question);
    }

    private void remove(Q question) {
        Since<A> gone = askers.remove(question);
        if (gone != null) {
            ofPorts.computeIfPresent(gone.port, (port, own) -> {
                own.remove(question);
                return own.isEmpty() ? null : own;
            });
        }
    }

    Optional<A> find(Q question) {
        return Optional.ofNullable(askers.get(question))
                .filter(s -> clock.getAsLong() - s.nanos <= NANOS)
                .map(Since::asker);
    }
}
