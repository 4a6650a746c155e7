package io.heddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ApiClientTest {
    @Test
    void aControllerThatNeverAnswersIsReported() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + mute.getLocalPort();
            ApiClient client = new ApiClient(url, 200, Credentials.NONE);
            assertEquals(
                    "the controller at " + url + " does not answer",
                    assertThrows(Heddle.Failure.class, () -> client.get("status"))
                            .getMessage());
        }
    }

    @Test
    void aStreamMayPause() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    Thread.sleep(1000);
                    socket.getOutputStream().write('x');
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            ApiClient client = new ApiClient("http://127.0.0.1:" + server.getLocalPort(), 200, Credentials.NONE);
            try (InputStream in = client.stream("capture", "*/*")) {
                assertEquals('x', in.read());
            }
            answer.join();
        }
    }
}
