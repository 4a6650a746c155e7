package io.heddle.controller.hosts;

import io.heddle.controller.bindings.Claim;
import io.heddle.flows.model.NetworkModel;
import io.heddle.ovsdb.Database;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Finds the interfaces of a host that have what a declared port is known by. Confined to the session's event loop. */
final class ClaimWatch {
    private final String host;
    private final BiConsumer<String, Set<Claim>> changed;
    private NetworkModel model = NetworkModel.EMPTY;
    private Set<String> wanted = Set.of();
    /** Null before the first look by a session: what is known from before it may no longer hold. */
    private Set<Claim> last;

    /** @param changed gets the host's name and all that it claims */
    ClaimWatch(String host, BiConsumer<String, Set<Claim>> changed) {
        this.host = host;
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
        Set<Claim> claims = wanted.isEmpty() ? Set.of() : Claim.in(db, host, wanted);
        if (!claims.equals(last)) {
            last = claims;
            changed.accept(host, claims);
        }
    }
}
