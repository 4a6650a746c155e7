package io.heddle.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What is on its way to a switch. Small messages are gathered in one buffer, which leaves at the end of a read; a switch that
 * does not take what it is sent is let go before it fills the memory. On the switch's event loop.
 */
final class Outbox {
    /** Of unsent bytes; above the upper one packet-ins are not answered. */
    static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(1 << 20, 4 << 20);
    /** A switch that has not taken as much is not going to: the largest flow tables are a quarter of it. */
    private static final long MOST_UNSENT = 128L << 20;

    private static final int UNSENT_SECONDS = 30;
    private static final int BATCH = 64 << 10;
    private static final int SMALL_BATCH = 1 << 10;

    private final Channel channel;
    private final Consumer<String> letGo;
    private ByteBuf batch;
    /** As large as the last batch was, so that a busy switch's fits at once and an idle one's is small. */
    private int batchSize = SMALL_BATCH;

    /** @param letGo closes the connection, and is told why */
    Outbox(Channel channel, Consumer<String> letGo) {
        this.channel = channel;
        this.letGo = letGo;
    }

    /** Where to write whole messages to; they leave with {@link #flush}. */
    ByteBuf out() {
        if (batch != null && batch.readableBytes() > BATCH - SMALL_BATCH) {
            write();
        }
        if (batch == null) {
            batch = channel.alloc().ioBuffer(batchSize);
        }
        return batch;
    }

    private void write() {
        ByteBuf full = batch;
        batch = null;
        batchSize = Math.max(SMALL_BATCH, Math.min(BATCH, Integer.highestOneBit(full.readableBytes()) * 2));
        if (!channel.isActive()) {
            full.release();
            return;
        }
        channel.write(full, channel.voidPromise());
        if (unsent() > MOST_UNSENT) {
            letGo.accept("it does not read what it is sent");
        }
    }

    /** Sends what was written. */
    void flush() {
        if (batch != null) {
            write();
        }
        channel.flush();
    }

    /** A switch that takes nothing for long is let go: what is meant for it would be out of date when it came. */
    void writabilityChanged() {
        if (!channel.isWritable()) {
            long before = unsent();
            channel.eventLoop()
                    .schedule(
                            () -> {
                                if (!channel.isWritable() && unsent() >= before) {
                                    letGo.accept(
                                            "it has read nothing for " + UNSENT_SECONDS + " s of what it was sent");
                                }
                            },
                            UNSENT_SECONDS,
                            TimeUnit.SECONDS);
        }
    }

    /** Bytes that wait to be sent; any thread. */
    long unsent() {
        return channel.unsafe().outboundBuffer() == null
                ? 0
                : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    /** Nothing will leave any more. */
    void close() {
        if (batch != null) {
            batch.release();
            batch = null;
        }
    }
}
