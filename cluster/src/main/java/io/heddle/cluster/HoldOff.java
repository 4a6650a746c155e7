package io.heddle.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a controller leaves the lead to others before it campaigns again. After its first loss of the lead, it
 * campaigns at once. A controller that loses the lead again and again, because its machine hangs or its connection to
 * etcd is bad, would only interrupt the others. Confined to one thread.
 */
final class HoldOff {
    private static final long MEMORY_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    /** If no other controller leads, this one must not wait for long. */
    private static final int MOST_DOUBLINGS = 3;

    private final Deque<Long> losses = new ArrayDeque<>();

    /** This controller has lost the lead. @param now by the clock of {@link System#nanoTime} */
    void lost(long now) {
        losses.addLast(now);
    }

    /** Nanoseconds to wait: 0 after up to one loss within ten minutes, then 1, 2, 4 and at most 8 s. */
    long nanos(long now) {
        while (!losses.isEmpty() && now - losses.peekFirst() > MEMORY_NANOS) {
            losses.removeFirst();
        }
        return losses.size() < 2 ? 0 : FIRST_NANOS << Math.min(losses.size() - 2, MOST_DOUBLINGS);
    }
}
