package io.heddle.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class UnixWayTest {
    @TempDir
    private Path folder;

    private Path socket;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        socket = folder.resolve("api.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Gives each answer to one connection, piece by piece, and returns what the first one was asked. */
    private CompletableFuture<String> answer(String... pieces) {
        return CompletableFuture.supplyAsync(() -> {
            try (SocketChannel channel = server.accept()) {
                ByteBuffer asked = ByteBuffer.allocate(65_536);
                do {
                    channel.read(asked);
                } while (asked.get(0) == 'P' && asked.get(asked.position() - 1) != '}');
                for (String piece : pieces) {
                    channel.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
                    Thread.sleep(20);
                }
                return new String(asked.array(), 0, asked.position(), StandardCharsets.UTF_8);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private ApiClient client(int millis) {
        return new ApiClient(
                "unix:" + socket, millis, new Credentials(Optional.of("secret"), Optional.empty(), Optional.empty()));
    }

    @Test
    void asksAndReadsTheAnswer() throws Exception {
        CompletableFuture<String> asked =
                answer("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"a\":", " \"ü\"}no more");
        assertEquals("ü", client(5000).post("plan?x=1", "{}").path("a").asText());
        assertTrue(
                asked.join().startsWith("POST /api/v1/plan?x=1 HTTP/1.1\r\nHost: localhost\r\n"), () -> asked.join());
        assertTrue(asked.join().contains("\r\nAuthorization: Bearer secret\r\n"), () -> asked.join());
        assertTrue(asked.join().endsWith("Content-Length: 2\r\n\r\n{}"), () -> asked.join());
    }

    @Test
    void readsAnAnswerInChunks() throws Exception {
        answer(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n",
                "{\"a\"",
                "\r\n4;x=y\r\n: 7}\r\n",
                "0\r\n\r\n");
        assertEquals(7, client(5000).get("status").path("a").asInt());
    }

    @Test
    void reportsWhatTheControllerRefuses() {
        answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 16\r\n\r\n{\"detail\": \"no\"}");
        Heddle.Failure refused =
                assertThrows(Heddle.Failure.class, () -> client(5000).get("status"));
        assertEquals("no", refused.getMessage());
    }

    @Test
    void anAnswerThatEndsEarlyIsAnError() throws Exception {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab");
        try (InputStream in = client(5000).stream("capture", "*/*")) {
            assertArrayEquals(new byte[] {'a', 'b'}, in.readNBytes(2));
            assertThrows(EOFException.class, in::read);
        }
    }

    @Test
    void aControllerThatNeverAnswersIsReported() {
        Heddle.Failure failure =
                assertThrows(Heddle.Failure.class, () -> client(100).get("status"));
        assertEquals("the controller at unix:" + socket + " does not answer", failure.getMessage());
    }

    @Test
    void aStreamMayPause() throws Exception {
        answer("HTTP/1.1 200 OK\r\n\r\n", "", "", "", "", "", "", "", "", "", "x");
        try (InputStream in = client(50).stream("capture", "*/*")) {
            assertEquals('x', in.read());
        }
    }

    @Test
    void anotherServerIsNotAController() {
        answer("SSH-2.0-OpenSSH_9.2\r\n");
        IOException failure = assertThrows(IOException.class, () -> client(5000).get("status"));
        assertTrue(failure.getMessage().contains("not that of a controller"), failure.getMessage());
    }

    @Test
    void whatAnotherServerSaysDoesNotSteerTheTerminal() {
        for (String wrong : new String[] {
            "\u001b[2J" + "x".repeat(1000) + "\r\n", "HTTP/1.1 200 OK\r\nContent-Length: \u001b[2J\r\n\r\n"
        }) {
            answer(wrong);
            IOException failure =
                    assertThrows(IOException.class, () -> client(5000).get("status"));
            assertTrue(failure.getMessage().chars().noneMatch(c -> c < ' '), failure.getMessage());
            assertTrue(failure.getMessage().length() < 150, failure.getMessage());
        }
    }

    @Test
    void anUnclearLengthIsAnError() {
        for (String wrong : new String[] {
            "Content-Length: 9223372036854775808",
            "Content-Length: +2",
            "Content-Length: 2\r\nContent-Length: 3",
            "Transfer-Encoding: gzip, chunked"
        }) {
            answer("HTTP/1.1 200 OK\r\n" + wrong + "\r\n\r\n{}");
            assertThrows(IOException.class, () -> client(5000).get("status"), wrong);
        }
    }

    @Test
    void aRefusalBeforeTheEndOfTheRequestIsRead() {
        answer("HTTP/1.1 413 Too Large\r\nContent-Length: 23\r\n\r\n{\"detail\": \"too large\"}");
        Heddle.Failure refused =
                assertThrows(Heddle.Failure.class, () -> client(5000).post("plan", "}".repeat(8 << 20)));
        assertEquals("too large", refused.getMessage());
    }

    @Test
    void aControllerThatReadsNothingIsReported() {
        Heddle.Failure failure =
                assertThrows(Heddle.Failure.class, () -> client(100).post("plan", "}".repeat(8 << 20)));
        assertEquals("the controller at unix:" + socket + " does not answer", failure.getMessage());
    }

    @Test
    void noTokenGoesToAnAddressThatNobodyHasNamed() {
        assertEquals(
                Map.of("HEDDLE_CACERT", "x"),
                ApiOption.withoutTokens(
                        Map.of("HEDDLE_TOKEN", "secret", "HEDDLE_TOKEN_FILE", "file", "HEDDLE_CACERT", "x")));
    }

    @Test
    void theSocketOfThisMachineIsTheDefaultIfItMayBeUsed() throws IOException {
        assertEquals("unix:" + socket, ApiOption.here(socket));
        Files.delete(socket);
        assertEquals("http://127.0.0.1:8080", ApiOption.here(socket));
        Heddle.Failure failure =
                assertThrows(Heddle.Failure.class, () -> client(5000).get("status"));
        assertEquals("no controller answers at " + socket + ": there is no such socket", failure.getMessage());
        assertThrows(Heddle.Failure.class, () -> new ApiClient("unix:here"));
    }
}
