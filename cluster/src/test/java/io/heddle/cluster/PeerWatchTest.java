package io.heddle.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who counts as dead. Real sockets on loopback. */
@Timeout(30)
class PeerWatchTest {
    private final AtomicBoolean known = new AtomicBoolean(true);
    private final CountDownLatch dead = new CountDownLatch(1);
    private final CountDownLatch alive = new CountDownLatch(1);

    private PeerDoor door() throws IOException {
        return new PeerDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), address -> known.get());
    }

    private PeerWatch watch(int port) {
        return new PeerWatch(
                new Member("c1", "127.0.0.1", 0, 0, 0, 0, port), answers -> (answers ? alive : dead).countDown());
    }

    @Test
    void aPeerThatEndsIsDeadAtOnceAndNotBefore() throws Exception {
        PeerDoor door = door();
        PeerWatch watch = watch(door.address().getPort());
        assertFalse(dead.await(1500, TimeUnit.MILLISECONDS), "it is alive");
        door.close();
        assertTrue(dead.await(500, TimeUnit.MILLISECONDS), "it is dead");
        watch.close();
    }

    /** A controller that holds off needs both: it must not depose a leader that was only silent for a moment. */
    @Test
    void aDeadPeerMayBeHeardAgain() throws Exception {
        int port;
        PeerWatch watch;
        try (PeerDoor door = door()) {
            port = door.address().getPort();
            watch = watch(port);
            assertFalse(dead.await(700, TimeUnit.MILLISECONDS), "it is alive");
        }
        assertTrue(dead.await(5, TimeUnit.SECONDS), "it is dead");
        assertFalse(alive.await(700, TimeUnit.MILLISECONDS), "nobody is there");
        PeerDoor again = new PeerDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), address -> true);
        assertTrue(alive.await(5, TimeUnit.SECONDS), "it is heard again");
        again.close();
        watch.close();
    }

    /** Otherwise a wrong address or a closed port would depose a leader that is alive, again and again. */
    @Test
    void aPeerThatWasNeverHeardIsNotDead() throws Exception {
        known.set(false);
        try (PeerDoor door = door()) {
            PeerWatch watch = watch(door.address().getPort());
            assertFalse(dead.await(1500, TimeUnit.MILLISECONDS), "it sends this one away");
            known.set(true);
            assertFalse(dead.await(1000, TimeUnit.MILLISECONDS), "it knows this one now");
            watch.close();
        }
    }

    @Test
    void strangersHearNothing() throws Exception {
        known.set(false);
        try (PeerDoor door = door();
                Socket stranger = new Socket(
                        InetAddress.getLoopbackAddress(), door.address().getPort())) {
            stranger.setSoTimeout(5000);
            assertEquals(-1, stranger.getInputStream().read());
        }
    }
}
