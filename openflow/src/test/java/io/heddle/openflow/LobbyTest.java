package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.openflow.codec.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a switch hears from a controller that does not lead, and when it comes to lead. Real sockets on loopback. */
@Timeout(30)
class LobbyTest {
    private static final int ROLE_REQUEST = 24;
    private static final int ROLE_REPLY = 25;
    private static final int MASTER = 2;
    private static final int SLAVE = 3;
    private static final int EQUAL = 1;
    private static final long TERM = 77;
    private static final byte[] STALE = ByteBuffer.allocate(4).putInt(11 << 16).array();

    @TempDir
    Path state;

    private final Counters counters = new Counters();
    private final AtomicInteger deposed = new AtomicInteger();
    private Journal journal;
    private SwitchRegistry registry;
    private OpenFlowServer server;

    @BeforeEach
    void start() throws IOException {
        journal = new Journal(state);
        registry = new SwitchRegistry(declared(), journal, counters, Limits.DEFAULT);
        server = new OpenFlowServer();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
        journal.close();
    }

    /** The file names the switch 0xd. */
    private static TestListener declared() {
        return new TestListener() {
            @Override
            public boolean isDeclared(long datapathId) {
                return datapathId == 0xd;
            }
        };
    }

    private void lead() {
        server.lead(registry, counters, new Leading(OptionalLong.of(TERM), deposed::incrementAndGet));
    }

    private static byte[] role(int role, long generation) {
        return ByteBuffer.allocate(16)
                .putInt(role)
                .putInt(0)
                .putLong(generation)
                .array();
    }

    private static void assertRole(int role, long generation, RawPeer.Message message) {
        ByteBuffer body = ByteBuffer.wrap(message.body());
        assertEquals(role, body.getInt(0));
        assertEquals(generation, body.getLong(8));
    }

    /** Says hello, and lets the controller become a slave. */
    private static void wait(RawPeer p) throws IOException {
        p.send(RawPeer.message(0, 1, new byte[0]));
        RawPeer.Message asks = p.receive(ROLE_REQUEST);
        assertEquals(0, ByteBuffer.wrap(asks.body()).getInt(0), "it asks for the generation id");
        p.send(RawPeer.message(ROLE_REPLY, asks.xid(), role(EQUAL, 41)));
        assertRole(SLAVE, 41, p.receive(ROLE_REQUEST));
        p.send(RawPeer.message(ROLE_REPLY, 1, role(SLAVE, 41)));
    }

    @Test
    void aSlaveHasItsMasterAtOnce() throws Exception {
        try (RawPeer p = new RawPeer(server.address())) {
            wait(p);
            p.send(RawPeer.message(Wire.ECHO_REQUEST, 9, new byte[] {1, 2, 3}));
            assertEquals(3, p.receive(Wire.ECHO_REPLY).body().length);
            assertEquals(1, server.waiting());
            lead();
            RawPeer.Message features = p.receive(5);
            p.send(RawPeer.featuresReply(features.xid(), 0xd));
            RawPeer.Message role = p.receive(ROLE_REQUEST);
            assertRole(MASTER, TERM, role);
            p.send(RawPeer.message(ROLE_REPLY, role.xid(), role.body()));
            p.send(RawPeer.ports(p.receive(18).xid(), false, 1, "p1"));
            RawPeer.await(() -> registry.find(0xd).isPresent(), "the switch is there");
            assertEquals(0, server.waiting());
            assertEquals(0, deposed.get());
        }
    }

    @Test
    void onesThatComeLaterOrHaveNotSaidHelloAreServedToo() throws Exception {
        try (RawPeer early = new RawPeer(server.address())) {
            RawPeer.await(() -> server.waiting() == 1, "it waits");
            lead();
            early.introduce(0xe, "p1");
            try (RawPeer late = new RawPeer(server.address())) {
                late.introduce(0xf, "p1");
                RawPeer.await(
                        () -> registry.find(0xe).isPresent()
                                && registry.find(0xf).isPresent(),
                        "both are there");
            }
        }
    }

    /** A refused slave would be as good as a master. */
    @Test
    void aSlaveThatIsRefusedAsksAgain() throws Exception {
        try (RawPeer p = new RawPeer(server.address())) {
            p.send(RawPeer.message(0, 1, new byte[0]));
            p.send(RawPeer.message(ROLE_REPLY, p.receive(ROLE_REQUEST).xid(), role(EQUAL, 41)));
            assertRole(SLAVE, 41, p.receive(ROLE_REQUEST));
            p.send(RawPeer.message(Wire.ERROR, 1, STALE));
            p.send(RawPeer.message(ROLE_REPLY, p.receive(ROLE_REQUEST).xid(), role(EQUAL, 42)));
            assertRole(SLAVE, 42, p.receive(ROLE_REQUEST));
        }
    }

    @Test
    void whoIsNoSwitchIsClosed() throws Exception {
        try (RawPeer p = new RawPeer(server.address())) {
            p.send(RawPeer.message(Wire.ECHO_REQUEST, 1, new byte[0]));
            assertTrue(p.isClosedByServer());
            RawPeer.await(() -> server.waiting() == 0, "nobody waits");
        }
    }

    @Test
    void aLeaderWithAnOldTermHearsIt() throws Exception {
        lead();
        try (RawPeer p = new RawPeer(server.address())) {
            p.send(RawPeer.message(0, 1, new byte[0]));
            p.send(RawPeer.featuresReply(p.receive(5).xid(), 0xd));
            p.send(RawPeer.message(Wire.ERROR, p.receive(ROLE_REQUEST).xid(), STALE));
            assertTrue(p.isClosedByServer());
            assertEquals(1, deposed.get());
        }
    }

    @Test
    void aStrangerDeposesNobody() throws Exception {
        lead();
        try (RawPeer p = new RawPeer(server.address())) {
            p.send(RawPeer.message(0, 1, new byte[0]));
            p.send(RawPeer.message(Wire.ERROR, 1, STALE));
            assertTrue(p.isClosedByServer());
        }
        try (RawPeer p = new RawPeer(server.address())) {
            p.introduce(0xbad, "p1");
            RawPeer.await(() -> registry.find(0xbad).isPresent(), "it is there");
            byte[] isSlave = ByteBuffer.allocate(4).putInt(1 << 16 | 10).array();
            p.send(RawPeer.message(Wire.ERROR, 12345, isSlave));
            p.send(RawPeer.message(Wire.ECHO_REQUEST, 7, new byte[0]));
            p.receive(Wire.ECHO_REPLY);
        }
        assertEquals(0, deposed.get());
    }

    /** A peer that answers a question without end does not make the controller ask without end. */
    @Test
    void rolesWithoutEndAreNotAnswered() throws Exception {
        try (RawPeer p = new RawPeer(server.address())) {
            p.send(RawPeer.message(0, 1, new byte[0]));
            p.receive(ROLE_REQUEST);
            for (int i = 0; i < 1000; i++) {
                p.send(RawPeer.message(ROLE_REPLY, i, role(EQUAL, 41)));
            }
            p.send(RawPeer.message(Wire.ECHO_REQUEST, 7, new byte[8]));
            int requests = 0;
            RawPeer.Message m = p.receive();
            while (m.type() != Wire.ECHO_REPLY) {
                requests++;
                m = p.receive();
            }
            assertEquals(5, requests);
        }
    }

    /** What a switch has sent in part when the controller comes to lead is not lost. */
    @Test
    void halfAMessageIsTakenAlong() throws Exception {
        try (RawPeer p = new RawPeer(server.address())) {
            wait(p);
            byte[] echo = RawPeer.message(Wire.ECHO_REQUEST, 9, new byte[] {1, 2, 3, 4});
            p.send(Arrays.copyOf(echo, 10));
            Thread.sleep(100);
            lead();
            RawPeer.Message features = p.receive(5);
            p.send(Arrays.copyOfRange(echo, 10, echo.length));
            assertEquals(4, p.receive(Wire.ECHO_REPLY).body().length);
            p.send(RawPeer.featuresReply(features.xid(), 0xd));
            assertRole(MASTER, TERM, p.receive(ROLE_REQUEST));
        }
    }

    @Test
    void aLeaderWhoseSwitchHasAnotherMasterHearsIt() throws Exception {
        lead();
        try (RawPeer p = new RawPeer(server.address())) {
            p.introduce(0xd, "p1");
            RawPeer.await(() -> registry.find(0xd).isPresent(), "the switch is there");
            byte[] isSlave = ByteBuffer.allocate(4).putInt(1 << 16 | 10).array();
            p.send(RawPeer.message(Wire.ERROR, 12345, isSlave));
            RawPeer.await(() -> deposed.get() == 1, "it hears it");
        }
    }
}
