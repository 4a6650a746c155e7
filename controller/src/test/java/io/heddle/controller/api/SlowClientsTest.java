package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.controller.access.Scope;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.services.Services;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that keep the API waiting, or come in between. The API has small limits, so that the tests are short. */
@Timeout(60)
class SlowClientsTest {
    private static final int CLIENT_SECONDS = 1;
    private static final int ANSWER_SECONDS = 4;
    private static final String FILE = "heddle: v1\nnetworks: {red: {vlan: 200}}\n";

    private static final String FOLLOW =
            "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";

    @TempDir
    private Path state;

    private ServerUnderTest server;
    private Services services;
    private int port;

    @BeforeEach
    void start() throws Exception {
        server = new ServerUnderTest(state, new ClientLimits(2, CLIENT_SECONDS, ANSWER_SECONDS));
        services = server.services();
        port = ServerUnderTest.freePort();
        server.api().listen(new InetSocketAddress("127.0.0.1", port), List.of());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Socket client(String text) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private String status(String request) throws IOException {
        try (Socket socket = client(request)) {
            return line(socket);
        }
    }

    /** Seconds until the server closes the connection. */
    private static double secondsUntilClosed(Socket socket, Runnable meanwhile) throws IOException {
        long begun = System.nanoTime();
        socket.setSoTimeout(100);
        byte[] buffer = new byte[65_536];
        while (true) {
            assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(10), "the connection stays open");
            try {
                if (socket.getInputStream().read(buffer) < 0) {
                    return (System.nanoTime() - begun) / 1e9;
                }
            } catch (SocketTimeoutException e) {
                meanwhile.run();
            } catch (IOException reset) {
                return (System.nanoTime() - begun) / 1e9;
            }
        }
    }

    private static void drip(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The server has closed the connection; the next read shows it.
        }
    }

    @Test
    void theHeadOfARequestMustArriveInTime() throws Exception {
        try (Socket nothing = client("");
                Socket head = client("GET /health/live HTTP/1.1\r\n")) {
            assertTrue(secondsUntilClosed(head, () -> drip(head, "X: y\r\n")) < 3 * CLIENT_SECONDS);
            assertTrue(secondsUntilClosed(nothing, () -> {}) < 3 * CLIENT_SECONDS);
        }
        try (Socket kept = client(get("/health/live"))) {
            double seconds = secondsUntilClosed(kept, () -> {});
            assertTrue(seconds > 0.8 * CLIENT_SECONDS && seconds < 3 * CLIENT_SECONDS, "closed after " + seconds);
        }
    }

    @Test
    void theBodyOfARequestMustArriveInTime() throws Exception {
        try (Socket body = client("PUT /api/v1/network HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/yaml\r\nContent-Length: 1000\r\n\r\n")) {
            assertTrue(secondsUntilClosed(body, () -> drip(body, "#")) < 3 * CLIENT_SECONDS);
        }
    }

    /** Also if it follows another request in the same segment. */
    @Test
    void aWaitMayBeLongerThanARequest() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        services.modelThread().execute(() -> assertDoesNotThrow(() -> done.await()));
        services.changes().apply(change(Map.of("network.yaml", FILE), OptionalInt.empty()));
        String wait = get("/api/v1/versions/1/state?wait=" + 2 * CLIENT_SECONDS);
        long begun = System.nanoTime();
        try (Socket pipelined = client(get("/openapi.yaml") + wait)) {
            int answers = 0;
            while (answers < 2) {
                answers += line(pipelined).startsWith("HTTP/1.1 200") ? 1 : 0;
            }
            assertTrue(System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(2 * CLIENT_SECONDS), "it did not wait");
        } finally {
            done.countDown();
        }
    }

    @Test
    void anAnswerThatNobodyReadsKeepsItsPlaceForABoundedTime() throws Exception {
        String large = FILE + "#".repeat(20 << 20);
        services.changes().apply(change(Map.of("network.yaml", large), OptionalInt.empty()));
        List<Socket> all = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                Socket s = client(get("/api/v1/network"));
                all.add(s);
                assertEquals("HTTP/1.1 200 OK", line(s));
            }
            assertEquals("HTTP/1.1 503 Service Unavailable", status(get("/api/v1/status")));
            assertEquals("HTTP/1.1 200 OK", status(get("/health/live")));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3 * ANSWER_SECONDS);
            while (!status(get("/api/v1/status")).contains("200")) {
                assertTrue(System.nanoTime() < end, "the places are never free again");
                Thread.sleep(100);
            }
        } finally {
            for (Socket s : all) {
                s.close();
            }
        }
    }

    /** More bytes than may wait for a client: the rest waits as events, until the client reads. */
    @Test
    void aClientThatReadsLateGetsAllKeptEvents() throws Exception {
        for (int i = 0; i < 9_999; i++) {
            services.journal().add("test", "host", "x".repeat(2_000));
        }
        long last = services.journal().since(0).get(9_998).id();
        try (Socket follower = client(FOLLOW)) {
            Thread.sleep(500);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(follower.getInputStream(), StandardCharsets.UTF_8));
            long expected = 1;
            while (expected <= last) {
                String line = in.readLine();
                assertFalse(line == null, "closed after event " + (expected - 1));
                if (line.startsWith("id: ")) {
                    assertEquals("id: " + expected++, line);
                }
            }
            services.journal().add("test", "host", "y");
            assertTrue(in.lines().anyMatch(l -> l.equals("id: " + (last + 1))));
        }
    }

    @Test
    void aStreamThatNobodyReadsEnds() throws Exception {
        for (int i = 0; i < 9_999; i++) {
            services.journal().add("test", "host", "x".repeat(2_000));
        }
        try (Socket follower = client(FOLLOW)) {
            // Less than half of it fits into the buffers of the connection.
            Thread.sleep(4_000 * CLIENT_SECONDS);
            byte[] buffer = new byte[65_536];
            long bytes = 0;
            int n = 0;
            try {
                for (n = follower.getInputStream().read(buffer);
                        n >= 0;
                        n = follower.getInputStream().read(buffer)) {
                    bytes += n;
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the stream goes on after " + bytes + " bytes", e);
            } catch (IOException reset) {
                n = -1;
            }
            assertTrue(bytes < 15_000_000, bytes + " bytes");
        }
    }

    @Test
    void aQuietStreamGoesOn() throws Exception {
        try (Socket follower = client(FOLLOW)) {
            assertEquals("HTTP/1.1 200 OK", line(follower));
            Thread.sleep(1_000 * (ANSWER_SECONDS + 1));
            services.journal().add("test", "host", "after the pause");
            String line = line(follower);
            while (!line.contains("after the pause")) {
                line = line(follower);
            }
        }
    }

    @Test
    void aQueueOfFramesHasBoundsAndCountsWhatItLeavesOut() {
        List<Runnable> loop = new ArrayList<>();
        LongAdder leftOut = new LongAdder();
        FrameQueue queue = new FrameQueue(loop::add, leftOut);
        List<byte[]> received = new ArrayList<>();
        for (int i = 0; i < FrameQueue.MOST_FRAMES + 500; i++) {
            queue.add(new byte[60], received::add);
        }
        assertEquals(500, leftOut.sum());
        loop.forEach(Runnable::run);
        assertEquals(FrameQueue.MOST_FRAMES, received.size());
        loop.clear();
        for (int i = 0; i < 100; i++) {
            queue.add(new byte[65_535], received::add);
        }
        assertEquals(FrameQueue.MOST_BYTES / 65_535, loop.size());
        assertEquals(500 + 100 - FrameQueue.MOST_BYTES / 65_535, leftOut.sum());
    }

    @Test
    void onlySoManyCapturesRunAtOnce() throws Exception {
        Admission admission = new Admission(ClientLimits.DEFAULT);
        List<Admission.Place> places = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            places.add(admission.stream("capture"));
        }
        String why = assertThrows(Busy.class, () -> admission.stream("capture")).getMessage();
        assertEquals("there are already 16 captures: try again later", why);
        places.get(3).run();
        places.get(3).run();
        admission.stream("capture");
        assertThrows(Busy.class, () -> admission.stream("capture"));
    }

    private static Changes.Change change(Map<String, String> files, OptionalInt base) {
        return new Changes.Change("test", "", files, base, Optional.empty(), Scope.ALL);
    }

    /** A version that is accepted while a confirmed plan is compared: the change must not overwrite it. */
    @Test
    void aConfirmedPlanDoesNotOverwriteAVersionThatItDoesNotKnow() throws Exception {
        Changes changes = services.changes();
        changes.apply(change(Map.of("network.yaml", FILE), OptionalInt.empty()));
        Map<String, String> wanted = Map.of("network.yaml", FILE + "# mine\n");
        String fingerprint = changes.plan(wanted, Scope.ALL).plan().fingerprint();
        Map<String, String> theirs = Map.of("network.yaml", FILE + "# theirs\n");
        AtomicBoolean accepted = new AtomicBoolean();
        // Its files are compared with those in force before the plan is made: another version is accepted just then.
        Map<String, String> files = new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                return wanted.entrySet();
            }

            @Override
            public String get(Object key) {
                if (!accepted.getAndSet(true)) {
                    assertDoesNotThrow(() -> changes.apply(change(theirs, OptionalInt.empty())));
                }
                return wanted.get(key);
            }
        };
        assertThrows(
                Changes.Overtaken.class,
                () -> changes.apply(new Changes.Change(
                        "test", "", files, OptionalInt.empty(), Optional.of(fingerprint), Scope.ALL)));
        assertEquals(theirs, services.store().latest().orElseThrow().files());
    }
}
