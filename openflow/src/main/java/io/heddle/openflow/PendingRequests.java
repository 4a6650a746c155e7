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

    /** A request, the bytes of its answer so far, and the time of its last part from {@link System#nanoTime}. */
    private static final class Request {
        private final Switch.Answer answer;
        private long bytes;
        private long progress = System.nanoTime();

        private Request(Switch.Answer answer) {
            this.answer = answer;
        }
    }

    private final IntObjectMap<Request> open = new IntObjectHashMap<>();
    private final List<MessageBatch<?>> batches = new ArrayList<>();
    private int xid = 1;
    private String closed;
    private long bytes;

    int nextXid() {
        return xid++ & LAST_XID;
    }

    /** Adds a request with this xid. After {@link #close} it fails at once. @return whether to send it */
    boolean add(int number, Switch.Answer answer) {
        if (closed != null) {
            answer.failed(closed);
            return false;
        }
        open.put(number, new Request(answer));
        return true;
    }

    /**
     * Takes a message.
     *
     * @return whether it answers a request
     * @throws IllegalStateException if the answer is longer than any switch needs
     */
    boolean answered(ByteBuf message) {
        Request request = open.get(Wire.xid(message));
        if (request == null) {
            return false;
        }
        request.bytes += message.readableBytes();
        bytes += message.readableBytes();
        request.progress = System.nanoTime();
        if (request.bytes > Limits.ANSWER_BYTES) {
            throw new IllegalStateException(
                    "an answer of the switch is longer than " + (Limits.ANSWER_BYTES >> 20) + " MiB");
        }
        if (request.answer.received(message)) {
            remove(Wire.xid(message));
        }
        return true;
    }

    private Request remove(int number) {
        Request request = open.remove(number);
        bytes -= request == null ? 0 : request.bytes;
        return request;
    }

    /** Bytes of the answers that are not complete. */
    long bytes() {
        return bytes;
    }

    /** Whether a request has waited this long for the next part of its answer. */
    boolean isOverdue(long nanos) {
        long now = System.nanoTime();
        return open.values().stream().anyMatch(r -> now - r.progress > nanos);
    }

    /** Passes an error to the request or batch that it is about. */
    void refused(ByteBuf error, String why) {
        Request request = remove(Wire.xid(error));
        if (request != null) {
            request.answer.failed(why);
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

    /** Fails all open requests, and all later ones: no more answers will come. */
    void close(String why) {
        closed = why;
        Request[] left = open.values().toArray(Request[]::new);
        open.clear();
        bytes = 0;
        for (Request r : left) {
            r.answer.failed(why);
        }
    }
}
