package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/**
 * Messages sent one after the other, each for one thing, and what the switch refused first of them. Their numbers
 * follow each other, so an error finds what it is about without a note of each message. On the switch's event loop.
 *
 * @param <T> what a message is for, such as a flow entry
 */
final class MessageBatch<T> {
    /** Messages between flushes, so that a long batch does not pile up in memory before the first byte leaves. */
    private static final int FLUSH_EVERY = 1024;

    /** Writes the message for one thing. */
    interface Writer<T> {
        void write(ByteBuf out, int xid, T what);
    }

    /** What a switch refused, and its error in words. */
    record Refused<T>(T what, String why) {
        String text() {
            return why + " for " + what;
        }
    }

    private final Switch connection;
    private final List<T> sent;
    private final int first;
    /** A full table refuses thousands; the first one says enough. */
    private Refused<T> refused;

    private MessageBatch(Switch connection, List<T> sent, int first) {
        this.connection = connection;
        this.sent = sent;
        this.first = first;
    }

    /** Sends a message for each; the last few leave with the next flush. */
    static <T> MessageBatch<T> send(Switch connection, List<T> all, Writer<T> writer) {
        MessageBatch<T> batch = new MessageBatch<>(connection, all, connection.nextXid());
        int xid = batch.first;
        for (int i = 0; i < all.size(); i++) {
            writer.write(connection.out(), xid, all.get(i));
            xid = connection.nextXid();
            if ((i + 1) % FLUSH_EVERY == 0) {
                connection.flush();
            }
        }
        connection.watch(batch);
        return batch;
    }

    /** An error has come. @return whether it is about one of these */
    boolean refused(ByteBuf error, String why) {
        int index = Wire.xid(error) - first & PendingRequests.LAST_XID;
        if (index >= sent.size()) {
            return false;
        }
        if (refused == null) {
            refused = new Refused<>(sent.get(index), why);
        }
        return true;
    }

    /** No more errors can come: a barrier or a commit has been answered. @return the first that was refused */
    Optional<Refused<T>> end() {
        connection.unwatch(this);
        return Optional.ofNullable(refused);
    }
}
