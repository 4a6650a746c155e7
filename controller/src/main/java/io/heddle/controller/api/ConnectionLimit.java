package io.heddle.controller.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds how many connections the API has. Counts them from the moment the kernel hands them over: Vert.x tells of a
 * connection only when its TLS handshake is done. When there are too many, the one that has kept the controller waiting
 * longest makes room, so that silent clients never keep a new one out.
 *
 * <p>Another thread accepts connections than serves them. While it is full, some are accepted for each turn of the
 * thread that serves: it must have read what clients have sent before it can say who is silent. The others wait in the
 * kernel. Handles the channels that listen. Thread-safe.
 */
@ChannelHandler.Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    /** How many more are accepted in a turn of the thread that serves, which makes room for them then. */
    private static final int AHEAD = 200;

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
        int tooMany = arrived(channel);
        channel.closeFuture().addListener(closed -> left(channel));
        // From here on it has an event loop.
        listening.fireChannelRead(accepted);
        if (tooMany > 0) {
            ChannelConfig config = listening.channel().config();
            config.setAutoRead(tooMany < AHEAD);
            channel.eventLoop().execute(() -> {
                makeRoom();
                listening.executor().execute(() -> config.setAutoRead(true));
            });
        }
    }

    /** @return how many there are too many now */
    private synchronized int arrived(Channel channel) {
        all.add(channel);
        waiting.add(channel);
        return all.size() - most;
    }

    private synchronized void makeRoom() {
        Iterator<Channel> longest = waiting.iterator();
        while (all.size() > most && longest.hasNext()) {
            Channel channel = longest.next();
            longest.remove();
            all.remove(channel);
            // Without a farewell, for which a client that does not read would make it wait.
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        }
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
            waiting.remove(channel);
            waiting.add(channel);
        }
    }
}
