package io.heddle.controller.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Bounds how many connections the API has. Counts them from the moment the kernel hands them over: Vert.x tells of a
 * connection only when its TLS handshake is done. When there are too many, the one that has kept the controller waiting
 * longest makes room, so that silent clients never keep a new one out. Handles the channels that listen. Thread-safe:
 * another thread accepts connections than serves them.
 */
@ChannelHandler.Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private final int most;
    private final Set<Channel> all = new HashSet<>();
    /** Those with no whole request in progress, the longest waiting first. */
    private final Set<Channel> waiting = new LinkedHashSet<>();

    ConnectionLimit(int most) {
        this.most = most;
    }

    @Override
    public void channelRead(ChannelHandlerContext listening, Object accepted) {
        Channel channel = (Channel) accepted;
        Optional<Channel> leaves = arrives(channel);
        leaves.filter(c -> c != channel).ifPresent(ConnectionLimit::close);
        if (leaves.filter(c -> c == channel).isPresent()) {
            // It has no event loop yet.
            channel.unsafe().closeForcibly();
            return;
        }
        channel.closeFuture().addListener(closed -> left(channel));
        listening.fireChannelRead(accepted);
    }

    /** Without a farewell, for which a client that does not read would make it wait. */
    private static void close(Channel channel) {
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }

    /** @return the connection that has to leave, which may be the new one; empty if there is room */
    private synchronized Optional<Channel> arrives(Channel channel) {
        Optional<Channel> leaves = Optional.empty();
        if (all.size() >= most) {
            Iterator<Channel> longest = waiting.iterator();
            leaves = Optional.of(longest.hasNext() ? longest.next() : channel);
            leaves.ifPresent(this::left);
        }
        if (leaves.isEmpty() || leaves.get() != channel) {
            all.add(channel);
            waiting.add(channel);
        }
        return leaves;
    }

    private synchronized void left(Channel channel) {
        all.remove(channel);
        waiting.remove(channel);
    }

    /** A whole request has arrived: from here on, the controller lets the client wait. */
    synchronized void works(Channel channel) {
        waiting.remove(channel);
    }

    /** The answer has been given: the next request may come. */
    synchronized void waits(Channel channel) {
        if (all.contains(channel)) {
            waiting.add(channel);
        }
    }
}
