package io.heddle.controller.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A connection in the {@link Reception}: keeps the first bytes that it has sent, and gives them to its other handlers
 * when they come, which is on another thread. Then it is no longer needed.
 */
final class Visitor extends ChannelInboundHandlerAdapter {
    private static final ByteBuf HEALTH =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("GET /health/", StandardCharsets.US_ASCII));
    /** Whoever has sent nothing for so long waits with the others. */
    private static final int SILENT_MILLIS = 200;

    private final Reception reception;
    private Channel channel;
    private ByteBuf first = Unpooled.EMPTY_BUFFER;
    private ScheduledFuture<?> silence;
    private boolean ready;
    private boolean gone;
    private boolean left;

    Visitor(Reception reception) {
        this.reception = reception;
    }

    /** Whether it asks for the health of the process. */
    boolean isUrgent() {
        return first.readableBytes() >= HEALTH.readableBytes()
                && first.slice(first.readerIndex(), HEALTH.readableBytes()).equals(HEALTH);
    }

    /** Whether the connection has ended here. */
    boolean isGone() {
        return gone;
    }

    /** It goes to its other handlers now. */
    Channel leave() {
        left = true;
        return channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        channel.closeFuture().addListener(closed -> closed());
        silence = ctx.executor().schedule(this::ready, SILENT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        first = first.isReadable() ? Unpooled.wrappedBuffer(first, (ByteBuf) bytes) : (ByteBuf) bytes;
        ready();
    }

    private void ready() {
        if (!ready && !gone) {
            ready = true;
            silence.cancel(false);
            channel.config().setAutoRead(false);
            reception.ready(this);
        }
    }

    /** The other handlers are there: tells them what they have missed. */
    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        ctx.fireChannelRegistered();
        // The call above comes back here once, as the initializer of the other handlers repeats it for them.
        if (!left || gone) {
            return;
        }
        gone = true;
        ctx.channel().config().setAutoRead(true);
        ctx.fireChannelActive();
        if (first.isReadable()) {
            ctx.fireChannelRead(first);
            ctx.fireChannelReadComplete();
        }
        ctx.pipeline().remove(this);
    }

    private void closed() {
        if (!gone) {
            gone = true;
            first.release();
            if (!left) {
                silence.cancel(false);
                reception.left();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A client that resets its connection, for example.
        ctx.close();
    }
}
