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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All flow entries that a switch should have, each with its reason, and the meters that they refer to. Immutable.
 *
 * <p>A {@link Reason} names the entry's counter, explains a plan and ends a trace.
 *
 * <p>A program consists of {@linkplain Part parts}, which may consist of parts themselves. Programs for other versions
 * of the network, or for other switches, share the parts that do not differ. Heddle neither makes nor compares shared
 * parts again.
 */
public final class FlowProgram {
    /** A program without entries. */
    public static final FlowProgram EMPTY = new FlowProgram(List.of());

    private final List<Part> parts;
    private final int size;
    private final Map<Integer, Meter> meters;
    private final Supplier<Map<FlowEntry.Key, FlowEntry>> byKey = Suppliers.memoize(this::collectEntries);
    /** All reasons by cookie; collected once earlier searches have cost as much as collecting them. */
    private volatile Map<Long, Reason> reasons;

    private int looks;
    /** The number of all parts, with those of parts. */
    private final int deep;

    private FlowProgram(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.deep = parts.stream().mapToInt(p -> p.deep).sum();
        this.size = parts.stream().mapToInt(Part::size).sum();
        Map<Integer, Meter> all = new TreeMap<>();
        put(all, parts);
        this.meters = Collections.unmodifiableMap(all);
    }

    private static void put(Map<Integer, Meter> all, List<Part> parts) {
        Set<List<Meter>> known = Sets.newIdentityHashSet();
        parts.stream().map(p -> p.meters).filter(known::add).forEach(some -> some.forEach(m -> put(all, m)));
    }

    /**
     * The program that consists of these parts. No two of them may have an entry with the same table, priority and
     * match; the caller must ensure this.
     *
     * @throws IllegalStateException if two parts have different meters of one number
     */
    public static FlowProgram of(List<Part> parts) {
        return new FlowProgram(parts);
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

    /** The parts; no two parts have an entry with the same table, priority and match. */
    public List<Part> parts() {
        return parts;
    }

    public Collection<FlowEntry> entries() {
        return all(List.of(), parts, size);
    }

    private static Collection<FlowEntry> all(List<FlowEntry> own, List<Part> parts, int size) {
        if (parts.isEmpty()) {
            return own;
        }
        return new AbstractCollection<>() {
            @Override
            public Iterator<FlowEntry> iterator() {
                return Iterables.concat(own, Iterables.concat(Iterables.transform(parts, Part::entries)))
                        .iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The entries that a switch tracks connections with, see {@link Action.Ct}. */
    public Collection<FlowEntry> tracking() {
        return parts.stream().flatMap(p -> p.tracking.get().stream()).toList();
    }

    /** Whether a table has entries with a priority above this one. */
    public boolean isAbove(int table, int priority) {
        return parts.stream().anyMatch(p -> p.tops.getOrDefault(table, -1) > priority);
    }

    /** The entries by key; collected on the first call. */
    public Map<FlowEntry.Key, FlowEntry> byKey() {
        return byKey.get();
    }

    /** The meters by number. */
    public Map<Integer, Meter> meters() {
        return meters;
    }

    /**
     * This program for a switch without meters: frames that a meter would limit pass without a limit, and copies that
     * only a meter limits are left out.
     */
    public FlowProgram withoutMeters() {
        return new FlowProgram(parts.stream().map(Part::withoutMeters).toList());
    }

    /** The reason of the entries with this cookie. */
    public Optional<Reason> reason(long cookie) {
        if (reasons == null && ++looks * (long) deep > size) {
            Map<Long, Reason> all = new HashMap<>();
            parts.forEach(p -> p.collectReasons(all));
            reasons = all;
        }
        return Optional.ofNullable(reasons != null ? reasons.get(cookie) : reason(parts, cookie));
    }

    private static Reason reason(List<Part> parts, long cookie) {
        Reason found = null;
        for (int i = 0; found == null && i < parts.size(); i++) {
            Part part = parts.get(i);
            found = part.reasons.get(cookie);
            found = found == null ? reason(part.parts, cookie) : found;
        }
        return found;
    }

    public int size() {
        return size;
    }

    /** The meters, then the entries with their reasons, in a stable order, one per line, in ovs-ofctl syntax. */
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

    /**
     * Some entries of a program, the meters that they refer to, and their reasons. They may consist of smaller parts,
     * so that programs share these where they differ in others. Immutable.
     */
    public static final class Part {
        /** Shares equal lists: most large parts refer to the same meters. */
        private static final Interner<List<Meter>> ALIKE = Interners.newWeakInterner();

        private final List<FlowEntry> own;
        private final List<Part> parts;
        private final int size;
        private final int deep;
        /** Those of the own entries. */
        private final Map<Long, Reason> reasons;
        /** Those of all entries. */
        private final List<Meter> meters;
        /** The highest priority by table. */
        private final Map<Integer, Integer> tops;
        /** The highest and the lowest pair of table and priority, each as one number. */
        private final int top;

        private final int bottom;
        private final Supplier<Part> withoutMeters = Suppliers.memoize(this::plain);
        private final Supplier<List<FlowEntry>> tracking = Suppliers.memoize(this::collectTracking);

        private Part(
                Collection<FlowEntry> own, Map<Long, Reason> reasons, Map<Integer, Meter> meters, List<Part> parts) {
            this.own = List.copyOf(own);
            this.parts = List.copyOf(parts);
            this.size = own.size() + parts.stream().mapToInt(Part::size).sum();
            this.deep = 1 + parts.stream().mapToInt(p -> p.deep).sum();
            this.reasons = Map.copyOf(reasons);
            Map<Integer, Meter> all = new TreeMap<>(meters);
            put(all, parts);
            this.meters = ALIKE.intern(List.copyOf(all.values()));
            Map<Integer, Integer> highest = new HashMap<>();
            int high = Integer.MIN_VALUE;
            int low = Integer.MAX_VALUE;
            for (FlowEntry e : own) {
                highest.merge(e.table(), e.priority(), Math::max);
                high = Math.max(high, level(e));
                low = Math.min(low, level(e));
            }
            for (Part p : parts) {
                p.tops.forEach((table, priority) -> highest.merge(table, priority, Math::max));
                high = Math.max(high, p.top);
                low = Math.min(low, p.bottom);
            }
            this.tops = Map.copyOf(highest);
            this.top = high;
            this.bottom = low;
        }

        private static int level(FlowEntry entry) {
            return entry.table() << 16 | entry.priority();
        }

        /** All entries. */
        public Collection<FlowEntry> entries() {
            return all(own, parts, size);
        }

        /** The entries that are in none of its parts. */
        public List<FlowEntry> own() {
            return own;
        }

        /** The parts that it consists of, besides its own entries. */
        public List<Part> parts() {
            return parts;
        }

        /** The number of its entries. */
        public int size() {
            return size;
        }

        private void collectReasons(Map<Long, Reason> all) {
            all.putAll(reasons);
            parts.forEach(p -> p.collectReasons(all));
        }

        private List<FlowEntry> collectTracking() {
            List<FlowEntry> all = new ArrayList<>();
            for (FlowEntry e : own) {
                if (e.instructions().apply().stream().anyMatch(Action.Ct.class::isInstance)) {
                    all.add(e);
                }
            }
            parts.forEach(p -> all.addAll(p.tracking.get()));
            return List.copyOf(all);
        }

        private Part withoutMeters() {
            return withoutMeters.get();
        }

        private Part plain() {
            List<FlowEntry> plain = new ArrayList<>(own);
            plain.replaceAll(e -> {
                Instructions i = e.instructions();
                Instructions without = i.withoutMeters();
                return without == i ? e : new FlowEntry(e.table(), e.priority(), e.match(), without, e.cookie());
            });
            return new Part(
                    plain,
                    reasons,
                    Map.of(),
                    parts.stream().map(Part::withoutMeters).toList());
        }
    }

    /** Builds a program, or one of its parts. */
    public static final class Builder {
        private final Map<FlowEntry.Key, FlowEntry> entries = new LinkedHashMap<>();
        private final Map<Long, Reason> reasons = new HashMap<>();
        private final Map<Integer, Meter> meters = new TreeMap<>();
        private final List<Part> parts = new ArrayList<>();
        /**
         * The lowest level of parts, by their highest level; a level is a pair of table and priority. Each part has
         * the levels in between to itself.
         */
        private final TreeMap<Integer, Integer> taken = new TreeMap<>();

        /**
         * Adds an entry.
         *
         * @throws IllegalStateException if the program has another entry with the same table, priority and match, or
         *     the cookie belongs to another reason
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
         * Adds an existing part. No other entry of its table may have a priority between the highest and the lowest of
         * this part, the same key, or one of its cookies. The caller must ensure this; only the priorities are checked
         * here.
         *
         * @throws IllegalStateException if another part has a priority in between
         */
        public Builder add(Part part) {
            if (part.size > 0) {
                if (isTaken(part.bottom + 1, part.top - 1)) {
                    throw new IllegalStateException("two parts for the same priorities, one with "
                            + part.entries().iterator().next());
                }
                taken.merge(part.top, part.bottom, Math::min);
                parts.add(part);
            }
            return this;
        }

        private boolean isTaken(int from, int to) {
            Map.Entry<Integer, Integer> next = taken.ceilingEntry(from);
            return next != null && next.getValue() <= to;
        }

        /** Whether a cookie belongs to this reason, or to none yet. */
        public boolean standsFor(long cookie, Reason reason) {
            Reason other = reasons.get(cookie);
            return other == null || other.equals(reason);
        }

        /** Adds a meter. @throws IllegalStateException if the program has a different meter with that number */
        public Builder add(Meter meter) {
            put(meters, meter);
            return this;
        }

        /** The part that consists of all that was added. */
        public Part part() {
            return new Part(entries.values(), reasons, meters, parts);
        }

        /** Likewise. @throws IllegalStateException if an entry has a priority that belongs to a part of it */
        public Part checked() {
            for (FlowEntry e : entries.values()) {
                if (isTaken(Part.level(e), Part.level(e))) {
                    throw new IllegalStateException("a part has this priority to itself: " + e);
                }
            }
            return part();
        }

        /** The program that consists of all that was added. @throws IllegalStateException see {@link #checked} */
        public FlowProgram build() {
            checked();
            List<Part> all = new ArrayList<>(List.of(new Part(entries.values(), reasons, meters, List.of())));
            all.addAll(parts);
            return new FlowProgram(all);
        }
    }
}
