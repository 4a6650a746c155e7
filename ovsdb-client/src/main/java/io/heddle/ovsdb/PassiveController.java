package io.heddle.ovsdb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Lets a bridge listen for OpenFlow for a short time. OVS does not count a listener as a controller: it flushes nothing
 * when the listener comes or goes. So Heddle can read the entries of a bridge that has no controller yet.
 */
public final class PassiveController implements AutoCloseable {
    /** The key in external_ids that marks a listener as Heddle's; its value is when it was opened, in seconds. */
    private static final String MARK = "heddle-listener";
    /** Longer than any listener is needed: an older one was left behind by a controller that ended. */
    private static final long STALE_SECONDS = 60;

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
            Map<String, String> mark = Map.of(MARK, Long.toString(now()));
            session.transact(
                    List.of(
                            Operation.insert(
                                    Database.CONTROLLER, "listener", Map.of("target", target, "external_ids", mark)),
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

    /**
     * Removes the listeners that an earlier controller has left behind: whoever connects to one controls the bridge. On
     * the session's event loop.
     */
    public static void sweep(HostSession session) {
        List<Operation> removals = new ArrayList<>();
        for (Database.Row at : session.database().table(Database.BRIDGE).values()) {
            for (String row : at.refs("controller")) {
                boolean stale = session.database()
                        .row(Database.CONTROLLER, row)
                        .map(c -> c.map("external_ids").get(MARK))
                        .filter(opened -> opened.matches("\\d{1,18}") && now() - Long.parseLong(opened) > STALE_SECONDS)
                        .isPresent();
                if (stale) {
                    removals.add(removal(at.uuid(), row));
                }
            }
        }
        if (!removals.isEmpty()) {
            session.transact(removals, (results, error) -> {});
        }
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static Operation removal(String bridge, String row) {
        return Operation.mutate(Database.BRIDGE, bridge, "controller", "delete", Value.Ref.uuid(row));
    }

    /** Removes the listener; any thread. */
    @Override
    public void close() {
        session.loop().execute(() -> session.transact(List.of(removal(bridge, row)), (results, error) -> {}));
    }
}
