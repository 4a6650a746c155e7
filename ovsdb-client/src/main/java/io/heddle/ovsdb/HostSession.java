package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The session that {@link HostSync} needs with a host: a live copy of its database, transactions, a clock and a timer.
 * {@link OvsdbSession} implements it. Confined to the session's event loop.
 */
public interface HostSession {
    /** The live copy of the database. */
    Database database();

    /** Whether the database has been read and the connection is open. */
    boolean isReady();

    /**
     * Sends one transaction; all of it happens or none. Source: RFC 7047 §4.1.3.
     *
     * @param done gets the results, or null and the error
     */
    void transact(List<Operation> operations, BiConsumer<List<JsonNode>, String> done);

    /** Runs {@code task} on the event loop, {@code millis} from now. */
    void schedule(Runnable task, long millis);

    /** Closes the session because of a fault: an ignored fault would leave the host unmanaged for ever. */
    void failed(Throwable cause);
}
