package io.heddle.controller.hosts;

import io.heddle.controller.concurrent.ModelThread;
import io.heddle.ovsdb.OvsdbSession;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Decides which session speaks for a host, if several sessions dial in with its system-id. The first one does, until it
 * does not answer any more; that holds from the moment that Heddle begins to read its database. Confined to the model
 * thread.
 */
final class Claimants {
    private static final int PROBE_SECONDS = 3;

    private final String name;
    private final ModelThread modelThread;
    private final BiConsumer<OvsdbSession, String> refuse;
    private final Supplier<OvsdbSession> adopted;
    private final Consumer<OvsdbSession> adopt;
    /** The session whose database is being read; null for none. */
    private OvsdbSession reading;

    /**
     * @param name the host's name
     * @param refuse closes a session that may not speak for the host
     * @param adopted the host's session, null for none
     * @param adopt gets the session that speaks for the host from now on, when its database has been read
     */
    Claimants(
            String name,
            ModelThread modelThread,
            BiConsumer<OvsdbSession, String> refuse,
            Supplier<OvsdbSession> adopted,
            Consumer<OvsdbSession> adopt) {
        this.name = name;
        this.modelThread = modelThread;
        this.refuse = refuse;
        this.adopted = adopted;
        this.adopt = adopt;
    }

    /**
     * A host has dialled in with this host's system-id. If an older session answers an echo request, two hosts have the
     * same system-id, or somebody pretends to be this host: the older session stays. A host that reconnects has left a
     * dead session behind, which does not answer.
     */
    void welcome(OvsdbSession newcomer) {
        OvsdbSession owner = owner();
        if (owner == null || owner == newcomer) {
            take(newcomer);
        } else if (owner.certificate().isPresent() == newcomer.certificate().isPresent()) {
            owner.answers(PROBE_SECONDS)
                    .thenAcceptAsync(
                            alive -> {
                                if (alive && owner == owner()) {
                                    String why = "the system-id of host " + name + " is already taken by the host at "
                                            + owner.remote();
                                    refuse.accept(newcomer, why);
                                } else {
                                    take(newcomer);
                                }
                            },
                            modelThread);
        } else if (newcomer.certificate().isPresent()) {
            // A certificate proves who the newcomer is, and the owner has none.
            take(newcomer);
        } else {
            refuse.accept(newcomer, "host " + name + " is connected by TLS, and this came without");
        }
    }

    private OvsdbSession owner() {
        OvsdbSession owner = reading == null || !reading.isOpen() ? adopted.get() : reading;
        return owner == null || !owner.isOpen() ? null : owner;
    }

    private void take(OvsdbSession newcomer) {
        if (reading != newcomer) {
            close("replaced by a newer session");
        }
        reading = newcomer;
        newcomer.begin()
                .whenCompleteAsync(
                        (read, failure) -> {
                            if (reading != newcomer) {
                                // Another session has replaced it.
                                return;
                            }
                            reading = null;
                            if (failure == null) {
                                adopt.accept(newcomer);
                            }
                        },
                        modelThread);
    }

    /** Closes the session whose database is being read. */
    void close(String why) {
        if (reading != null) {
            reading.close(why);
            reading = null;
        }
    }
}
