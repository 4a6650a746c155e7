package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests that a switch has yet to answer, and batches that it may still refuse, by xid. Confined to the switch's
 * event loop.
 */
final class PendingRequests {
    static final int LAST_XID = 0x7fffffff;

    private final IntObjectMap<Switch.Answer> open = new IntObjectHashMap<>();
    private final List<MessageBatch<?>> batches = new ArrayList<>();
    private int xid = 1;

    int nextXid() {
        return xid++ & LAST_XID;
    }

    /** Adds a request with this xid. */
    void add(int number, Switch.Answer answer) {
        open.put(number, answer);
    }

    /** Takes a message. @return whether it answers a request */
    boolean answered(ByteBuf message) {
        Switch.Answer answer = open.get(Wire.xid(message));
        if (answer != null && answer.received(message)) {
            open.remove(Wire.xid(message));
        }
        return answer != null;
    }

    /** Passes an error to the request or batch that it is about. */
    void refused(ByteBuf error, String why) {
        Switch.Answer answer = open.remove(Wire.xid(error));
        if (answer != null) {
            answer.failed(why);
        } else {
            batches.stream().anyMatch(b -> b.refused(error, why));
        }
    }

    /** Passes errors about the messages of {@code batch} on to it. */
    void watch(MessageBatch<?> batch) {
        batches.add(batch);
    }

    void unwatch(MessageBatch<?> batch) {
        batches.remove(batch);
    }

    /** Fails all open requests: no more answers will come. */
    void close(String why) {
        for (Switch.Answer a : open.values().toArray(Switch.Answer[]::new)) {
            a.failed(why);
        }
        open.clear();
    }
}
