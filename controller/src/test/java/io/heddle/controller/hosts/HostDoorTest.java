package io.heddle.controller.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.ovsdb.OvsdbSession;
import io.heddle.tls.Authorities;
import io.heddle.tls.Identity;
import io.heddle.tls.Pem;
import io.heddle.tls.Tls;
import io.heddle.tls.pki.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which hosts wait for a controller to lead, and how it takes them in. Real sockets on loopback. */
@Timeout(60)
class HostDoorTest {
    private final BlockingQueue<String> introduced = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private WaitingHosts waiting;
    private HostDoor door;

    private void door(int most, int mostOfAnAddress) {
        waiting = new WaitingHosts(most, mostOfAnAddress);
        door = new HostDoor(waiting);
        toClose.add(door);
    }

    /** Listens at one more port. */
    private int listen(Optional<Tls> tls) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        door.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls);
        return port;
    }

    private DialInPeer keep(DialInPeer peer) {
        toClose.add(peer);
        return peer;
    }

    /** Dials in, and waits until the host is among those that wait. */
    private DialInPeer waits(String from, int port, String systemId) throws Exception {
        int before = waiting.inOrder().size();
        DialInPeer peer = keep(new DialInPeer(from, port, systemId));
        await(() -> waiting.inOrder().size() == before + 1);
        return peer;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it does not happen within 20 s");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void open() {
        door.open(
                new OvsdbSession.Listener() {
                    @Override
                    public void introduced(OvsdbSession session, String systemId) {
                        introduced.add(systemId);
                    }

                    @Override
                    public void ready(OvsdbSession session) {}

                    @Override
                    public void changed(OvsdbSession session) {}

                    @Override
                    public void closed(OvsdbSession session, String why) {}
                },
                () -> {});
    }

    private String next() throws InterruptedException {
        return introduced.poll(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable c : toClose) {
            c.close();
        }
    }

    @Test
    void hostsWaitInTheOrderInWhichTheyCame() throws Exception {
        door(100, 100);
        int port = listen(Optional.empty());
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add("h" + i);
            waits("127.0.0.1", port, "h" + i);
        }
        assertNull(introduced.poll(), "the controller does not lead");
        open();
        for (String host : all) {
            assertEquals(host, next());
        }
        keep(new DialInPeer("127.0.0.1", port, "late"));
        assertEquals("late", next());
        assertEquals(List.of(), waiting.inOrder());
    }

    @Test
    void oneAddressCannotTakeAllPlaces() throws Exception {
        door(4, 2);
        int port = listen(Optional.empty());
        DialInPeer first = waits("127.0.0.1", port, "a");
        waits("127.0.0.1", port, "b");
        assertTrue(keep(new DialInPeer("127.0.0.1", port, "c")).isClosed());
        waits("127.0.0.2", port, "d");
        first.close();
        await(() -> waiting.inOrder().size() == 2);
        DialInPeer again = waits("127.0.0.1", port, "e");
        assertTrue(again.isOpen(), "a place is free again");
    }

    @Test
    void onlySoManyHostsWait() throws Exception {
        door(3, 2);
        int port = listen(Optional.empty());
        for (int i = 1; i <= 3; i++) {
            waits("127.0.0." + i, port, "h" + i);
        }
        assertTrue(keep(new DialInPeer("127.0.0.4", port, "h4")).isClosed());
        open();
        for (int i = 4; i <= 9; i++) {
            keep(new DialInPeer("127.0.0.4", port, "h" + i));
        }
        for (int i = 1; i <= 9; i++) {
            if (i != 4) {
                assertTrue(next().startsWith("h"), "a controller that leads takes all of them");
            }
        }
    }

    @Test
    void hostsWithACertificateComeFirstAndHavePlacesOfTheirOwn(@TempDir Path folder) throws Exception {
        Authority authority = Authority.init(folder, List.of("localhost"));
        Tls tls = Tls.open(folder, (kind, text) -> {});
        toClose.add(tls);
        door(2, 1);
        int plain = listen(Optional.empty());
        int secure = listen(Optional.of(tls));
        waits("127.0.0.1", plain, "stranger1");
        waits("127.0.0.2", plain, "stranger2");
        for (int i = 1; i <= 2; i++) {
            secure(authority.host("h" + i, List.of()), secure, "h" + i);
        }
        open();
        assertEquals(List.of("h1", "h2", "stranger1", "stranger2"), List.of(next(), next(), next(), next()));
    }

    private void secure(Authority.HostFiles files, int port, String systemId) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                Identity.of(files.certificate(), files.key()),
                new TrustManager[] {Authorities.trust(Pem.certificates(files.authority()))},
                null);
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(DialInPeer.connect("127.0.0.1", port), "127.0.0.1", port, true);
        int before = waiting.inOrder().size();
        keep(new DialInPeer(socket, systemId));
        await(() -> waiting.inOrder().size() == before + 1);
    }
}
