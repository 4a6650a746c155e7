package io.heddle.ovsdb;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Lets a bridge listen for OpenFlow for a moment. A listener is no controller in OVS's eyes: nothing is flushed when it
 * comes or goes, so entries can be looked at on a bridge that has no controller yet.
 */
public final class PassiveController implements AutoCloseable {
    private final OvsdbSession session;
    private final String bridge;
    private final String row;

    private PassiveController(OvsdbSession session, String bridge, String row) {
        this.session = session;
        this.bridge = bridge;
        this.row = row;
    }

    /**
     * Opens one; any thread.
     *
     * @param target such as {@code ptcp:50123:192.0.2.1}
     * @return fails where the host has no such bridge, or refuses
     */
    public static CompletableFuture<PassiveController> open(OvsdbSession session, String bridge, String target) {
        CompletableFuture<PassiveController> opened = new CompletableFuture<>();
        session.loop().execute(() -> {
            Database.Row at = session.database().named(Database.BRIDGE, bridge).orElse(null);
            if (at == null) {
                opened.completeExceptionally(new IllegalArgumentException("no bridge " + bridge));
                return;
            }
            session.transact(
                    List.of(
                            Operation.insert(Database.CONTROLLER, "listener", Map.of("target", target)),
                            Operation.mutate(
                                    Database.BRIDGE, at.uuid(), "controller", "insert", Value.Ref.name("listener"))),
                    (results, error) -> {
                        if (error != null) {
                            opened.completeExceptionally(new IllegalStateException(error));
                        } else {
                            opened.complete(new PassiveController(
                                    session,
                                    at.uuid(),
                                    results.get(0).path("uuid").path(1).asText()));
                        }
                    });
        });
        return opened;
    }

    /** Ends it; any thread. */
    @Override
    public void close() {
        session.loop()
                .execute(() -> session.transact(
                        List.of(Operation.mutate(Database.BRIDGE, bridge, "controller", "delete", Value.Ref.uuid(row))),
                        (results, error) -> {}));
    }
}
