package io.heddle.flows.program;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.common.collect.Iterables;
import com.google.common.collect.Sets;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All flow entries that a switch should have, each with the reason why it is there, and the meters that they refer to.
 * Immutable.
 *
 * <p>A {@link Reason} names the entry's counter, explains a plan and ends a trace.
 *
 * <p>A program is made of {@linkplain Part parts}. One for another version of the network, or for another switch, has
 * the same parts where nothing differs, so that neither has them made nor compared again.
 */
public final class FlowProgram {
    /** A switch that should have nothing. */
    public static final FlowProgram EMPTY = new FlowProgram(List.of());

    private final List<Part> parts;
    private final int size;
    private final Map<Integer, Meter> meters;
    private final Supplier<Map<FlowEntry.Key, FlowEntry>> byKey = Suppliers.memoize(this::collectEntries);
    /** Collected when it has been looked for them so often that this would have been the shorter way. */
    private volatile Map<Long, Reason> reasons;

    private int looks;

    private FlowProgram(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.size = parts.stream().mapToInt(p -> p.entries.size()).sum();
        Map<Integer, Meter> all = new TreeMap<>();
        Set<List<Meter>> known = Sets.newIdentityHashSet();
        parts.stream().map(p -> p.meters).filter(known::add).forEach(some -> some.forEach(m -> put(all, m)));
        this.meters = Collections.unmodifiableMap(all);
    }

    private static void put(Map<Integer, Meter> all, Meter meter) {
        Meter twin = all.putIfAbsent(meter.id(), meter);
        if (twin != null && !twin.equals(meter)) {
            throw new IllegalStateException("two meters of one number: " + twin + " and " + meter);
        }
    }

    private Map<FlowEntry.Key, FlowEntry> collectEntries() {
        Map<FlowEntry.Key, FlowEntry> all = new LinkedHashMap<>(size * 2);
        entries().forEach(e -> all.put(e.key(), e));
        return Collections.unmodifiableMap(all);
    }

    /** What it is made of; no two parts have an entry with the same table, priority and match. */
    public List<Part> parts() {
        return parts;
    }

    public Collection<FlowEntry> entries() {
        return new AbstractCollection<>() {
            @Override
            public Iterator<FlowEntry> iterator() {
                return Iterables.concat(Iterables.transform(parts, Part::entries))
                        .iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The entries by what makes them themselves; collected when they are first asked for. */
    public Map<FlowEntry.Key, FlowEntry> byKey() {
        return byKey.get();
    }

    /** The meters by number. */
    public Map<Integer, Meter> meters() {
        return meters;
    }

    /**
     * The same for a switch that has no meters: what a meter would hold passes unhindered, and copies that only a meter
     * keeps few are not taken.
     */
    public FlowProgram withoutMeters() {
        return new FlowProgram(parts.stream().map(Part::withoutMeters).toList());
    }

    /** Why the entries with this cookie are there. */
    public Optional<Reason> reason(long cookie) {
        if (reasons == null && ++looks * parts.size() > size) {
            Map<Long, Reason> all = new HashMap<>(size * 2);
            parts.forEach(p -> all.putAll(p.reasons));
            reasons = all;
        }
        return reasons != null
                ? Optional.ofNullable(reasons.get(cookie))
                : parts.stream()
                        .map(p -> p.reasons.get(cookie))
                        .filter(Objects::nonNull)
                        .findFirst();
    }

    public int size() {
        return size;
    }

    /** The meters, then the entries in a stable order, one a line, as ovs-ofctl has them, entries with their reason. */
    public String text() {
        String first = meters.values().stream()
                .sorted(Comparator.comparingInt(Meter::id))
                .map(m -> m + "\n")
                .collect(Collectors.joining());
        return first
                + entries().stream()
                        .sorted((a, b) -> a.key().compareTo(b.key()))
                        .map(e -> e
                                + reason(e.cookie())
                                        .map(r -> "  # " + r.label())
                                        .orElse("") + "\n")
                        .collect(Collectors.joining());
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof FlowProgram p && byKey().equals(p.byKey()) && meters.equals(p.meters);
    }

    @Override
    public int hashCode() {
        return byKey().hashCode() * 31 + meters.hashCode();
    }

    /** Some entries of a program, the meters that they refer to, and the reasons of all of them. Immutable. */
    public static final class Part {
        /** Most parts that are large refer to the same meters. */
        private static final Interner<List<Meter>> ALIKE = Interners.newWeakInterner();

        private final List<FlowEntry> entries;
        private final Map<Long, Reason> reasons;
        private final List<Meter> meters;
        /** The highest and the lowest table and priority, one number each. */
        private final int top;

        private final int bottom;
        private final Supplier<Part> withoutMeters = Suppliers.memoize(this::plain);

        private Part(Collection<FlowEntry> entries, Map<Long, Reason> reasons, Collection<Meter> meters) {
            this.entries = List.copyOf(entries);
            this.reasons = Map.copyOf(reasons);
            this.meters = ALIKE.intern(List.copyOf(meters));
            this.top = entries.stream().mapToInt(Part::level).max().orElse(0);
            this.bottom = entries.stream().mapToInt(Part::level).min().orElse(0);
        }

        private static int level(FlowEntry entry) {
            return entry.table() << 16 | entry.priority();
        }

        public List<FlowEntry> entries() {
            return entries;
        }

        /** The lowest priority of its entries, empty where it has none. */
        public OptionalInt lowestPriority() {
            return entries.isEmpty() ? OptionalInt.empty() : OptionalInt.of(bottom & 0xffff);
        }

        private Part withoutMeters() {
            return withoutMeters.get();
        }

        private Part plain() {
            List<FlowEntry> plain = new ArrayList<>(entries);
            plain.replaceAll(e -> {
                Instructions i = e.instructions();
                Instructions without = i.withoutMeters();
                return without == i ? e : new FlowEntry(e.table(), e.priority(), e.match(), without, e.cookie());
            });
            return new Part(plain, reasons, List.of());
        }
    }

    /** Collects the entries of a program, or of a part of one. */
    public static final class Builder {
        private final Map<FlowEntry.Key, FlowEntry> entries = new LinkedHashMap<>();
        private final Map<Long, Reason> reasons = new HashMap<>();
        private final Map<Integer, Meter> meters = new TreeMap<>();
        private final List<Part> parts = new ArrayList<>();
        /** By the highest table and priority that a part has to itself, the lowest. */
        private final TreeMap<Integer, Integer> taken = new TreeMap<>();

        /**
         * Adds an entry.
         *
         * @throws IllegalStateException when the program has another entry with the same table, priority and match,
         *     or the cookie already stands for another reason
         */
        public Builder add(FlowEntry entry, Reason reason) {
            FlowEntry twin = entries.putIfAbsent(entry.key(), entry);
            if (twin != null && !twin.equals(entry)) {
                throw new IllegalStateException("two entries for the same frames: " + twin + " and " + entry);
            }
            Reason other = reasons.putIfAbsent(entry.cookie(), reason);
            if (other != null && !other.equals(reason)) {
                throw new IllegalStateException("cookie 0x" + Long.toHexString(entry.cookie()) + " stands for \""
                        + other.label() + "\" and \"" + reason.label() + "\"");
            }
            return this;
        }

        /**
         * Adds a part that was made before. It must have all priorities of its table between its highest and its lowest
         * to itself, and its cookies: both are for the maker to see to, and the priorities are checked here.
         *
         * @throws IllegalStateException when another part has one of these priorities
         */
        public Builder add(Part part) {
            if (!part.entries.isEmpty()) {
                if (isTaken(part.bottom, part.top)) {
                    throw new IllegalStateException(
                            "two parts for the same priorities, one with " + part.entries.get(0));
                }
                taken.put(part.top, part.bottom);
                parts.add(part);
            }
            return this;
        }

        private boolean isTaken(int from, int to) {
            Map.Entry<Integer, Integer> next = taken.ceilingEntry(from);
            return next != null && next.getValue() <= to;
        }

        /** Whether a cookie stands for this reason, or for none yet. */
        public boolean standsFor(long cookie, Reason reason) {
            Reason other = reasons.get(cookie);
            return other == null || other.equals(reason);
        }

        /** Adds a meter. @throws IllegalStateException when the program has another one of that number */
        public Builder add(Meter meter) {
            put(meters, meter);
            return this;
        }

        /** What was added entry by entry. */
        public Part part() {
            return new Part(entries.values(), reasons, meters.values());
        }

        /** @throws IllegalStateException when an entry has a priority that a part has to itself */
        public FlowProgram build() {
            for (FlowEntry e : entries.values()) {
                if (isTaken(Part.level(e), Part.level(e))) {
                    throw new IllegalStateException("a part has this priority to itself: " + e);
                }
            }
            List<Part> all = new ArrayList<>(List.of(part()));
            all.addAll(parts);
            return new FlowProgram(all);
        }
    }
}
