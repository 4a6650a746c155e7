package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;

/**
 * Loads the classes that the command needs, and those of the controller if it is installed. The virtual machine then
 * archives them (class data sharing): the command starts in a third of the time, the controller in two thirds.
 */
@Command(name = "warm-up", hidden = true, description = "Loads what the command loads, for its archive of classes.")
final class WarmUpCommand implements Callable<Integer> {
    private static final byte[] ANSWER =
            "[{\"name\": \"hv1\", \"state\": \"in-sync\"}]".getBytes(StandardCharsets.UTF_8);

    @Override
    public Integer call() throws Exception {
        for (ControllerProgram program : ServiceLoader.load(ControllerProgram.class)) {
            Rehearsal.of(program::start);
        }
        question();
        questionBySocket();
        return 0;
    }

    private static void question() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
            exchange.close();
        });
        server.start();
        try {
            ApiClient client =
                    new ApiClient("http://127.0.0.1:" + server.getAddress().getPort());
            JsonNode rows = client.get("hosts");
            client.post("plan", "{}");
            for (Output o : Output.values()) {
                o.render(rows, Kind.HOSTS, Terminal.here());
            }
            Contexts.load();
        } finally {
            server.stop(0);
        }
    }

    /** The same by a socket, which the command uses where the service runs. */
    private static void questionBySocket() throws Exception {
        Path folder = Files.createTempDirectory("heddle-warm-up");
        Path socket = folder.resolve("api.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> answer(server));
            new ApiClient(UnixWay.address(socket)).get("hosts");
            answer.join();
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private static void answer(ServerSocketChannel server) {
        try (SocketChannel channel = server.accept()) {
            channel.read(ByteBuffer.allocate(4096));
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + ANSWER.length + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.wrap(ANSWER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
