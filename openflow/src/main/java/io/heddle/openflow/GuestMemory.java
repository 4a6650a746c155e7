package io.heddle.openflow;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of guests: connections that have not introduced themselves, and switches that the network file does not
 * name. All guests share one allowance, so that many of them cost no more than one. When it is used up, the guest that
 * holds most is closed. Thread-safe.
 */
final class GuestMemory {
    /** A guest is not counted again before it has grown or shrunk by this many bytes. */
    private static final long STEP = 16 << 10;

    /** Times the bytes of an answer: its objects while it is read. */
    private static final int ANSWER_FACTOR = 5;

    private static final long MAC_BYTES = 85;
    private static final long PORT_BYTES = 300;

    private final long allowance;
    private final AtomicLong total = new AtomicLong();
    private final Map<SwitchConnection, Long> counted = new ConcurrentHashMap<>();

    GuestMemory(long allowance) {
        this.allowance = allowance;
    }

    /** Bytes of memory, about, that a peer's messages have taken and that the end of its connection frees. */
    static long of(long answers, long unsent, int ports, int macs) {
        return answers * ANSWER_FACTOR + unsent + ports * PORT_BYTES + macs * MAC_BYTES;
    }

    /** A connection holds this many bytes now; only on its loop. */
    void holds(SwitchConnection guest, long bytes) {
        long before = counted.getOrDefault(guest, 0L);
        if (Math.abs(bytes - before) < STEP) {
            return;
        }
        counted.put(guest, bytes);
        if (total.addAndGet(bytes - before) > allowance) {
            closeLargest();
        }
    }

    /** A connection has ended, or the network file names it now; only on its loop. */
    void forget(SwitchConnection guest) {
        Long before = counted.remove(guest);
        if (before != null) {
            total.addAndGet(-before);
        }
    }

    private void closeLargest() {
        counted.entrySet().stream()
                .filter(e -> e.getKey().isActive())
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .ifPresent(e -> e.getKey()
                        .close("switches that the network file does not name share " + (allowance >> 20)
                                + " MiB, and this one holds " + (e.getValue() >> 20) + " MiB of it"));
    }
}
