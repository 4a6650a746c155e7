package io.heddle.controller.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection of which the client still sends. Closing it with unread data would reset it, and the client could
 * lose the answer (RFC 9112 §9.6). So only the controller's half is closed, and some of the rest is read and thrown
 * away. On the connection's event loop.
 */
final class Farewell extends ChannelInboundHandlerAdapter {
    /** Bytes that are thrown away at most; the body of a request may have as many. */
    private static final int MOST = 16 << 20;

    private long left = MOST;

    private Farewell() {}

    /** Begins, once the answer has been handed to the channel. Whoever calls this also closes the connection in time. */
    static void to(Channel channel) {
        if (!channel.isActive()) {
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            // What has not been encrypted by now would be lost.
            channel.flush();
            tls.closeOutbound();
        }
        // Ahead of all others: nobody decrypts or parses what comes.
        channel.pipeline().addFirst(new Farewell());
        channel.pipeline().firstContext().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
            channel.config().setAutoRead(true);
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        left -= message instanceof ByteBuf b ? b.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (left < 0) {
            ctx.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // The others have seen nothing.
    }
}
