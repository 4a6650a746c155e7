package io.heddle.openflow;

import io.heddle.events.Counters;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * A connected switch as the reconcilers need it: sends messages, receives answers, has a clock and timers.
 * Implemented by {@link SwitchConnection}. Confined to the switch's event loop.
 */
interface Switch {
    /** Receives the answer to one request. */
    interface Answer {
        /** Takes a message with the request's xid. @return whether it was the last */
        boolean received(ByteBuf message);

        /** The switch has refused or disconnected. */
        void failed(String why);
    }

    /** Whether the connection is open. */
    boolean isActive();

    /** The buffer for complete messages; {@link #flush} sends them. */
    ByteBuf out();

    /** Sends all messages written so far. */
    void flush();

    /** The xid of the next message. */
    int nextXid();

    /** Sends the request that {@code writer} writes, given its xid; {@code answer} receives the answer. */
    void ask(ObjIntConsumer<ByteBuf> writer, Answer answer);

    /** Passes errors about the messages of {@code batch} on to it. */
    void watch(MessageBatch<?> batch);

    void unwatch(MessageBatch<?> batch);

    Counters counters();

    /** Adds an event about this switch to the journal. @param kind such as {@code healed} */
    void report(String kind, String text);

    /** The time of a monotonic clock in nanoseconds. */
    long now();

    /** Runs {@code task} on the event loop, {@code millis} from now. */
    void schedule(Runnable task, long millis);

    /** Sends a barrier request; {@code done} gets null after the reply, or the error. */
    default void barrier(Consumer<String> done) {
        ask((out, id) -> Wire.end(out, Wire.begin(out, Wire.BARRIER_REQUEST, id)), new Answer() {
            @Override
            public boolean received(ByteBuf message) {
                done.accept(null);
                return true;
            }

            @Override
            public void failed(String why) {
                done.accept(why);
            }
        });
    }
}
