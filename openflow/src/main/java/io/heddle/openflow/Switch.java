package io.heddle.openflow;

import io.heddle.events.Counters;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * What the reconcilers need of a connected switch: messages to it, its answers, a clock and a timer. A
 * {@link SwitchConnection} is one. Confined to the switch's event loop.
 */
interface Switch {
    /** Hears the answer to one request. */
    interface Answer {
        /** A message with the request's xid. @return whether it was the last */
        boolean received(ByteBuf message);

        /** The switch refused, or went away. */
        void failed(String why);
    }

    /** Whether the connection still stands. */
    boolean isActive();

    /** Where to write whole messages to; they leave with {@link #flush}. */
    ByteBuf out();

    /** Sends what was written. */
    void flush();

    /** The number for the next message. */
    int nextXid();

    /** Sends a message that {@code writer} writes, given its xid, and hears the answer. */
    void ask(ObjIntConsumer<ByteBuf> writer, Answer answer);

    /** Passes errors about the messages of {@code batch} on to it. */
    void watch(MessageBatch<?> batch);

    void unwatch(MessageBatch<?> batch);

    Counters counters();

    /** Adds an event about this switch to the journal. @param kind such as {@code healed} */
    void report(String kind, String text);

    /** Nanoseconds of a clock that does not go back. */
    long now();

    /** Runs {@code task} on the event loop, {@code millis} from now. */
    void schedule(Runnable task, long millis);

    /** Asks the switch to finish what it was sent; {@code done} hears null, or why it cannot be known. */
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
