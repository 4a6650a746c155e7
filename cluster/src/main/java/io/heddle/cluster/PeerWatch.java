package io.heddle.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Watches another controller by its {@link PeerDoor}. A controller that was never heard does not count as dead. A dead
 * controller may be heard again.
 */
final class PeerWatch implements AutoCloseable {
    /** After this silence the watch connects once more. */
    private static final int SILENT_MILLIS = 600;

    /** How long that may take, and its first byte. If the controller lives, switches and etcd refuse what it writes. */
    private static final int AGAIN_MILLIS = 300;

    private final InetSocketAddress address;
    private final Changed changed;
    private volatile Socket socket = new Socket();
    private volatile boolean closed;
    /** Whether the peer was heard once and is not heard now. Confined to the watch's thread. */
    private boolean dead;

    /** Gets the changes of a peer. Called by the watch's thread. */
    interface Changed {
        /** @param answers false if the peer is dead, true if it was dead and is heard again */
        void to(boolean answers);
    }

    PeerWatch(Member peer, Changed changed) {
        this.address = new InetSocketAddress(peer.host(), peer.peer());
        this.changed = changed;
        Tasks.start("heddle-peer-watch", this::run);
    }

    private void run() {
        boolean known = false;
        while (!closed) {
            if (listen()) {
                known = true;
            } else if (known && !dead) {
                report(true);
            } else {
                // It may not know this controller yet, or the way to it may be closed: etcd decides whether it is
                // alive.
                Tasks.pause(AGAIN_MILLIS);
            }
        }
    }

    private void report(boolean isDead) {
        dead = isDead;
        if (!closed) {
            changed.to(!isDead);
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
                if (dead) {
                    report(false);
                }
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
