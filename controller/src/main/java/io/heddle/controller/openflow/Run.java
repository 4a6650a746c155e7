package io.heddle.controller.openflow;

import io.heddle.controller.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages sent one after the other, each for one thing, and what the switch refused of them. Their numbers follow each
 * other, so that an error finds what it is about without a note having been kept of each. On the switch's event loop.
 *
 * @param <T> what a message is for, such as a flow entry
 */
final class Run<T> {
    /** Messages between flushes, so that a long run does not pile up in memory before the first byte leaves. */
    private static final int FLUSH_EVERY = 1024;

    /** Writes the message for one thing. */
    interface Writer<T> {
        void write(ByteBuf out, int xid, T what);
    }

    private final SwitchConnection connection;
    private final List<T> sent;
    private final int first;
    private final List<String> refused = new ArrayList<>();

    private Run(SwitchConnection connection, List<T> sent, int first) {
        this.connection = connection;
        this.sent = sent;
        this.first = first;
    }

    /** Sends a message for each; the last few leave with the next flush. */
    static <T> Run<T> send(SwitchConnection connection, List<T> all, Writer<T> writer) {
        Run<T> run = new Run<>(connection, all, connection.nextXid());
        int xid = run.first;
        for (int i = 0; i < all.size(); i++) {
            writer.write(connection.out(), xid, all.get(i));
            xid = connection.nextXid();
            if ((i + 1) % FLUSH_EVERY == 0) {
                connection.flush();
            }
        }
        connection.watch(run);
        return run;
    }

    /** An error has come. @return whether it is about one of these */
    boolean refused(ByteBuf error, String why) {
        int index = Wire.xid(error) - first & Questions.LAST_XID;
        if (index >= sent.size()) {
            return false;
        }
        refused.add(why + " for " + sent.get(index));
        return true;
    }

    /** No more errors can come: a barrier or a commit has been answered. @return what was refused, in words */
    List<String> end() {
        connection.unwatch(this);
        return refused;
    }
}
