package io.heddle.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Watches another controller by its {@link PeerDoor}, until it is dead. One that was never heard does not count as dead.
 */
final class PeerWatch implements AutoCloseable {
    /** After this silence the watch connects once more. */
    private static final int SILENT_MILLIS = 600;

    /** How long that may take, and its first byte. If the controller lives, switches and etcd refuse what it writes. */
    private static final int AGAIN_MILLIS = 300;

    private final InetSocketAddress address;
    private final Runnable dead;
    private volatile Socket socket = new Socket();
    private volatile boolean closed;

    /** @param dead called once, by a thread of its own */
    PeerWatch(Member peer, Runnable dead) {
        this.address = new InetSocketAddress(peer.host(), peer.peer());
        this.dead = dead;
        Tasks.start("heddle-peer-watch", this::run);
    }

    private void run() {
        boolean known = false;
        int failed = 0;
        while (!closed && failed < 2) {
            if (listen()) {
                known = true;
                failed = 1;
            } else if (known) {
                failed++;
            } else {
                // It may not know this controller yet, or the way to it may be closed: etcd decides whether it is
                // alive.
                Tasks.pause(AGAIN_MILLIS);
            }
        }
        if (!closed) {
            dead.run();
        }
    }

    /** Listens until the peer ends or falls silent. @return whether it has said anything */
    private boolean listen() {
        boolean heard = false;
        try (Socket s = new Socket()) {
            socket = s;
            s.connect(address, AGAIN_MILLIS);
            s.setSoTimeout(AGAIN_MILLIS);
            InputStream in = s.getInputStream();
            while (!closed && in.read() >= 0) {
                heard = true;
                s.setSoTimeout(SILENT_MILLIS);
            }
        } catch (IOException e) {
            // As if it had ended.
        }
        return heard;
    }

    @Override
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }
}
