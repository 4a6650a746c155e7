package io.heddle.controller.api;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.VertxConnection;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/** The user at the other end of a Unix socket. The kernel notes it when the connection begins. */
final class UnixUser {
    private static final AttributeKey<String> USER = AttributeKey.valueOf(UnixUser.class, "user");

    private UnixUser() {}

    /** Whether a request comes by a Unix socket. */
    static boolean isBySocket(HttpServerRequest request) {
        return channel(request) instanceof NioDomainSocketChannel;
    }

    /** Whether a request comes by a Unix socket whose user is not known yet. */
    static boolean isToAsk(HttpServerRequest request) {
        return isBySocket(request) && of(request).isEmpty();
    }

    /**
     * Asks the kernel for the user, and the machine for its name. Blocks: the names may be on another machine.
     *
     * @throws io.netty.channel.ChannelException if the connection is closed
     */
    static void ask(HttpServerRequest request) {
        if (channel(request) instanceof NioDomainSocketChannel channel) {
            var peer = channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
            channel.attr(USER).set(peer.user().getName());
        }
    }

    /** The name of the user, or its number if it has none; empty before {@link #ask}, and without a Unix socket. */
    static Optional<String> of(HttpServerRequest request) {
        Channel channel = channel(request);
        return channel == null
                ? Optional.empty()
                : Optional.ofNullable(channel.attr(USER).get());
    }

    private static Channel channel(HttpServerRequest request) {
        return request.connection() instanceof VertxConnection c
                ? c.channelHandlerContext().channel()
                : null;
    }
}
