package io.heddle.apps.router;

import io.heddle.apps.Protocols;
import io.heddle.flows.model.Service;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which of several receivers gets which connections: each has a share of the clients' ports, or of addresses. The switch
 * sees the share in the packet itself, so it needs no hash, and it knows connections of one share by one cached entry.
 *
 * <p>The lowest bits choose, in reverse order, so that neighbouring ports go to different receivers. Bit 0 of a port
 * does not: Linux connects from even ports. The share of a receiver that is not alive is divided among the others; all
 * others keep what they have.
 */
final class Shares {
    private static final int BITS = 8;

    private Shares() {}

    /** A part of a share of a service. @param clients a match on the source of packets */
    record Part(Service.Backend backend, Match clients) {}

    /**
     * A part of a share: the values of a field whose lowest bits, in reverse order, begin with some bits.
     *
     * @param bits how many
     */
    record Block<T>(T receiver, int slot, int bits) {
        /** Packets that are in this part. @param skipped lowest bits of the field that do not count */
        Match match(Field field, int skipped) {
            if (bits == 0) {
                return Match.ALL;
            }
            long value = Integer.reverse(slot) >>> Integer.SIZE - BITS;
            long mask = (1L << bits) - 1;
            return Match.ALL.with(field, Masked.of(value << skipped, mask << skipped));
        }
    }

    private record Range<T>(T receiver, int from, int to) {}

    /** All parts of a service; none if no backend is alive. */
    static List<Part> of(Service service) {
        Field field = service.sticky() ? Field.IPV4_SRC : Protocols.sourcePort(service.protocol());
        int skipped = service.sticky() ? 0 : 1;
        return of(service.backends(), Service.Backend::alive).stream()
                .map(b -> new Part(b.receiver, b.match(field, skipped)))
                .toList();
    }

    /** All parts; none if no receiver is alive. */
    static <T> List<Block<T>> of(List<T> receivers, Predicate<T> alive) {
        List<T> living = receivers.stream().filter(alive).toList();
        List<Block<T>> blocks = new ArrayList<>();
        if (living.isEmpty()) {
            return blocks;
        }
        for (Range<T> share : divide(receivers, 0, 1 << BITS)) {
            if (alive.test(share.receiver)) {
                aligned(share, blocks);
            } else {
                divide(living, share.from, share.to).forEach(r -> aligned(r, blocks));
            }
        }
        return blocks;
    }

    private static <T> List<Range<T>> divide(List<T> among, int from, int to) {
        List<Range<T>> out = new ArrayList<>();
        int size = to - from;
        for (int i = 0; i < among.size(); i++) {
            int begin = from + i * size / among.size();
            int end = from + (i + 1) * size / among.size();
            if (begin < end) {
                out.add(new Range<>(among.get(i), begin, end));
            }
        }
        return out;
    }

    /** Adds a range as blocks whose size is a power of two: each is one match. */
    private static <T> void aligned(Range<T> range, List<Block<T>> blocks) {
        int at = range.from;
        while (at < range.to) {
            int free = at == 0 ? BITS : Integer.numberOfTrailingZeros(at);
            while (1 << free > range.to - at) {
                free--;
            }
            blocks.add(new Block<>(range.receiver, at, BITS - free));
            at += 1 << free;
        }
    }
}
