package io.heddle.ovsdb;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Lets a bridge listen for OpenFlow for a short time. OVS does not count a listener as a controller: it flushes nothing
 * when the listener comes or goes. So Heddle can read the entries of a bridge that has no controller yet.
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
     * Opens a listener; any thread.
     *
     * @param target such as {@code ptcp:50123:192.0.2.1}
     * @return fails if the host has no such bridge, or refuses the transaction
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

    /** Removes the listener; any thread. */
    @Override
    public void close() {
        session.loop()
                .execute(() -> session.transact(
                        List.of(Operation.mutate(Database.BRIDGE, bridge, "controller", "delete", Value.Ref.uuid(row))),
                        (results, error) -> {}));
    }
}
