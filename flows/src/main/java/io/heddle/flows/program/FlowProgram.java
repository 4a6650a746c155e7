package io.heddle.flows.program;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All flow entries that a switch should have, each with the reason why it is there, and the meters that they refer to.
 * Immutable.
 *
 * <p>A reason is a phrase such as {@code "acl bad-neighbour rule 1"}: it names the entry's counter, explains a plan
 * and ends a trace.
 */
public final class FlowProgram {
    /** A switch that should have nothing. */
    public static final FlowProgram EMPTY = new FlowProgram(Map.of(), Map.of(), Map.of());

    private final Map<FlowEntry.Key, FlowEntry> entries;
    private final Map<Long, String> reasons;
    private final Map<Integer, Meter> meters;

    private FlowProgram(Map<FlowEntry.Key, FlowEntry> entries, Map<Long, String> reasons, Map<Integer, Meter> meters) {
        this.entries = Collections.unmodifiableMap(entries);
        this.reasons = Collections.unmodifiableMap(reasons);
        this.meters = Collections.unmodifiableMap(meters);
    }

    public Collection<FlowEntry> entries() {
        return entries.values();
    }

    public Map<FlowEntry.Key, FlowEntry> byKey() {
        return entries;
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
        Map<FlowEntry.Key, FlowEntry> plain = new LinkedHashMap<>(entries);
        plain.replaceAll((key, e) -> {
            Instructions i = e.instructions();
            return i.meter() == 0 ? e : new FlowEntry(e.table(), e.priority(), e.match(),
                    i.isDrop() ? Instructions.DROP : i.metered(0), e.cookie());
        });
        return new FlowProgram(plain, reasons, Map.of());
    }

    /** Why the entries with this cookie are there. */
    public Optional<String> reason(long cookie) {
        return Optional.ofNullable(reasons.get(cookie));
    }

    public int size() {
        return entries.size();
    }

    /** The meters, then the entries in a stable order, one a line, as ovs-ofctl has them, entries with their reason. */
    public String text() {
        String first = meters.values().stream().sorted(Comparator.comparingInt(Meter::id)).map(m -> m + "\n")
                .collect(Collectors.joining());
        return first + entries.values().stream()
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .map(e -> e + reason(e.cookie()).map(r -> "  # " + r).orElse("") + "\n")
                .collect(Collectors.joining());
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof FlowProgram p && entries.equals(p.entries) && meters.equals(p.meters);
    }

    @Override
    public int hashCode() {
        return entries.hashCode() * 31 + meters.hashCode();
    }

    /** Collects the entries of a program. */
    public static final class Builder {
        private final Map<FlowEntry.Key, FlowEntry> entries = new LinkedHashMap<>();
        private final Map<Long, String> reasons = new HashMap<>();
        private final Map<Integer, Meter> meters = new TreeMap<>();

        /**
         * Adds an entry.
         *
         * @throws IllegalStateException when the program has another entry with the same table, priority and match,
         *     or the cookie already stands for another reason
         */
        public Builder add(FlowEntry entry, String reason) {
            FlowEntry twin = entries.putIfAbsent(entry.key(), entry);
            if (twin != null && !twin.equals(entry)) {
                throw new IllegalStateException("two entries for the same frames: " + twin + " and " + entry);
            }
            String other = reasons.putIfAbsent(entry.cookie(), reason);
            if (other != null && !other.equals(reason)) {
                throw new IllegalStateException("cookie 0x" + Long.toHexString(entry.cookie())
                        + " stands for \"" + other + "\" and \"" + reason + "\"");
            }
            return this;
        }

        /** Whether a cookie stands for this reason, or for none yet. */
        public boolean standsFor(long cookie, String reason) {
            String other = reasons.get(cookie);
            return other == null || other.equals(reason);
        }

        /** Adds a meter. @throws IllegalStateException when the program has another one of that number */
        public Builder add(Meter meter) {
            Meter twin = meters.putIfAbsent(meter.id(), meter);
            if (twin != null && !twin.equals(meter)) {
                throw new IllegalStateException("two meters of one number: " + twin + " and " + meter);
            }
            return this;
        }

        public FlowProgram build() {
            return new FlowProgram(new LinkedHashMap<>(entries), new HashMap<>(reasons), new TreeMap<>(meters));
        }
    }
}
