package io.heddle.controller.api;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Hands captured frames from a switch's event loop to that of the API. A frame that finds no room is left out and
 * counted: neither may memory grow while a loop is busy, nor may a switch wait for a client. Any thread.
 */
final class FrameQueue {
    static final int MOST_FRAMES = 1000;
    static final int MOST_BYTES = 4 << 20;

    private final Executor loop;
    private final LongAdder leftOut;
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** @param leftOut counts frames that are left out */
    FrameQueue(Executor loop, LongAdder leftOut) {
        this.loop = loop;
        this.leftOut = leftOut;
    }

    /** Passes a frame to {@code receiver} on the loop, unless the queue is full. */
    void add(byte[] frame, Consumer<byte[]> receiver) {
        if (frames.incrementAndGet() > MOST_FRAMES | bytes.addAndGet(frame.length) > MOST_BYTES) {
            remove(frame);
            leftOut.increment();
            return;
        }
        loop.execute(() -> {
            remove(frame);
            receiver.accept(frame);
        });
    }

    private void remove(byte[] frame) {
        frames.decrementAndGet();
        bytes.addAndGet(-frame.length);
    }
}
