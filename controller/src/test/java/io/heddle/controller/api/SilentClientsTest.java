package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.tls.Authorities;
import io.heddle.tls.Pem;
import io.heddle.tls.pki.Authority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that never finish a handshake, or never send a whole request: each is counted, bounded and closed. */
@Timeout(60)
class SilentClientsTest {
    private static final int CLIENTS = 3000;
    private static final int MOST = 2000;
    private static final int CLIENT_SECONDS = 3;
    private static final int HANDSHAKE_SECONDS = 5;
    /** The first bytes of a record that would hold a ClientHello of 512 bytes. RFC 8446 §5.1. */
    private static final byte[] HALF_HELLO = {22, 3, 1, 2, 0, 1, 0};

    @TempDir
    private Path folder;

    private ServerUnderTest server;
    private SSLContext trust;
    private int plain;
    private int secure;

    @BeforeEach
    void start() throws Exception {
        Path pki = folder.resolve("pki");
        Authority.init(pki, List.of("localhost"));
        trust = SSLContext.getInstance("TLS");
        trust.init(
                null,
                new TrustManager[] {Authorities.trust(Pem.certificates(pki.resolve("controllers-cacert.pem")))},
                null);
        server = new ServerUnderTest(folder.resolve("state"), new ClientLimits(50, CLIENT_SECONDS, 60));
        plain = ServerUnderTest.freePort();
        server.api().listen(new InetSocketAddress("127.0.0.1", plain), List.of());
        secure = ServerUnderTest.freePort();
        server.api().listen(new InetSocketAddress("127.0.0.1", secure), List.of(), pki);
        // The first requests of a JVM take their time.
        answer("http://localhost:" + plain);
        answer("https://localhost:" + secure);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void handshakesThatNeverBegin() throws Exception {
        silent(secure, new byte[0], HANDSHAKE_SECONDS);
    }

    @Test
    void handshakesThatNeverEnd() throws Exception {
        silent(secure, HALF_HELLO, HANDSHAKE_SECONDS);
    }

    @Test
    void requestsThatNeverBegin() throws Exception {
        silent(plain, new byte[0], CLIENT_SECONDS);
    }

    @Test
    void requestsWhoseHeadNeverEnds() throws Exception {
        silent(plain, bytes("GET /health/live HT"), CLIENT_SECONDS);
    }

    @Test
    void requestsWhoseBodyNeverComes() throws Exception {
        String head = "POST /api/v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n";
        silent(plain, bytes(head), CLIENT_SECONDS);
    }

    /** A client whose request is in progress stays, however many others come. */
    @Test
    void silentClientsDisplaceNobodyWhoseRequestIsInProgress() throws Exception {
        try (SocketChannel follower = connect(
                plain, bytes("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"))) {
            follower.configureBlocking(true);
            assertTrue(follower.read(ByteBuffer.allocate(12)) > 0);
            silent(plain, new byte[0], CLIENT_SECONDS);
            server.services().journal().add("test", "host", "still here");
            ByteBuffer read = ByteBuffer.allocate(1 << 20);
            while (!new String(read.array(), 0, read.position(), StandardCharsets.UTF_8).contains("still here")) {
                assertTrue(follower.read(read) > 0, "the stream has ended");
            }
        }
    }

    /** @param seconds how long each may stay */
    private void silent(int port, byte[] beginning, int seconds) throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(connect(port, beginning));
            }
            long connected = System.nanoTime();
            answersWithinASecond("http://localhost:" + plain);
            answersWithinASecond("https://localhost:" + secure);
            long open = open(clients);
            while (open > MOST) {
                assertTrue(seconds(connected) < 3, open + " connections are open");
                Thread.sleep(50);
                open = open(clients);
            }
            assertTrue(open > MOST / 2, "only " + open + " connections are open: that is too few to prove anything");
            while (open > 0) {
                assertTrue(seconds(connected) < seconds + 2, open + " connections stay open");
                Thread.sleep(50);
                open = open(clients);
            }
            assertTrue(seconds(connected) > seconds - 2, "closed too early: after " + seconds(connected) + " s");
        } finally {
            for (SocketChannel c : clients) {
                c.close();
            }
        }
    }

    private static SocketChannel connect(int port, byte[] beginning) throws IOException {
        SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        client.write(ByteBuffer.wrap(beginning));
        client.configureBlocking(false);
        return client;
    }

    private void answersWithinASecond(String url) throws Exception {
        double seconds = answer(url);
        assertTrue(seconds < 1, url + " answered after " + seconds + " s");
    }

    /** Asks by a new connection. @return seconds until the answer */
    private double answer(String url) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trust)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        long begun = System.nanoTime();
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(url + "/health/live"))
                        .timeout(Duration.ofSeconds(3))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        return seconds(begun);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private static long open(List<SocketChannel> clients) {
        return clients.stream().filter(SilentClientsTest::isOpen).count();
    }

    private static boolean isOpen(SocketChannel client) {
        try {
            return client.read(ByteBuffer.allocate(1024)) >= 0;
        } catch (IOException reset) {
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
