package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What {@link HostSync} needs of a host: a live copy of its database, transactions, a clock and a timer. An
 * {@link OvsdbSession} is one. Confined to the session's event loop.
 */
public interface HostSession {
    /** The live copy. */
    Database database();

    /** Whether the database has been read and the connection stands. */
    boolean isReady();

    /**
     * Sends one transaction; all of it happens or none. Source: RFC 7047 §4.1.3.
     *
     * @param done gets the results, or null and what went wrong
     */
    void transact(List<Operation> operations, BiConsumer<List<JsonNode>, String> done);

    /** Runs {@code task} on the event loop, {@code millis} from now. */
    void schedule(Runnable task, long millis);

    /** Ends the session because of a fault: a fault that went unnoticed would leave the host as it is for ever. */
    void failed(Throwable cause);
}
