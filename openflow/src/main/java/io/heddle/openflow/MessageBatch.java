package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/**
 * A batch of messages, one for each item, and the first item that the switch refused. The messages have consecutive
 * xids, so the xid of an error gives its item without a map. Confined to the switch's event loop.
 *
 * @param <T> the type of an item, such as a flow entry
 */
final class MessageBatch<T> {
    /** Messages between two flushes, so that a long batch does not fill the memory before its first byte is sent. */
    private static final int FLUSH_EVERY = 1024;

    /** Writes the message for one item. */
    interface Writer<T> {
        void write(ByteBuf out, int xid, T what);
    }

    /** An item that the switch refused, and the error text. */
    record Refused<T>(T what, String why) {
        String text() {
            return why + " for " + what;
        }
    }

    private final Switch connection;
    private final List<T> sent;
    private final int first;
    /** Only the first refusal: a full table causes thousands. */
    private Refused<T> refused;

    private MessageBatch(Switch connection, List<T> sent, int first) {
        this.connection = connection;
        this.sent = sent;
        this.first = first;
    }

    /** Sends a message for each item; the next flush sends the last few. */
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

    /** Takes an error. @return whether it is about a message of this batch */
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

    /** Ends the batch after the reply to a barrier or a commit: no more errors can come. @return the first refusal */
    Optional<Refused<T>> end() {
        connection.unwatch(this);
        return Optional.ofNullable(refused);
    }
}
