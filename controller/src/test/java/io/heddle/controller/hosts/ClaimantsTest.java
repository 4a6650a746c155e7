package io.heddle.controller.hosts;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.flows.model.NetworkModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several sessions with the system-id of one host wait when their controller begins to lead. */
@Timeout(60)
class ClaimantsTest {
    private static final String OLDER = "127.0.0.2";
    private static final String NEWER = "127.0.0.3";

    @TempDir
    Path folder;

    private final WaitingHosts waiting = new WaitingHosts(10, 10);
    private final HostDoor door = new HostDoor(waiting);
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private ModelThread modelThread;
    private Hosts hosts;
    private int port;

    @BeforeEach
    void start() throws Exception {
        Journal journal = new Journal(folder);
        modelThread = new ModelThread(journal);
        hosts = new Hosts(modelThread, journal, new Counters(), Transport.plain(6653), door);
        toClose.addAll(List.of(modelThread, hosts, journal));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        door.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Optional.empty());
        NetworkModel model = NetworkFile.read(
                        Map.of("n.yaml", "heddle: v1\nhosts: {h1: {system-id: abc, bridges: {br0: {}}}}"))
                .model();
        modelThread.execute(() -> hosts.want(model, 1));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable c : toClose) {
            c.close();
        }
    }

    private DialInPeer waits(String from) throws IOException, InterruptedException {
        int before = waiting.inOrder().size();
        DialInPeer peer = new DialInPeer(from, port, "abc");
        toClose.add(0, peer);
        await(() -> waiting.inOrder().size() == before + 1, "it waits");
        return peer;
    }

    private interface Condition {
        boolean isTrue();
    }

    private static void await(Condition condition, String what) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.isTrue()) {
            assertTrue(System.nanoTime() < end, "not within 20 s: " + what);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean isConnectedFrom(String address) {
        return hosts.status().stream()
                .anyMatch(s -> s.connected() && s.address().startsWith(address + ":"));
    }

    /** Even if the newer one is faster: a stranger who waits at each follower must not win a change of leader. */
    @Test
    void theOldestSessionThatAnswersSpeaksForTheHost() throws Exception {
        DialInPeer older = waits(OLDER);
        DialInPeer newer = waits(NEWER);
        newer.letItBeRead();
        hosts.open();
        assertTrue(newer.isClosed());
        older.letItBeRead();
        await(() -> isConnectedFrom(OLDER), "the older session speaks for the host");
        assertTrue(older.isOpen());
    }

    @Test
    void aSessionThatDoesNotAnswerIsReplaced() throws Exception {
        DialInPeer older = waits(OLDER);
        older.fallSilent();
        DialInPeer newer = waits(NEWER);
        newer.letItBeRead();
        hosts.open();
        await(() -> isConnectedFrom(NEWER), "the newer session speaks for the host");
        assertTrue(older.isClosed());
        assertTrue(newer.isOpen());
    }

    @Test
    void aHostWhoseOlderSessionEndsIsServedByTheNewerOne() throws Exception {
        DialInPeer older = waits(OLDER);
        DialInPeer newer = waits(NEWER);
        newer.letItBeRead();
        older.close();
        await(() -> waiting.inOrder().size() == 1, "only the newer session waits");
        hosts.open();
        await(() -> isConnectedFrom(NEWER), "the newer session speaks for the host");
    }
}
