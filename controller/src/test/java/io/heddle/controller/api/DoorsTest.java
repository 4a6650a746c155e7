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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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

    @BeforeAll
    static void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        controller = new Controller(new ControllerProgram.Options(
                Optional.empty(), state, any, any, new InetSocketAddress("127.0.0.1", port), List.of("net.example")));
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
        String large = "PUT /api/v1/network HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/yaml\r\n"
                + "Content-Length: 60000000\r\n\r\n#";
        List<Client> all = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                all.add(new Client(large));
            }
            until(() -> status(large) == 503, "the fifth is refused");
        } finally {
            for (Client c : all) {
                c.close();
            }
        }
        String small = request("POST", "/api/v1/check", FILE, "Content-Type: application/yaml");
        assertEquals(200, status(small));
    }

    @Test
    void waitingRequestsDoNotMakeTheProcessLookDead() throws Exception {
        assertTrue(status(request(
                        "PUT",
                        "/api/v1/network?wait=0",
                        FILE + "hosts: {h1: {system-id: away, bridges: {br0: {}}}}\n",
                        "Content-Type: application/yaml"))
                < 300);
        List<Client> all = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                all.add(new Client(get("/api/v1/versions/1/state?wait=600&after=999999")));
            }
            long begun = System.nanoTime();
            assertEquals(200, status(get("/health/live")));
            assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(1), "it takes more than a second");
            assertEquals(200, status(get("/api/v1/status")));
        } finally {
            for (Client c : all) {
                c.close();
            }
        }
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
        assertEquals(
                409,
                status(request(
                        "PUT",
                        "/api/v1/network?base=999&wait=0",
                        FILE + "# another\n",
                        "Content-Type: application/yaml")));
    }
}
