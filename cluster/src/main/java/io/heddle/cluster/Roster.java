package io.heddle.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who belongs to the cluster.
 *
 * @param controllers all that ever did, by name
 * @param members those that run, by name
 * @param unfit those of them that could not lead, or should not
 * @param leader the one that leads, if one does
 * @param term the revision of etcd by which it does, 0 for none
 * @param generation the generation id of the latest leader, 0 for none
 * @param generationAt the revision that wrote it
 */
public record Roster(
        Map<String, Member> controllers,
        Map<String, Member> members,
        Set<String> unfit,
        Optional<Member> leader,
        long term,
        long generation,
        long generationAt) {
    /** Nobody. */
    public static final Roster NOBODY = new Roster(Map.of(), Map.of(), Set.of(), Optional.empty(), 0, 0, 0);

    public Roster {
        controllers = Map.copyOf(controllers);
        members = Map.copyOf(members);
        unfit = Set.copyOf(unfit);
    }

    /** The roster after some changes. @throws IOException if a later Heddle has made them */
    Roster with(List<Keys.Entry> put, List<String> removed) throws IOException {
        Map<String, Member> known = new TreeMap<>(controllers);
        Map<String, Member> running = new TreeMap<>(members);
        Set<String> cannot = new TreeSet<>(unfit);
        Optional<Member> leads = leader;
        long by = term;
        long last = generation;
        long at = generationAt;
        for (String key : removed) {
            known.remove(name(key, Keys.CONTROLLERS));
            running.remove(name(key, Keys.MEMBERS));
            cannot.remove(name(key, Keys.UNFIT));
            if (key.equals(Keys.LEADER)) {
                leads = Optional.empty();
                by = 0;
            }
        }
        for (Keys.Entry e : put) {
            if (e.key().startsWith(Keys.CONTROLLERS)) {
                known.put(name(e.key(), Keys.CONTROLLERS), Member.of(e.value()));
            } else if (e.key().startsWith(Keys.MEMBERS)) {
                running.put(name(e.key(), Keys.MEMBERS), Member.of(e.value()));
            } else if (e.key().startsWith(Keys.UNFIT)) {
                cannot.add(name(e.key(), Keys.UNFIT));
            } else if (e.key().equals(Keys.LEADER)) {
                leads = Optional.of(Member.of(e.value()));
                by = e.revision();
            } else if (e.key().equals(Keys.GENERATION)) {
                last = Long.parseLong(new String(e.value(), StandardCharsets.UTF_8));
                at = e.revision();
            }
        }
        return new Roster(known, running, cannot, leads, by, last, at);
    }

    /** Whether a controller {@code leads}, is {@code ready} to do so, or is {@code away}. */
    public String state(Member controller) {
        if (leader.map(Member::name).equals(Optional.of(controller.name()))) {
            return "leads";
        }
        return members.containsKey(controller.name()) ? "ready" : "away";
    }

    /** Whether a controller other than this one runs and could lead. */
    boolean hasFitOther(String name) {
        return members.keySet().stream().anyMatch(m -> !m.equals(name) && !unfit.contains(m));
    }

    /** The same with nobody who leads. */
    Roster withoutLeader() {
        return new Roster(controllers, members, unfit, Optional.empty(), 0, generation, generationAt);
    }

    /** The name in a key, "" if it is another key. */
    private static String name(String key, String prefix) {
        return key.startsWith(prefix) ? key.substring(prefix.length()) : "";
    }
}
