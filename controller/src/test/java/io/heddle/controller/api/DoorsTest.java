package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.cli.ControllerProgram;
import io.heddle.controller.Controller;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What hostile clients of the API can reach and cost. Real sockets on loopback, requests byte by byte. */
@Timeout(120)
class DoorsTest {
    private static final String FILE = "heddle: v1\nnetworks: {red: {vlan: 200}}\n";

    @TempDir
    private static Path state;

    private static Controller controller;
    private static int port;
    private static int openFlowPort;
    /** The number of accepted versions. */
    private static int accepted;
    /** The answer to a change from version 5 while there was no version. */
    private static int baseOfEmptyStore;

    @BeforeAll
    static void start() throws Exception {
        port = freePort();
        openFlowPort = freePort();
        controller = new Controller(new ControllerProgram.Options(
                Optional.empty(),
                state,
                ControllerProgram.Door.plain(new InetSocketAddress("127.0.0.1", openFlowPort)),
                ControllerProgram.Door.plain(new InetSocketAddress("127.0.0.1", 0)),
                ControllerProgram.Door.plain(new InetSocketAddress("127.0.0.1", port)),
                List.of("net.example"),
                Optional.empty(),
                Optional.empty(),
                "admin"));
        baseOfEmptyStore = changeFrom(5);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @AfterAll
    static void stop() {
        controller.close();
    }

    /** A connection with one request. */
    private static final class Client implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);

        Client(String request) throws IOException {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        }

        /** Reads the status; fails when the server closes or does not answer. */
        int status() throws IOException {
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the server closed the connection");
                }
                line.append((char) c);
            }
            return Integer.parseInt(line.toString().split(" ")[1]);
        }

        String rest() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String get(String path, String... headers) {
        return request("GET", path, "", headers);
    }

    private static String request(String method, String path, String body, String... headers) {
        boolean host = List.of(headers).stream().anyMatch(h -> h.startsWith("Host:"));
        return method + " " + path + " HTTP/1.1\r\n"
                + (host ? "" : "Host: 127.0.0.1:" + port + "\r\n")
                + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList())
                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
                + "\r\n" + body;
    }

    private static int status(String request) throws IOException {
        try (Client c = new Client(request)) {
            return c.status();
        }
    }

    @Test
    void onlyNamesOfTheControllerReachIt() throws Exception {
        assertEquals(403, status(get("/api/v1/status", "Host: rebound.example")));
        assertEquals(200, status(get("/api/v1/status", "Host: net.example:8080")));
        assertEquals(200, status(get("/api/v1/status", "Host: [::1]:8080")));
        try (Client c = new Client(get("/api/v1/status", "Host: rebound.example", "Connection: close"))) {
            String answer = c.rest();
            assertTrue(answer.contains("start the controller with --api-name NAME"), answer);
        }
    }

    @Test
    void pagesOfOtherSitesReadAndChangeNothing() throws Exception {
        assertEquals(403, status(get("/api/v1/status", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors")));
        assertEquals(403, status(get("/api/v1/capture", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")));
        assertEquals(403, status(get("/api/v1/status", "Origin: https://evil.example")));
        assertEquals(200, status(get("/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")));
        assertEquals(200, status(get("/api/v1/status", "Sec-Fetch-Site: same-origin")));
    }

    @Test
    void anotherSpellingOfAPathDoesNotPassForTheWebPage() throws Exception {
        for (String path : List.of("/%61pi/v1/status", "//api/v1/status", "/x/../api/v1/status", "/metrics")) {
            assertEquals(403, status(get(path, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")), path);
        }
    }

    @Test
    void onlySoManyClientsFollowEvents() throws Exception {
        String follow = get("/api/v1/events", "Accept: text/event-stream");
        List<Client> all = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Client c = new Client(follow);
                all.add(c);
                assertEquals(200, c.status());
            }
            assertEquals(503, status(follow));
            all.get(50).close();
            until(() -> status(follow) == 200, "there is room again");
        } finally {
            for (Client c : all) {
                c.close();
            }
        }
        until(() -> status(follow) == 200, "all places are free again");
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(Condition what, String name) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!what.holds()) {
            assertTrue(System.nanoTime() < end, name);
            Thread.sleep(50);
        }
    }

    @Test
    void largeBodiesInParallelAreRefusedBeforeTheyAreRead() throws Exception {
        String large = put(15_000_000);
        List<Client> all = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                all.add(new Client(large));
            }
            until(() -> status(large) == 503, "others are refused");
        } finally {
            for (Client c : all) {
                c.close();
            }
        }
        until(() -> status(check()) == 200, "there is room again");
    }

    /** The begin of a request with a large body. */
    private static String put(int length) {
        return "PUT /api/v1/network HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/yaml\r\n"
                + "Content-Length: " + length + "\r\n\r\n#";
    }

    @Test
    void theRestOfARefusedBodyIsNotRead() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(put(17 << 20).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.contains("a request may have 16 MB"), answer);
        }
    }

    /** Many clients read nothing before they have sent all. */
    @Test
    void whoeverSendsTheWholeBodyStillReadsTheRefusal() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(10_000);
                byte[] head = put(17 << 20).getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(head);
                byte[] some = new byte[1 << 20];
                for (int n = 0; n < 12; n++) {
                    socket.getOutputStream().write(some);
                    Thread.sleep(20);
                }
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            }
        }
    }

    /** A check of a file of more than 1 MiB. */
    private static String check() {
        return request("POST", "/api/v1/check", FILE + "#".repeat(1 << 20), "Content-Type: application/yaml");
    }

    @Test
    void streamsWithLargeBodiesGiveTheRoomBack() throws Exception {
        String follow = request("GET", "/api/v1/events", "#".repeat(2 << 20), "Accept: text/event-stream");
        for (int i = 0; i < 4; i++) {
            try (Client c = new Client(follow)) {
                assertEquals(200, c.status());
            }
        }
        until(() -> status(check()) == 200, "there is room again");
    }

    @Test
    void clientsThatLeaveAtOnceDoNotKeepOthersFromWaiting() throws Exception {
        try (ServerSocket mute = muteHost()) {
            for (int i = 0; i < 150; i++) {
                new Client(get(state(600))).close();
            }
            until(() -> status(get(state(1))) == 200, "there is room again");
            assertTrue(body(state(0)).contains("\"changing\""), "the host of " + mute + " still changes");
        }
    }

    @Test
    void connectionsStayWithTheFirstVersionOfHttp() throws Exception {
        assertEquals(
                200,
                status(get(
                        "/health/live",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA")));
    }

    @Test
    void metricsDoNotNameStrangers() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int id = 0xa001; id < 0xa004; id++) {
                Socket s = new Socket(InetAddress.getLoopbackAddress(), openFlowPort);
                strangers.add(s);
                s.getOutputStream().write(handshake(id));
            }
            until(
                    () -> body("/metrics").lines().anyMatch(l -> l.matches("heddle_switches_connected [3-9]\\.0")),
                    "three strangers are there");
            until(() -> body("/metrics").contains("{switch=\"unnamed\"}"), "they count together");
            assertTrue(body("/metrics").lines().noneMatch(l -> l.contains("000a00")), body("/metrics"));
        } finally {
            for (Socket s : strangers) {
                s.close();
            }
        }
    }

    /** All that a switch without ports says until the controller knows it. */
    private static byte[] handshake(long id) {
        ByteBuffer all = ByteBuffer.allocate(200);
        message(all, 0, 1, ByteBuffer.allocate(0));
        message(all, 6, 2, ByteBuffer.allocate(24).putLong(0, id));
        message(all, 25, 3, ByteBuffer.allocate(16).putInt(0, 2));
        message(all, 19, 4, ByteBuffer.allocate(8).putShort(0, (short) 13));
        return Arrays.copyOf(all.array(), all.position());
    }

    private static void message(ByteBuffer to, int type, int xid, ByteBuffer body) {
        to.put((byte) 4).put((byte) type).putShort((short) (8 + body.capacity()));
        to.putInt(xid).put(body.array());
    }

    private static String body(String path) throws IOException {
        try (Client c = new Client(get(path, "Connection: close"))) {
            return c.rest();
        }
    }

    @Test
    void waitingRequestsDoNotMakeTheProcessLookDead() throws Exception {
        List<Client> all = new ArrayList<>();
        try (ServerSocket mute = muteHost()) {
            for (int i = 0; i < 300; i++) {
                all.add(new Client(get(state(600))));
            }
            until(() -> status(get(state(600))) == 503, "so many wait");
            long begun = System.nanoTime();
            assertEquals(200, status(get("/health/live")));
            assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(1), "it takes more than a second");
            assertEquals(200, status(get("/api/v1/status")));
            assertTrue(body(state(0)).contains("\"changing\""), "the host of " + mute + " still changes");
        } finally {
            for (Client c : all) {
                c.close();
            }
        }
    }

    /** A host whose database takes a connection and says nothing, and a new version, which thus stays changing. */
    private static ServerSocket muteHost() throws Exception {
        ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        accepted++;
        assertTrue(status(request(
                        "PUT",
                        "/api/v1/network?wait=0",
                        FILE + "hosts: {h1: {ovsdb: \"tcp:127.0.0.1:" + mute.getLocalPort() + "\"}}\n",
                        "Content-Type: application/yaml"))
                < 300);
        until(() -> body(state(0)).contains("\"changing\""), "a host is changing");
        return mute;
    }

    private static String state(int wait) {
        return "/api/v1/versions/" + accepted + "/state?after=999999&wait=" + wait;
    }

    @Test
    void madeUpNamesOfFilesAndLoggersLeaveNothingBehind() throws Exception {
        assertEquals(404, status(get("/aaaa.js")));
        String level =
                request("PUT", "/api/v1/loggers/made.up", "{\"level\": \"debug\"}", "Content-Type: application/json");
        assertEquals(404, status(level));
        assertTrue(status(request(
                        "PUT", "/api/v1/loggers/io.heddle", "{\"level\": \"info\"}", "Content-Type: application/json"))
                < 300);
    }

    @Test
    void aChangeFromAVersionThatNeverWasIsAConflict() throws Exception {
        assertEquals(409, baseOfEmptyStore);
        assertEquals(409, changeFrom(999));
    }

    private static int changeFrom(int version) throws IOException {
        return status(request(
                "PUT",
                "/api/v1/network?wait=0&base=" + version,
                FILE + "# another\n",
                "Content-Type: application/yaml"));
    }
}
