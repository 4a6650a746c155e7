package io.heddle.controller.api;

import io.netty.channel.Channel;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds how many connections the API has. Counts them from the moment the {@link Reception} hands them over: Vert.x
 * tells of a connection only when its TLS handshake is done. When there are too many, the one that has kept the controller waiting
 * longest makes room, so that silent clients never keep a new one out.
 *
 * <p>The thread that serves must have read what clients have sent before it can say who is silent, so it makes room, and
 * the reception hands it only some connections in a turn. Thread-safe.
 */
final class ConnectionLimit {
    private final int most;
    private final Set<Channel> all = new HashSet<>();
    /** Those with no whole request in progress, the longest waiting first. */
    private final Set<Channel> waiting = new LinkedHashSet<>();

    ConnectionLimit(int most) {
        this.most = most;
    }

    /** The API gets another connection. @return how many it has too many now */
    synchronized int arrived(Channel channel) {
        all.add(channel);
        waiting.add(channel);
        return all.size() - most;
    }

    /** Closes those that have kept the controller waiting longest, as many as there are too many. */
    synchronized void makeRoom() {
        Iterator<Channel> longest = waiting.iterator();
        while (all.size() > most && longest.hasNext()) {
            Channel channel = longest.next();
            longest.remove();
            all.remove(channel);
            // Without a farewell, for which a client that does not read would make it wait.
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        }
    }

    synchronized void left(Channel channel) {
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
