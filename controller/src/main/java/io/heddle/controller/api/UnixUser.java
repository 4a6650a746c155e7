package io.heddle.controller.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
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

    /**
     * The name of the user, or its number if it has none; empty if the request does not come by a Unix socket. The first
     * call must come while the connection is open.
     */
    static Optional<String> of(HttpServerRequest request) {
        if (!(channel(request) instanceof NioDomainSocketChannel channel)) {
            return Optional.empty();
        }
        if (!channel.hasAttr(USER)) {
            channel.attr(USER).set(ask(channel));
        }
        return Optional.of(channel.attr(USER).get());
    }

    private static String ask(NioDomainSocketChannel channel) {
        try {
            return channel.config()
                    .getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED))
                    .user()
                    .getName();
        } catch (ChannelException e) {
            // It has closed already. Whoever it was must not be taken for somebody else.
            return "unknown";
        }
    }

    private static Channel channel(HttpServerRequest request) {
        return request.connection() instanceof VertxConnection c
                ? c.channelHandlerContext().channel()
                : null;
    }
}
