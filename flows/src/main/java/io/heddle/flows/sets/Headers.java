package io.heddle.flows.sets;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.simulate.Space;
import io.heddle.flows.simulate.Tracked;
import io.heddle.flows.simulate.Tracking;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Frames that go the same way through flow entries.
 *
 * @param known the values of non-header fields that they share: the port, the metadata, the state of their connections;
 *     zero unless set
 * @param set their headers, a set of a {@link HeaderSpace}, not empty
 */
public record Headers(Match known, int set) {
    /** The space that filters and transforms such frames. */
    public static Space<Headers> in(HeaderSpace space) {
        return new Sets(space);
    }

    private static final class Sets implements Space<Headers> {
        private final HeaderSpace space;
        /** The header set of each match, by identity: each match is used many times. */
        private final Map<Match, Integer> wanted = new IdentityHashMap<>();
        /** Likewise for tracked frames, whose headers also answer for their connection. */
        private final Map<Tracked, Map<Match, Integer>> wantedTracked = new EnumMap<>(Tracked.class);

        Sets(HeaderSpace space) {
            this.space = space;
        }

        private int wanted(Match known, Match match) {
            Optional<Tracked> tracked = tracked(known);
            if (tracked.isEmpty()) {
                return wanted.computeIfAbsent(match, m -> space.of(HeaderSpace.headers(m)));
            }
            return wantedTracked
                    .computeIfAbsent(tracked.get(), t -> new IdentityHashMap<>())
                    .computeIfAbsent(
                            match,
                            m -> Tracking.translate(m, tracked.get())
                                    .map(own -> space.of(HeaderSpace.headers(own)))
                                    .orElse(HeaderSpace.NONE));
        }

        private static Optional<Tracked> tracked(Match known) {
            return known.exact(Field.CT_STATE).flatMap(Tracked::of);
        }

        @Override
        public Optional<Headers> within(Headers some, Match match) {
            return agrees(some.known, match)
                    ? some(some.known, space.and(some.set, wanted(some.known, match)))
                    : Optional.empty();
        }

        @Override
        public Optional<Headers> without(Headers some, Headers part) {
            return some(some.known, space.minus(some.set, part.set));
        }

        @Override
        public Headers union(Headers a, Headers b) {
            return new Headers(a.known, space.or(a.set, b.set));
        }

        private static Optional<Headers> some(Match known, int set) {
            return set == HeaderSpace.NONE ? Optional.empty() : Optional.of(new Headers(known, set));
        }

        private static boolean agrees(Match known, Match match) {
            for (Map.Entry<Field, Masked> e : match.fields().entrySet()) {
                if (e.getKey().isTuple()) {
                    if (tracked(known).isEmpty()) {
                        return false;
                    }
                } else if (!HeaderSpace.isHeader(e.getKey())) {
                    Masked value = known.get(e.getKey()).orElse(Masked.exact(e.getKey(), 0));
                    if (!e.getValue().covers(value.hi(), value.lo())) {
                        return false;
                    }
                }
            }
            return true;
        }

        @Override
        public Headers set(Headers some, Field field, Masked value) {
            if (HeaderSpace.isHeader(field)) {
                return new Headers(some.known, space.set(some.set, field, value));
            }
            Masked old = some.known.get(field).orElse(Masked.exact(field, 0));
            return new Headers(
                    some.known.with(
                            field,
                            Masked.exact(
                                    field,
                                    old.hi() & ~value.maskHi() | value.hi(),
                                    old.lo() & ~value.maskLo() | value.lo())),
                    some.set);
        }

        @Override
        public Headers move(Headers some, Field from, Field to) {
            boolean both = HeaderSpace.isHeader(from) && HeaderSpace.isHeader(to);
            if (!both) {
                throw new IllegalArgumentException("only headers are copied, not " + from.text() + " to " + to.text());
            }
            return new Headers(some.known, space.move(some.set, from, to));
        }

        @Override
        public Optional<Headers> decrement(Headers some, Field field) {
            return Optional.of(new Headers(some.known, space.forget(some.set, field)));
        }

        @Override
        public Optional<Headers> join(Headers a, Headers b) {
            return a.known.equals(b.known)
                    ? Optional.of(new Headers(a.known, space.or(a.set, b.set)))
                    : Optional.empty();
        }
    }
}
