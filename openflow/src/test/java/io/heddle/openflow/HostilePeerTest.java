package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a hostile or broken peer of the OpenFlow port can cost. Real sockets on loopback. */
@Timeout(60)
class HostilePeerTest {
    private static final long DECLARED = 0xd;
    private static final long GUEST = 0x9;
    private static final Limits SHORT = new Limits(2, 2, 1, 4 << 20);

    @TempDir
    Path state;

    private final Counters counters = new Counters();
    private final Listener listener = new Listener();
    private Journal journal;
    private SwitchRegistry registry;
    private OpenFlowServer server;

    @BeforeEach
    void start() throws IOException {
        journal = new Journal(state);
        registry = new SwitchRegistry(listener, journal, counters, SHORT);
        server = new OpenFlowServer(registry, counters);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
        journal.close();
    }

    private RawPeer peer() throws IOException {
        return new RawPeer(server.address());
    }

    private SwitchConnection accepted(long id) throws InterruptedException {
        RawPeer.await(
                () -> registry.find(id).isPresent() && listener.connected.containsKey(id), "the switch is accepted");
        return registry.find(id).get();
    }

    private boolean isReported(String kind, String text) {
        return journal.since(0).stream()
                .anyMatch(e -> e.kind().equals(kind) && e.text().contains(text));
    }

    @Test
    void portsWithoutEndAreIgnoredBeforeTheyCostAnything() throws Exception {
        try (RawPeer p = peer()) {
            p.introduce(GUEST, "p0");
            SwitchConnection c = accepted(GUEST);
            addPorts(p, 1, 3000);
            RawPeer.await(() -> ignored() == 3001 - Limits.GUEST_PORTS, "the others are ignored");
            long before = allocatedByLoops();
            addPorts(p, 10_000, 3000);
            RawPeer.await(() -> ignored() == 6001 - Limits.GUEST_PORTS, "all of these are ignored");
            long each = (allocatedByLoops() - before) / 3000;
            assertTrue(each < 50, each + " bytes a port");
            assertEquals(Limits.GUEST_PORTS, c.ports().size());
            assertTrue(isReported("refused", "more than 1024 ports"), "an event says why");
            assertEquals(
                    1,
                    journal.since(0).stream()
                            .filter(e -> e.kind().equals("refused"))
                            .count());
            assertTrue(c.isActive());
        }
    }

    /** The program of a switch of the network file needs all its ports. */
    @Test
    void whoIsNamedLaterTellsAllItsPorts() throws Exception {
        try (RawPeer p = peer()) {
            p.introduce(GUEST, "p0");
            accepted(GUEST);
            addPorts(p, 1, 1100);
            RawPeer.await(() -> ignored() > 0, "ports are ignored");
            listener.declared.add(GUEST);
            addPorts(p, 2000, 1);
            assertTrue(p.isClosedByServer());
            RawPeer.await(() -> isReported("disconnected", "it must tell its ports again"), "the event says why");
        }
    }

    private static void addPorts(RawPeer p, int first, int count) throws IOException {
        for (int i = first; i < first + count; i++) {
            p.send(RawPeer.portAdded(i, "p" + i));
        }
    }

    private long ignored() {
        return counters.of("openflow_guest_ports_ignored_total").sum();
    }

    /** Bytes that the event loops of all servers have allocated. */
    private static long allocatedByLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (ThreadInfo t : threads.getThreadInfo(threads.getAllThreadIds())) {
            boolean loop = t != null && t.getThreadName().startsWith(OpenFlowServer.THREADS);
            sum += loop ? Math.max(0, threads.getThreadAllocatedBytes(t.getThreadId())) : 0;
        }
        return sum;
    }

    @Test
    void portsWithoutEndInTheHandshakeCloseTheConnection() throws Exception {
        try (RawPeer p = peer()) {
            int xid = p.handshake(GUEST);
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1_000_000; i += 2) {
                    p.send(RawPeer.ports(xid, true, i, "p" + i, "p" + (i + 1)));
                }
            });
            assertTrue(registry.find(GUEST).isEmpty());
        }
    }

    @Test
    void anAnswerWithoutEndCostsTheMemoryOfGuestsAndNoMore() throws Exception {
        try (RawPeer p = peer()) {
            p.introduce(GUEST, "p0");
            CompletableFuture<List<FlowCodec.Reported>> answer = FlowReader.ask(accepted(GUEST), 0, 0);
            int xid = p.receive(18).xid();
            byte[] part = RawPeer.message(Wire.MULTIPART_REPLY, xid, flows(500));
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 100_000; i++) {
                    p.send(part);
                }
            });
            assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
            RawPeer.await(() -> isReported("disconnected", "share 4 MiB"), "the event says why");
        }
    }

    /** A part of a flow statistics reply that says that more follow. */
    private static byte[] flows(int count) {
        ByteBuffer body = ByteBuffer.allocate(8 + count * 56)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(0);
        for (int i = 0; i < count; i++) {
            body.putShort((short) 56)
                    .put(new byte[46])
                    .putShort((short) 1)
                    .putShort((short) 4)
                    .putInt(0);
        }
        return body.array();
    }

    @Test
    void echoRequestsThatNobodyReadsTheAnswersOfAreNotAnswered() throws Exception {
        try (RawPeer p = peer()) {
            p.introduce(DECLARED, "p0");
            SwitchConnection c = accepted(DECLARED);
            byte[] echo = RawPeer.message(Wire.ECHO_REQUEST, 1, new byte[65_000]);
            p.socket.setSoTimeout(100);
            for (int i = 0; i < 2000; i++) {
                p.send(echo);
            }
            RawPeer.await(() -> counters.of("openflow_echoes_unanswered_total").sum() > 0, "it stops to answer");
            assertTrue(c.unsent() < 16 << 20, c.unsent() + " bytes are unsent");
        }
    }

    @Test
    void echoRequestsInTheHandshakeCloseTheConnection() throws Exception {
        try (RawPeer p = peer()) {
            p.send(RawPeer.message(0, 1, new byte[0]));
            byte[] echo = RawPeer.message(Wire.ECHO_REQUEST, 1, new byte[65_000]);
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 5000; i++) {
                    p.send(echo);
                }
            });
        }
    }

    @Test
    void aSwitchThatEchoesButDoesNotAnswerIsClosed() throws Exception {
        try (RawPeer p = peer()) {
            p.introduce(DECLARED, "p0");
            SwitchConnection c = accepted(DECLARED);
            CompletableFuture<List<FlowCodec.Reported>> answer = FlowReader.ask(c, 0, 0);
            assertTrue(p.isClosedByServer());
            assertThrows(ExecutionException.class, () -> answer.get(1, TimeUnit.SECONDS));
            RawPeer.await(() -> isReported("disconnected", "was not answered for 2 s"), "the event says why");
            assertThrows(ExecutionException.class, () -> FlowReader.ask(c, 0, 0).get(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void aHandshakeThatDoesNotEndIsClosed() throws Exception {
        try (RawPeer p = peer()) {
            p.handshake(GUEST);
            assertTrue(p.isClosedByServer());
        }
    }

    @Test
    void aConnectionThatBreaksInItsHandshakeLeavesNothingBehind() throws Exception {
        for (int i = 0; i < 300; i++) {
            RawPeer p = peer();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(RawPeer.message(0, 1, new byte[0]));
            all.write(RawPeer.featuresReply(2, GUEST + i));
            all.write(RawPeer.message(25, 3, ByteBuffer.allocate(16).putInt(2).array()));
            all.write(RawPeer.ports(5, false, 1, "p0"));
            p.send(all.toByteArray());
            p.reset();
        }
        RawPeer.await(() -> registry.all().isEmpty(), "the registry is empty");
        Thread.sleep(200);
        assertEquals(0, registry.all().size());
    }

    @Test
    void whoAnswersKeepsItsDatapathId() throws Exception {
        try (RawPeer first = peer();
                RawPeer second = peer()) {
            first.introduce(DECLARED, "p0");
            SwitchConnection owner = accepted(DECLARED);
            second.introduce(DECLARED, "p0");
            RawPeer.Message echo = first.receive(Wire.ECHO_REQUEST);
            first.send(RawPeer.message(Wire.ECHO_REPLY, echo.xid(), echo.body()));
            assertTrue(second.isClosedByServer());
            assertEquals(owner, registry.find(DECLARED).orElseThrow());
            assertTrue(isReported("refused", "already taken by the switch at"));
        }
    }

    @Test
    void whoMayNotSpeakForASwitchIsRefused() throws Exception {
        listener.refusal = Optional.of("not from there");
        try (RawPeer p = peer()) {
            p.introduce(DECLARED, "p0");
            assertTrue(p.isClosedByServer());
            assertTrue(registry.find(DECLARED).isEmpty());
            assertFalse(listener.connected.containsKey(DECLARED));
            assertTrue(isReported("refused", "not from there"));
        }
    }

    @Test
    void eventsAboutGuestsDoNotDisplaceOthers() throws Exception {
        for (int i = 0; i < 400; i++) {
            try (RawPeer p = peer()) {
                p.send(RawPeer.message(0, 1, new byte[0]));
                p.receive(5);
                p.send(RawPeer.message(1, 2, new byte[4]));
                assertTrue(p.isClosedByServer());
            }
        }
        assertTrue(journal.since(0).size() < 300, journal.since(0).size() + " events");
        assertTrue(counters.of("openflow_guest_events_left_out_total").sum() > 0);
    }

    @Test
    void controlCharactersInAPortNameAreReplaced() throws Exception {
        try (RawPeer p = peer()) {
            p.introduce(GUEST, "a\u001b[31m\nb");
            assertEquals("a?[31m?b", accepted(GUEST).ports().keySet().iterator().next());
        }
    }

    private static final class Listener extends TestListener {
        final Map<Long, SwitchConnection> connected = new ConcurrentHashMap<>();
        final Set<Long> declared = ConcurrentHashMap.newKeySet();
        volatile Optional<String> refusal = Optional.empty();

        @Override
        public boolean isDeclared(long datapathId) {
            return datapathId == DECLARED || declared.contains(datapathId);
        }

        @Override
        public Optional<String> refusal(SwitchConnection connection) {
            return refusal;
        }

        @Override
        public void connected(SwitchConnection connection) {
            connected.put(connection.datapathId(), connection);
        }
    }
}
