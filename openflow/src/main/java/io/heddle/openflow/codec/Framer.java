package io.heddle.openflow.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.function.Consumer;

/**
 * Splits a connection's bytes into OpenFlow messages by the length in their header, however TCP split or joined them.
 * Passes each message to the receiver inside the buffer that was read, by setting its reader and writer index. So only
 * a message that spans two reads is copied, and only for that one is a buffer allocated. The receiver must not use a
 * message after it returns.
 *
 * <p>A length below 8 or an unknown version means that the peer does not speak OpenFlow, or that the stream is out of
 * step. Neither can be repaired, so the connection ends. The first message must be a short HELLO. So random bytes that
 * announce 64 KiB do not make Heddle wait for them.
 */
public final class Framer {
    private static final int HIGHEST_VERSION = 6;
    private static final int HELLO = 0;
    private static final int LONGEST_HELLO = 1024;
    /** Bytes needed to read a message's length. */
    private static final int PROLOGUE = 4;

    private final Consumer<ByteBuf> messages;
    /** The first bytes of a message that has not arrived completely; usually null. */
    private ByteBuf begun;

    private boolean greeted;
    private boolean closed;

    /** @param messages receives each message */
    public Framer(Consumer<ByteBuf> messages) {
        this.messages = messages;
    }

    /**
     * Takes the bytes of one read, and releases the buffer.
     *
     * @throws CorruptedFrameException when the bytes are not OpenFlow
     */
    public void read(ChannelHandlerContext ctx, ByteBuf chunk) {
        try {
            if (begun != null) {
                complete(chunk);
            }
            cut(chunk);
            if (chunk.isReadable() && !closed) {
                int wanted = chunk.readableBytes() < PROLOGUE ? PROLOGUE : length(chunk);
                begun = ctx.alloc().buffer(wanted).writeBytes(chunk);
            }
        } finally {
            chunk.release();
        }
    }

    private void cut(ByteBuf chunk) {
        int end = chunk.writerIndex();
        while (chunk.readableBytes() >= PROLOGUE && !closed) {
            int next = chunk.readerIndex() + length(chunk);
            if (next > end) {
                return;
            }
            greeted = true;
            chunk.writerIndex(next);
            messages.accept(chunk);
            chunk.setIndex(next, end);
        }
    }

    private void complete(ByteBuf chunk) {
        if (begun.readableBytes() < PROLOGUE) {
            fill(chunk, PROLOGUE);
        }
        if (begun.readableBytes() < PROLOGUE) {
            return;
        }
        int length = length(begun);
        fill(chunk, length);
        if (begun.readableBytes() == length) {
            ByteBuf message = begun;
            begun = null;
            try {
                greeted = true;
                messages.accept(message);
            } finally {
                message.release();
            }
        }
    }

    private void fill(ByteBuf chunk, int wanted) {
        begun.writeBytes(chunk, Math.min(chunk.readableBytes(), wanted - begun.readableBytes()));
    }

    private int length(ByteBuf in) {
        int version = in.getUnsignedByte(in.readerIndex());
        int length = in.getUnsignedShort(in.readerIndex() + 2);
        int type = in.getUnsignedByte(in.readerIndex() + 1);
        if (version == 0
                || version > HIGHEST_VERSION
                || length < Wire.HEADER
                || !greeted && (type != HELLO || length > LONGEST_HELLO)) {
            throw new CorruptedFrameException("not OpenFlow: version " + version + ", type " + type + ", length "
                    + length + (greeted ? "" : ", expected HELLO first"));
        }
        return length;
    }

    /** The connection has ended: releases an incomplete message, and passes no more on, not even of the same read. */
    public void close() {
        closed = true;
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }
}
