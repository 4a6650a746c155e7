package io.heddle.openflow.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.function.Consumer;

/**
 * Cuts a connection's bytes into OpenFlow messages by the length in their header, however TCP split or joined them. A
 * message is handed out where it lies, by the reader's and writer's index of the buffer that was read: nothing is
 * copied but a message that began in one read and ended in another, and nothing is allocated for one. Whoever is handed
 * a message may look at it until it returns, and must keep no hold of it.
 *
 * <p>A length under eight or a version that OpenFlow never had means that the peer does not speak OpenFlow, or that
 * the stream is out of step: neither can be mended, so the connection ends. The first message must be a short HELLO, so
 * that noise does not get to announce 64 kilobytes and have us wait for them.
 */
public final class Framer {
    private static final int HIGHEST_VERSION = 6;
    private static final int HELLO = 0;
    private static final int LONGEST_HELLO = 1024;
    /** Bytes that tell a message's length. */
    private static final int PROLOGUE = 4;

    private final Consumer<ByteBuf> messages;
    /** The beginning of a message whose end has not come yet; null mostly. */
    private ByteBuf begun;

    private boolean greeted;

    /** @param messages is handed each message as it is cut */
    public Framer(Consumer<ByteBuf> messages) {
        this.messages = messages;
    }

    /**
     * Takes what was read, and releases it.
     *
     * @throws CorruptedFrameException when it is not OpenFlow
     */
    public void read(ChannelHandlerContext ctx, ByteBuf chunk) {
        try {
            if (begun != null) {
                complete(chunk);
            }
            cut(chunk);
            if (chunk.isReadable()) {
                int wanted = chunk.readableBytes() < PROLOGUE ? PROLOGUE : length(chunk);
                begun = ctx.alloc().buffer(wanted).writeBytes(chunk);
            }
        } finally {
            chunk.release();
        }
    }

    private void cut(ByteBuf chunk) {
        int end = chunk.writerIndex();
        while (chunk.readableBytes() >= PROLOGUE) {
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

    /** Lets go of the message that has begun: the connection is gone. */
    public void close() {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }
}
