package io.heddle.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.cli.ControllerProgram;
import io.heddle.cluster.Cluster;
import io.heddle.cluster.EtcdAddress;
import io.heddle.cluster.Member;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API of a controller that follows. It has no etcd here, and a leader that says what the test wants. */
@Timeout(60)
class ApiRelayTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    /** A read that waits for longer fails: a thread that reads a socket cannot be interrupted. */
    private static final int PATIENCE_MILLIS = 15_000;

    private static final String PUT = "PUT /api/v1/network HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    private Path state;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private Cluster cluster;
    private ServerSocket leader;
    private ApiRelay relay;
    private int port;

    @BeforeEach
    void start() throws IOException {
        leader = new ServerSocket(0, 10, HERE);
        leader.setSoTimeout(PATIENCE_MILLIS);
        Member member = new Member("c1", HERE.getHostAddress(), 0, 0, leader.getLocalPort(), 0, 0);
        port = freePort();
        InetSocketAddress any = new InetSocketAddress(HERE, 0);
        ControllerProgram.Options options = new ControllerProgram.Options(
                Optional.empty(),
                state,
                ControllerProgram.Door.plain(any),
                ControllerProgram.Door.plain(any),
                ControllerProgram.Door.plain(new InetSocketAddress(HERE, port)),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                "admin");
        EtcdAddress nobody = new EtcdAddress(
                List.of(URI.create("http://127.0.0.1:9")), Optional.empty(), Optional.empty(), Optional.empty());
        cluster = new Cluster(nobody, member, any, state);
        relay = new ApiRelay(options.api(), new OwnAnswers(options, cluster), () -> Optional.of(member), loop);
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        cluster.close();
        leader.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, HERE)) {
            return free.getLocalPort();
        }
    }

    private Socket client() throws IOException {
        Socket client = new Socket(HERE, port);
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private static void send(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        to.getOutputStream().flush();
    }

    private static String rest(Socket from) throws IOException {
        return new String(from.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String head(Socket from) throws IOException {
        StringBuilder out = new StringBuilder();
        InputStream in = from.getInputStream();
        while (out.indexOf("\r\n\r\n") < 0) {
            out.append((char) in.read());
        }
        return out.toString();
    }

    /** A scrape with a long token comes in several reads, and must not get the leader's metrics. */
    @Test
    void answersAScrapeThatComesInPieces() throws IOException {
        try (Socket client = client()) {
            client.setTcpNoDelay(true);
            for (String piece :
                    List.of("GE", "T /metrics", " HTTP/1.1\r\nHost: localhost\r\nX-Long: ", "x".repeat(5000))) {
                send(client, piece);
                awaitRead();
            }
            send(client, "\r\n\r\n");
            String answer = rest(client);
            assertTrue(answer.startsWith("HTTP/1.1 200 OK"), answer);
            assertTrue(answer.contains("heddle_cluster_state{state=\"alone\"} 1"), answer);
        }
    }

    /** The relay reads a piece before the next one comes: its event loop has only this connection to serve. */
    private void awaitRead() {
        for (int i = 0; i < 3; i++) {
            loop.submit(() -> {}).awaitUninterruptibly();
        }
    }

    @Test
    void passesOnWhatIsNotItsOwn() throws IOException {
        try (Socket client = client()) {
            send(client, "G");
            send(client, "ET /api/v1/ports HTTP/1.1\r\n\r\n");
            try (Socket at = leader.accept()) {
                assertEquals("GET /api/v1/ports HTTP/1.1\r\n\r\n", head(at));
                send(at, "HTTP/1.1 204 No Content\r\n\r\n");
            }
            assertEquals("HTTP/1.1 204 No Content\r\n\r\n", rest(client));
        }
    }

    /** As at the leader: a header counts also without a value. */
    @ParameterizedTest
    @ValueSource(strings = {"Authorization: ", "Forwarded: ", "X-Forwarded-For: "})
    void anEmptyHeaderMakesNobodyLocal(String header) throws IOException {
        try (Socket client = client()) {
            send(client, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n");
            String answer = rest(client);
            assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
        }
    }

    @Test
    void tokensThatItCannotReadGetAnAnswer() throws IOException {
        Files.writeString(
                state.resolve("tokens.json"),
                "[{\"name\": \"a\", \"role\": \"of-a-later-heddle\", \"scope\": \"\", \"created\": \"then\"}]");
        try (Socket client = client()) {
            send(client, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n");
            String answer = rest(client);
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
        }
    }

    /** A follower that is upgraded while a change passes through it: the client must learn what became of it. */
    @Test
    void drainsBeforeItEnds() throws Exception {
        try (Socket client = client()) {
            send(client, PUT);
            try (Socket at = leader.accept()) {
                assertEquals(PUT, head(at));
                CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
                    relay.drain();
                    relay.close();
                });
                awaitRefusal();
                assertFalse(closed.isDone());
                send(at, "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n");
                send(at, "ok");
                assertEquals("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", rest(client));
                closed.join();
            }
        }
    }

    /** The kernel listens until the event loop has let go of the closed channel. */
    private void awaitRefusal() throws InterruptedException {
        while (true) {
            try {
                new Socket(HERE, port).close();
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void doesNotWaitForClientsThatAskNothing() throws Exception {
        try (Socket client = client()) {
            long begun = System.nanoTime();
            relay.drain();
            relay.close();
            assertTrue(System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(1500));
            assertTrue(isEnded(client));
            awaitRefusal();
        }
    }

    /** A connection that the relay has not accepted yet when it closes is reset. */
    private static boolean isEnded(Socket client) throws IOException {
        try {
            return client.getInputStream().read() == -1;
        } catch (SocketException e) {
            return true;
        }
    }
}
