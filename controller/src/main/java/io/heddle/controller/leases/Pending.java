package io.heddle.controller.leases;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Who waits for answers of servers, for a minute. The oldest give way when there are too many. Confined to one thread.
 *
 * @param <Q> what an answer must have in common with the question
 * @param <A> who has asked
 */
final class Pending<Q, A> {
    private static final int MOST = 16_384;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(60);

    private final LongSupplier clock;
    private final Map<Q, Since<A>> askers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Q, Since<A>> eldest) {
            return size() > MOST || clock.getAsLong() - eldest.getValue().nanos > NANOS;
        }
    };

    private record Since<A>(A asker, long nanos) {}

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    Pending(LongSupplier clock) {
        this.clock = clock;
    }

    void put(Q question, A asker) {
        askers.remove(question);
        askers.put(question, new Since<>(asker, clock.getAsLong()));
    }

    Optional<A> find(Q question) {
        return Optional.ofNullable(askers.get(question))
                .filter(s -> clock.getAsLong() - s.nanos <= NANOS)
                .map(Since::asker);
    }
}
