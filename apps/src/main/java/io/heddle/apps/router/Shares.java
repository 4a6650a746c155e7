package io.heddle.apps.router;

import io.heddle.apps.Protocols;
import io.heddle.flows.model.Service;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.List;

/**
 * Which backend gets which connections of a service: each has a share of the clients' ports, or of their addresses if
 * the service is sticky. The switch sees the share in the packet itself, so it needs no hash, and it knows connections
 * of one share by one cached entry.
 *
 * <p>The lowest bits choose, in reverse order, so that neighbouring ports go to different backends. Bit 0 of a port does
 * not: Linux connects from even ports. The share of a backend that is not alive is divided among the others; all others
 * keep what they have.
 */
final class Shares {
    private static final int BITS = 8;

    private Shares() {}

    /** A part of a share. @param clients a match on the source of packets */
    record Part(Service.Backend backend, Match clients) {}

    private record Range(Service.Backend backend, int from, int to) {}

    /** All parts; none if no backend is alive. */
    static List<Part> of(Service service) {
        List<Service.Backend> alive =
                service.backends().stream().filter(Service.Backend::alive).toList();
        List<Part> parts = new ArrayList<>();
        if (alive.isEmpty()) {
            return parts;
        }
        for (Range share : divide(service.backends(), 0, 1 << BITS)) {
            if (share.backend.alive()) {
                aligned(service, share, parts);
            } else {
                divide(alive, share.from, share.to).forEach(r -> aligned(service, r, parts));
            }
        }
        return parts;
    }

    private static List<Range> divide(List<Service.Backend> among, int from, int to) {
        List<Range> out = new ArrayList<>();
        int size = to - from;
        for (int i = 0; i < among.size(); i++) {
            int begin = from + i * size / among.size();
            int end = from + (i + 1) * size / among.size();
            if (begin < end) {
                out.add(new Range(among.get(i), begin, end));
            }
        }
        return out;
    }

    /** Adds a range as blocks whose size is a power of two: each is one match. */
    private static void aligned(Service service, Range range, List<Part> parts) {
        int at = range.from;
        while (at < range.to) {
            int free = at == 0 ? BITS : Integer.numberOfTrailingZeros(at);
            while (1 << free > range.to - at) {
                free--;
            }
            parts.add(new Part(range.backend, match(service, at, BITS - free)));
            at += 1 << free;
        }
    }

    private static Match match(Service service, int slot, int bits) {
        if (bits == 0) {
            return Match.ALL;
        }
        Field field = service.sticky() ? Field.IPV4_SRC : Protocols.sourcePort(service.protocol());
        int skipped = service.sticky() ? 0 : 1;
        long value = Integer.reverse(slot) >>> Integer.SIZE - BITS;
        long mask = (1L << bits) - 1;
        return Match.ALL.with(field, Masked.of(value << skipped, mask << skipped));
    }
}
