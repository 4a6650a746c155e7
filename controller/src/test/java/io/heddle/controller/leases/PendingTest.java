package io.heddle.controller.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PendingTest {
    private long now;
    private final Pending<Integer, String> pending = new Pending<>(() -> now);

    private long found(int from, int to) {
        return IntStream.range(from, to)
                .filter(q -> pending.find(q).isPresent())
                .count();
    }

    @Test
    void aPortHasItsShareOnly() {
        pending.put(-1, "hv1/br0/quiet", "quiet");
        IntStream.range(0, 2 * Pending.MOST).forEach(q -> pending.put(q, "hv1/br0/loud", "loud"));
        assertEquals(Optional.of("quiet"), pending.find(-1));
        assertEquals(Pending.MOST_OF_PORT, found(0, 2 * Pending.MOST));
        assertEquals(Optional.of("loud"), pending.find(2 * Pending.MOST - 1), "the newest stays");
    }

    @Test
    void theOldestOfAllGivesWay() {
        IntStream.rangeClosed(0, Pending.MOST).forEach(q -> pending.put(q, "hv1/br0/vm" + q, "vm"));
        assertEquals(Optional.empty(), pending.find(0));
        assertEquals(Pending.MOST, found(0, Pending.MOST + 1));
    }

    @Test
    void aQuestionThatIsAskedAgainHasOnePlace() {
        IntStream.range(0, Pending.MOST_OF_PORT).forEach(q -> pending.put(q, "hv1/br0/vm", "vm"));
        IntStream.range(0, Pending.MOST_OF_PORT).forEach(q -> pending.put(7, "hv1/br0/vm", "vm"));
        assertEquals(Pending.MOST_OF_PORT, found(0, Pending.MOST_OF_PORT));
    }

    @Test
    void aMinuteLaterNoAnswerIsHeard() {
        pending.put(1, "hv1/br0/vm", "vm");
        now += TimeUnit.SECONDS.toNanos(61);
        assertEquals(Optional.empty(), pending.find(1));
    }
}
