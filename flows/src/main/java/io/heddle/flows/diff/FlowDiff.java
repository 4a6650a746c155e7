package io.heddle.flows.diff;

import com.google.common.collect.Sets;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The smallest list of changes that gives a switch the wanted flow entries.
 *
 * @param add entries to add, including those that replace an entry with the same key (OpenFlow 1.3.5 §6.4)
 * @param replaced the entries that {@code add} replaces, by key
 * @param remove entries to remove; none has a key in {@code add}
 */
public record FlowDiff(List<FlowEntry> add, Map<FlowEntry.Key, FlowEntry> replaced, List<FlowEntry> remove) {
    public FlowDiff {
        add = List.copyOf(add);
        replaced = Map.copyOf(replaced);
        remove = List.copyOf(remove);
    }

    /** The changes from one program to another; skips parts that both have. */
    public static FlowDiff between(FlowProgram desired, FlowProgram confirmed) {
        Map<FlowEntry.Key, FlowEntry> wanted = new LinkedHashMap<>();
        List<FlowEntry> observed = new ArrayList<>();
        List<FlowProgram.Part> left = desired.parts();
        List<FlowProgram.Part> right = confirmed.parts();
        // Parts that differ may have parts in common.
        while (!left.isEmpty() || !right.isEmpty()) {
            Set<FlowProgram.Part> onlyLeft = Sets.newIdentityHashSet();
            List<FlowProgram.Part> onlyRight = new ArrayList<>();
            apart(left, right, onlyLeft, onlyRight);
            onlyRight.removeIf(onlyLeft::remove);
            onlyRight.forEach(part -> observed.addAll(part.own()));
            onlyLeft.forEach(part -> part.own().forEach(e -> wanted.put(e.key(), e)));
            left = inside(onlyLeft);
            right = inside(onlyRight);
        }
        return between(wanted, observed);
    }

    /**
     * Skips the parts of two lists that have kept their order: nearly all, and cheaper than to look each of them up.
     * What is left may still have parts in common.
     */
    private static void apart(
            List<FlowProgram.Part> left,
            List<FlowProgram.Part> right,
            Collection<FlowProgram.Part> onlyLeft,
            Collection<FlowProgram.Part> onlyRight) {
        int l = 0;
        int r = 0;
        while (l < left.size() && r < right.size()) {
            if (left.get(l) == right.get(r)) {
                l++;
                r++;
            } else if (l + 1 < left.size() && left.get(l + 1) == right.get(r)) {
                onlyLeft.add(left.get(l++));
            } else if (r + 1 < right.size() && left.get(l) == right.get(r + 1)) {
                onlyRight.add(right.get(r++));
            } else {
                onlyLeft.add(left.get(l++));
                onlyRight.add(right.get(r++));
            }
        }
        onlyLeft.addAll(left.subList(l, left.size()));
        onlyRight.addAll(right.subList(r, right.size()));
    }

    private static List<FlowProgram.Part> inside(Collection<FlowProgram.Part> parts) {
        List<FlowProgram.Part> all = new ArrayList<>();
        parts.forEach(p -> all.addAll(p.parts()));
        return all;
    }

    /** The changes from {@code observed} to {@code desired}. */
    public static FlowDiff between(FlowProgram desired, Collection<FlowEntry> observed) {
        return between(desired.byKey(), observed);
    }

    private static FlowDiff between(Map<FlowEntry.Key, FlowEntry> wanted, Collection<FlowEntry> observed) {
        Set<FlowEntry.Key> seen = new HashSet<>(observed.size() * 2);
        List<FlowEntry> add = new ArrayList<>();
        List<FlowEntry> remove = new ArrayList<>();
        Map<FlowEntry.Key, FlowEntry> replaced = new HashMap<>();
        for (FlowEntry have : observed) {
            FlowEntry.Key key = have.key();
            FlowEntry want = wanted.get(key);
            if (want == null) {
                remove.add(have);
            } else if (seen.add(key) && !want.equals(have)) {
                replaced.put(key, have);
            }
        }
        if (seen.size() < wanted.size() || !replaced.isEmpty()) {
            wanted.forEach((key, want) -> {
                if (!seen.contains(key) || replaced.containsKey(key)) {
                    add.add(want);
                }
            });
        }
        return new FlowDiff(add, replaced, remove);
    }

    /** These changes, and entries to add even if the switch already has them. */
    public FlowDiff addingAgain(List<FlowEntry> entries) {
        if (entries.isEmpty()) {
            return this;
        }
        Map<FlowEntry.Key, FlowEntry> all = new LinkedHashMap<>();
        add.forEach(e -> all.put(e.key(), e));
        Map<FlowEntry.Key, FlowEntry> before = new HashMap<>(replaced);
        for (FlowEntry e : entries) {
            if (all.putIfAbsent(e.key(), e) == null) {
                before.put(e.key(), e);
            }
        }
        return new FlowDiff(new ArrayList<>(all.values()), before, remove);
    }

    /** Whether there are no changes. */
    public boolean isEmpty() {
        return add.isEmpty() && remove.isEmpty();
    }

    /** The number of changes. */
    public int size() {
        return add.size() + remove.size();
    }

    /** A change in text form: {@code +} added, {@code ~} replaced, {@code -} removed. */
    public record Line(char sign, FlowEntry entry) {
        @Override
        public String toString() {
            return sign + " " + entry;
        }
    }

    /** One change, as an example. @throws java.util.NoSuchElementException if there is none */
    public Line one() {
        if (add.isEmpty()) {
            return new Line('-', remove.stream().findFirst().orElseThrow());
        }
        FlowEntry first = add.get(0);
        return new Line(replaced.containsKey(first.key()) ? '~' : '+', first);
    }

    /** All changes in a stable order. */
    public List<Line> changes() {
        List<Line> changes = new ArrayList<>();
        add.forEach(e -> changes.add(new Line(replaced.containsKey(e.key()) ? '~' : '+', e)));
        remove.forEach(e -> changes.add(new Line('-', e)));
        changes.sort((a, b) -> a.entry.key().compareTo(b.entry.key()));
        return changes;
    }
}
