package io.heddle.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Tells the other controllers that this one is alive: a byte every {@value #EVERY_MILLIS} ms to whoever of them
 * connects. Its end is seen at once, and its silence soon; etcd would notice it only when its lease ends.
 */
final class PeerDoor implements AutoCloseable {
    /** Between two bytes. */
    static final int EVERY_MILLIS = 100;

    /** A cluster has few members. */
    private static final int MOST = 32;

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Predicate<InetAddress> known;
    private final List<SocketChannel> peers = new CopyOnWriteArrayList<>();

    /**
     * Listens.
     *
     * @param known whether an address is that of another controller; all others are sent away
     * @throws IOException if the address is not available; its message says which
     */
    PeerDoor(InetSocketAddress address, Predicate<InetAddress> known) throws IOException {
        this.known = known;
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        try {
            server.bind(address);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen for other controllers on " + address + ": " + e.getMessage(), e);
        }
        Tasks.start("heddle-peer-door", this::accept);
        Tasks.start("heddle-peer-pulse", this::beat);
    }

    /** The address that it listens on. */
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel peer = server.accept();
                InetAddress from = ((InetSocketAddress) peer.getRemoteAddress()).getAddress();
                if (peers.size() < MOST && known.test(from)) {
                    peer.configureBlocking(false);
                    peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    peers.add(peer);
                } else {
                    peer.close();
                }
            } catch (IOException e) {
                // Closed, or the peer has gone already; or there are too many files open, which may last.
                Tasks.pause(EVERY_MILLIS);
            }
        }
    }

    private void beat() {
        while (server.isOpen()) {
            for (SocketChannel peer : peers) {
                try {
                    if (peer.write(ByteBuffer.wrap(new byte[1])) == 0) {
                        throw new IOException("it does not read");
                    }
                } catch (IOException e) {
                    peers.remove(peer);
                    close(peer);
                }
            }
            Tasks.pause(EVERY_MILLIS);
        }
    }

    private static void close(SocketChannel peer) {
        try {
            peer.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // Nobody gets in any more in any case.
        }
        peers.forEach(PeerDoor::close);
    }
}
