package io.heddle.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The outgoing messages of a switch. Collects small messages in one buffer, which is sent at the end of a read. Closes
 * the connection of a switch that does not read, before unsent bytes fill the memory. Confined to the switch's event
 * loop.
 */
final class Outbox {
    /** Water marks of unsent bytes: packet-ins stay unanswered above the high mark, until below the low one. */
    static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(1 << 20, 4 << 20);
    /** With more unsent bytes the switch has stopped reading: the largest flow tables take a quarter of this. */
    private static final long MOST_UNSENT = 128L << 20;

    /** Likewise before the switch has introduced itself. */
    private static final long MOST_UNSENT_IN_HANDSHAKE = 1 << 20;

    private static final int UNSENT_SECONDS = 30;
    private static final int BATCH = 64 << 10;
    private static final int SMALL_BATCH = 1 << 10;

    private final Channel channel;
    private final Consumer<String> letGo;
    private ByteBuf batch;
    private long mostUnsent = MOST_UNSENT_IN_HANDSHAKE;
    /** Follows the size of the last batch, so that a busy switch gets a large buffer and an idle one a small one. */
    private int batchSize = SMALL_BATCH;

    /** @param letGo closes the connection, given the reason */
    Outbox(Channel channel, Consumer<String> letGo) {
        this.channel = channel;
        this.letGo = letGo;
    }

    /** The buffer for complete messages; {@link #flush} sends them. */
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
        if (unsent() > mostUnsent) {
            letGo.accept("the switch does not read its messages: over " + (mostUnsent >> 20) + " MiB are unsent");
        }
    }

    /** The switch has introduced itself: it may get whole flow tables. */
    void accepted() {
        mostUnsent = MOST_UNSENT;
    }

    /** Sends all messages written so far. */
    void flush() {
        if (batch != null) {
            write();
        }
        channel.flush();
    }

    /** Closes the connection of a switch that reads nothing for long: its messages would arrive out of date. */
    void writabilityChanged() {
        if (!channel.isWritable()) {
            long before = unsent();
            channel.eventLoop()
                    .schedule(
                            () -> {
                                if (!channel.isWritable() && unsent() >= before) {
                                    letGo.accept(
                                            "the switch has read none of its messages for " + UNSENT_SECONDS + " s");
                                }
                            },
                            UNSENT_SECONDS,
                            TimeUnit.SECONDS);
        }
    }

    /** Bytes still to be sent; any thread. */
    long unsent() {
        return channel.unsafe().outboundBuffer() == null
                ? 0
                : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    /** Releases the buffer of unsent messages. */
    void close() {
        if (batch != null) {
            batch.release();
            batch = null;
        }
    }
}
