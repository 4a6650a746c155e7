package io.heddle.topologies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What clients of a cluster asked for, and what they were told; and whether one order of versions explains all of it.
 * That order is known, because versions have numbers, so nobody must search for it: a change takes effect with its
 * version, at some time between the request and the answer.
 *
 * <p>Thread-safe. Times are those of {@link System#nanoTime}.
 */
final class ClientHistory {
    /** The version from which the clients begin. */
    static final int FIRST = 1;

    /** What a client was told about a change. */
    enum Outcome {
        /** It is accepted. */
        ACCEPTED,
        /** Nothing was changed. */
        REFUSED,
        /** Anything else, or nothing: it may have happened, or may yet. */
        UNKNOWN
    }

    /** The part of the network that a change sets to its own number. */
    enum Part {
        WHOLE,
        RULE,
        ONE,
        TWO
    }

    /** What a network file says, as the numbers of the changes that have set it. */
    record Content(int rule, int one, int two) {
        Content after(Part part, int number) {
            return switch (part) {
                case WHOLE -> new Content(number, number, number);
                case RULE -> new Content(number, one, two);
                case ONE -> new Content(rule, number, two);
                case TWO -> new Content(rule, one, number);
            };
        }
    }

    /**
     * A change.
     *
     * @param number unique
     * @param base the version that had to be the latest, 0 for any
     * @param version the number of its version, if the client was told; 0 otherwise
     */
    record Change(int number, Part part, int base, long begun, long ended, Outcome outcome, int version) {}

    /** The answer to a question for the latest version. @param content null if the answer did not say */
    record Read(int version, Content content, long begun, long ended) {}

    private final List<Change> changes = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    /** The number of the change that made each version. */
    private final SortedMap<Integer, Integer> versions = new TreeMap<>();

    private final List<String> faults = new ArrayList<>();

    synchronized void add(Change change) {
        changes.add(change);
    }

    synchronized void add(Read read) {
        reads.add(read);
    }

    /** Notes which change made a version. It is a fault if another one did before. */
    synchronized void add(int version, int change) {
        Integer before = versions.putIfAbsent(version, change);
        if (before != null && before != change) {
            faults.add("version " + version + " was that of change " + before + " and is that of change " + change);
        }
    }

    /** The last version that anybody has seen. */
    synchronized int last() {
        return versions.lastKey();
    }

    synchronized long count(Outcome outcome) {
        return changes.stream().filter(c -> c.outcome == outcome).count();
    }

    /** Changes that are versions although nobody was told. */
    synchronized long countUntold() {
        return changes.stream()
                .filter(c -> c.outcome == Outcome.UNKNOWN && versions.containsValue(c.number))
                .count();
    }

    synchronized int countReads() {
        return reads.size();
    }

    /** Reads that did not have the latest version when they began. */
    synchronized long countStale() {
        long[] known = knownSince();
        return reads.stream().filter(r -> lag(r, known) > 0).count();
    }

    /** For how long at most a read gave a version after somebody had been told of a later one. */
    synchronized long longestLagMillis() {
        long[] known = knownSince();
        return TimeUnit.NANOSECONDS.toMillis(
                reads.stream().mapToLong(r -> lag(r, known)).max().orElse(0));
    }

    /**
     * Everything that no order explains.
     *
     * @param first the content of version 1
     * @param mostLagMillis how old an answer to a read may be; 0 if all must be linear
     */
    synchronized List<String> faults(Content first, long mostLagMillis) {
        List<String> all = new ArrayList<>(faults);
        checkNumbers(all);
        if (all.isEmpty()) {
            Map<Integer, Change> byVersion = checkChanges(all);
            checkOrder(byVersion, all);
            checkReads(byVersion, first, mostLagMillis, all);
        }
        return all;
    }

    private void checkNumbers(List<String> all) {
        int expected = FIRST;
        for (int version : versions.keySet()) {
            if (version != expected) {
                all.add("there is a version " + version + ", but no version " + expected);
                return;
            }
            expected++;
        }
    }

    /** Each change is a version once, or never, as its client was told. @return the changes by their versions */
    private Map<Integer, Change> checkChanges(List<String> all) {
        Map<Integer, Integer> versionOf = new TreeMap<>();
        versions.forEach((version, number) -> {
            Integer other = versionOf.putIfAbsent(number, version);
            if (other != null) {
                all.add("change " + number + " is version " + other + " and version " + version);
            }
        });
        Map<Integer, Change> byVersion = new TreeMap<>();
        for (Change c : changes) {
            Integer version = versionOf.remove(c.number);
            if (version != null) {
                byVersion.put(version, c);
            }
            if (c.outcome == Outcome.ACCEPTED && (version == null || version != c.version)) {
                all.add("accepted as version " + c.version + ", but is " + version + ": " + c);
            } else if (c.outcome == Outcome.REFUSED && version != null) {
                all.add("refused, but is version " + version + ": " + c);
            } else if (version != null && c.base != 0 && version != c.base + 1) {
                all.add("made from version " + c.base + ", but is version " + version + ": " + c);
            }
        }
        versionOf.values().stream()
                .filter(v -> v != FIRST)
                .forEach(v -> all.add("nobody asked for version " + v + ", change " + versions.get(v)));
        return byVersion;
    }

    /** A change that ended before another one began has the lower version. */
    private static void checkOrder(Map<Integer, Change> byVersion, List<String> all) {
        Change latest = null;
        for (Map.Entry<Integer, Change> e : byVersion.entrySet()) {
            Change c = e.getValue();
            if (c.outcome == Outcome.ACCEPTED && latest != null && c.ended < latest.begun) {
                all.add("version " + e.getKey() + " ended before a lower version began: " + c + ", " + latest);
            }
            latest = latest == null || c.begun > latest.begun ? c : latest;
        }
    }

    private void checkReads(Map<Integer, Change> byVersion, Content first, long mostLagMillis, List<String> all) {
        Map<Integer, Content> contents = new TreeMap<>(Map.of(FIRST, first));
        byVersion.forEach(
                (version, c) -> contents.put(version, contents.get(version - 1).after(c.part, c.number)));
        long[] known = knownSince();
        for (Read r : reads) {
            Change made = byVersion.get(r.version);
            if (!contents.containsKey(r.version)) {
                all.add("there is no such version: " + r);
            } else if (r.content != null && !r.content.equals(contents.get(r.version))) {
                all.add("the version has " + contents.get(r.version) + ": " + r);
            } else if (made != null && r.ended < made.begun) {
                all.add("read before it was made by " + made + ": " + r);
            } else if (lag(r, known) > TimeUnit.MILLISECONDS.toNanos(mostLagMillis)) {
                all.add("a later version was known for " + TimeUnit.NANOSECONDS.toMillis(lag(r, known)) + " ms: " + r);
            }
        }
    }

    /** When somebody was first told of each version or a later one; never is the highest number. */
    private long[] knownSince() {
        long[] known = new long[(versions.isEmpty() ? 0 : versions.lastKey()) + 2];
        Arrays.fill(known, Long.MAX_VALUE);
        changes.stream()
                .filter(c -> c.outcome == Outcome.ACCEPTED && c.version < known.length)
                .forEach(c -> known[c.version] = Math.min(known[c.version], c.ended));
        reads.stream()
                .filter(r -> r.version < known.length)
                .forEach(r -> known[r.version] = Math.min(known[r.version], r.ended));
        for (int v = known.length - 2; v >= 0; v--) {
            known[v] = Math.min(known[v], known[v + 1]);
        }
        return known;
    }

    private static long lag(Read read, long[] known) {
        long since = read.version + 1 < known.length ? known[read.version + 1] : Long.MAX_VALUE;
        return Math.max(0, since == Long.MAX_VALUE ? 0 : read.begun - since);
    }
}
