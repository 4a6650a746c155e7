package io.heddle.controller.hosts;

import io.heddle.controller.bindings.Claim;
import io.heddle.events.Journal;
import io.heddle.events.ReportLimit;
import io.heddle.flows.model.NetworkModel;
import io.heddle.ovsdb.Database;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Finds the interfaces of a host that have what a declared port is known by. Confined to the session's event loop. */
final class ClaimWatch {
    private static final Claim.Found NOTHING = new Claim.Found(Set.of(), Set.of());
    private static final int REPORTS_PER_MINUTE = 10;

    private final String host;
    private final Journal journal;
    private final BiConsumer<String, Set<Claim>> changed;
    private NetworkModel model = NetworkModel.EMPTY;
    private Set<String> wanted = Set.of();
    /** Null before the first look by a session: what is known from before it may no longer hold. */
    private Set<Claim> last;

    /** What was reported already. */
    private final Set<String> unfit = new HashSet<>();

    private final ReportLimit limit = new ReportLimit(REPORTS_PER_MINUTE);

    /** @param changed gets the host's name and all that it claims */
    ClaimWatch(String host, Journal journal, BiConsumer<String, Set<Claim>> changed) {
        this.host = host;
        this.journal = journal;
        this.changed = changed;
    }

    /** Another session begins. */
    void begin() {
        last = null;
    }

    /** Compares the database with its previous state. */
    void look(Database db, NetworkModel now) {
        if (now != model) {
            model = now;
            wanted = now.roaming().values().stream()
                    .map(p -> p.roaming().orElseThrow().knownBy())
                    .collect(Collectors.toUnmodifiableSet());
        }
        Claim.Found found = wanted.isEmpty() ? NOTHING : Claim.in(db, host, wanted);
        if (!found.claims().equals(last)) {
            last = found.claims();
            changed.accept(host, last);
        }
        report(found.unfit());
    }

    private void report(Set<String> found) {
        unfit.retainAll(found);
        for (String why : found) {
            if (!unfit.contains(why) && limit.allows(System.nanoTime())) {
                unfit.add(why);
                journal.add("refused", host, why);
            }
        }
    }
}
