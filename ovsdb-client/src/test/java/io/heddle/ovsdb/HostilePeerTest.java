package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a hostile or broken peer of the OVSDB port can cost. Real sockets on loopback. */
@Timeout(60)
class HostilePeerTest {
    private static final String NAMED = "{'rows':[{'external_ids':['map',[['system-id','abc']]]}]}";

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<OvsdbSession> sessions = new LinkedBlockingQueue<>();
    private final OvsdbConnector connector = new OvsdbConnector(() -> {}, 2);
    private int port;

    @BeforeEach
    void listen() throws IOException {
        listen(connector);
    }

    private void listen(OvsdbConnector connector) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        connector.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.empty(),
                new OvsdbSession.Listener() {
                    @Override
                    public void introduced(OvsdbSession session, String systemId) {
                        heard.add("introduced " + systemId);
                        sessions.add(session);
                    }

                    @Override
                    public void ready(OvsdbSession session) {
                        heard.add("ready");
                    }

                    @Override
                    public void changed(OvsdbSession session) {
                        heard.add("changed");
                    }

                    @Override
                    public void closed(OvsdbSession session, String why) {
                        heard.add("closed: " + why);
                    }
                });
    }

    @AfterEach
    void close() {
        connector.close();
    }

    /** A peer that a test writes byte by byte. */
    private final class Peer implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        private final ObjectMapper json = new ObjectMapper();

        Peer() throws IOException {
            socket.setSoTimeout(10_000);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        }

        /** Reads a request, other than an echo. */
        JsonNode request() throws IOException {
            InputStream in = socket.getInputStream();
            while (true) {
                StringBuilder text = new StringBuilder();
                int depth = 0;
                do {
                    int c = in.read();
                    if (c < 0) {
                        throw new IOException("closed");
                    }
                    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
                    text.append((char) c);
                } while (depth > 0);
                JsonNode request = json.readTree(text.toString());
                if (!request.path("method").asText().equals("echo")) {
                    return request;
                }
            }
        }

        /** Answers the next request. @return its method */
        String answer(String result) throws IOException {
            JsonNode request = request();
            send("{'id':" + request.get("id") + ",'error':null,'result':" + result + "}");
            return request.get("method").asText();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private String next() throws InterruptedException {
        return heard.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void aHostIsReadOnlyOnceItIsKnown() throws Exception {
        try (Peer p = new Peer()) {
            assertEquals("transact", p.answer("[" + NAMED + "]"));
            assertEquals("introduced abc", next());
            OvsdbSession session = sessions.take();
            p.send("{'id':null,'method':'update','params':['heddle',{'Bridge':{'x':{'new':{'name':'br0'}}}}]}");
            assertNull(heard.poll(200, TimeUnit.MILLISECONDS));
            assertTrue(session.database().table(Database.BRIDGE).isEmpty(), "an update that nobody asked for");
            assertFalse(session.isReady());
            session.begin();
            assertEquals("transact", p.answer("[{'rows':[]}]"));
            assertEquals("monitor", p.answer("{'Open_vSwitch':{'root':{'new':{'next_cfg':1}}}}"));
            assertEquals("ready", next());
            assertEquals(session, session.begin().get(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void aLongMessageOfAStrangerClosesTheConnection() throws Exception {
        try (Peer p = new Peer()) {
            assertThrows(IOException.class, () -> {
                p.send("{'id':1,'method':'echo','params':['");
                for (int i = 0; i < 2000; i++) {
                    p.send("x".repeat(10_000));
                }
            });
            assertEquals("closed: a message of more than 65536 bytes", next());
        }
    }

    /** Thousands of them may wait at a controller that does not lead. */
    @Test
    void aLongMessageOfAnIntroducedHostClosesTheConnection() throws Exception {
        try (Peer p = new Peer()) {
            p.answer("[" + NAMED + "]");
            assertEquals("introduced abc", next());
            p.send("{'id':1,'method':'echo','params':['" + "x".repeat(5000));
            assertEquals("closed: a message of more than 4096 bytes", next());
        }
    }

    @Test
    void aLongMessageRightAfterTheIntroductionClosesTheConnection() throws Exception {
        try (Peer p = new Peer()) {
            p.send("{'id':" + p.request().get("id") + ",'error':null,'result':[" + NAMED + "]}"
                    + "{'id':1,'method':'echo','params':['" + "x".repeat(5000));
            assertEquals("introduced abc", next());
            assertEquals("closed: a message of more than 4096 bytes", next());
        }
    }

    @Test
    void aHostThatIsReadMaySendLongMessages() throws Exception {
        try (Peer p = new Peer()) {
            p.answer("[" + NAMED + "]");
            assertEquals("introduced abc", next());
            sessions.take().begin();
            p.answer("[{'rows':[]}]");
            p.answer("{'Open_vSwitch':{'root':{'new':{'external_ids':['map',[['a','" + "x".repeat(70_000) + "']]]}}}}");
            assertEquals("ready", next());
        }
    }

    @Test
    void aLongSystemIdClosesTheConnection() throws Exception {
        try (Peer p = new Peer()) {
            p.answer("[" + NAMED.replace("abc", "a".repeat(255)) + "]");
            assertEquals("introduced " + "a".repeat(255), next());
        }
        assertTrue(next().startsWith("closed: "));
        try (Peer p = new Peer()) {
            p.answer("[" + NAMED.replace("abc", "a".repeat(256)) + "]");
            assertEquals("closed: the host's system-id has 256 characters, and may have at most 255", next());
        }
    }

    @Test
    void whoDoesNotIntroduceHimselfIsClosed() throws Exception {
        try (Peer p = new Peer()) {
            p.request();
            assertEquals("closed: the host has not introduced itself within 2 s", next());
        }
    }

    @Test
    void onlySoManyMayBeNameless() throws Exception {
        List<Peer> all = new ArrayList<>();
        // With time to introduce themselves, however slow this machine is.
        try (OvsdbConnector patient = new OvsdbConnector(() -> {}, 60)) {
            listen(patient);
            for (int i = 0; i < 500; i++) {
                all.add(new Peer());
            }
            try (Peer late = new Peer()) {
                assertThrows(IOException.class, late::request);
            }
        } finally {
            for (Peer p : all) {
                p.close();
            }
        }
    }

    @Test
    void aLivingHostAnswersAndADeadOneDoesNot() throws Exception {
        try (Peer p = new Peer()) {
            p.answer("[" + NAMED + "]");
            OvsdbSession session = sessions.take();
            assertFalse(session.answers(1).get());
        }
    }

    @Test
    void namesAreResolvedOffTheEventLoops() throws Exception {
        BlockingQueue<String> failed = new LinkedBlockingQueue<>();
        connector.dial(
                "no-such-host.invalid",
                6640,
                Optional.empty(),
                new OvsdbSession.Listener() {
                    @Override
                    public void ready(OvsdbSession session) {}

                    @Override
                    public void changed(OvsdbSession session) {}

                    @Override
                    public void closed(OvsdbSession session, String why) {}
                },
                failed::add);
        assertEquals("cannot resolve no-such-host.invalid", failed.poll(30, TimeUnit.SECONDS));
    }
}
