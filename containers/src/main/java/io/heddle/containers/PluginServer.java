package io.heddle.containers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves requests by HTTP on Unix sockets. Each request has a thread of its own while it waits for hosts. */
final class PluginServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginServer.class);
    private static final int THREADS = 32;
    private static final int LONGEST_BODY = 4 << 20;
    private static final int LISTEN_SECONDS = 10;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
    private final WorkerExecutor threads = vertx.createSharedWorkerExecutor("requests", THREADS, 10, TimeUnit.MINUTES);
    private final List<Path> sockets = new ArrayList<>();

    /** An answer. @param status of HTTP @param type of the content @param body its text */
    record Reply(int status, String type, String body) {}

    /** Answers a request, and may block. */
    interface Handler {
        Reply answer(String path, String body);
    }

    /** Listens on a socket. @throws IOException if that fails */
    void listen(Path socket, Handler handler) throws IOException {
        PluginSocket.make(socket, path -> listenAt(path, handler));
        sockets.add(socket);
    }

    private void listenAt(Path path, Handler handler) throws IOException {
        try {
            vertx.createHttpServer()
                    .requestHandler(r -> serve(r, handler))
                    .listen(SocketAddress.domainSocketAddress(path.toString()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LISTEN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("cannot listen on " + path + ": " + e.getMessage(), e);
        }
    }

    private void serve(HttpServerRequest request, Handler handler) {
        if (request.method() != HttpMethod.POST) {
            send(request, new Reply(405, "text/plain", "expected POST"));
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() > LONGEST_BODY) {
                request.connection().close();
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> threads.executeBlocking(() -> handler.answer(request.path(), body.toString()), false)
                .onSuccess(reply -> send(request, reply))
                .onFailure(e -> {
                    LOG.error("{} failed", request.path(), e);
                    send(request, new Reply(500, "text/plain", e.toString()));
                }));
    }

    private static void send(HttpServerRequest request, Reply reply) {
        request.response()
                .setStatusCode(reply.status())
                .putHeader("Content-Type", reply.type())
                .end(reply.body());
    }

    /** Ends what is in progress, and removes the sockets. */
    @Override
    public void close() {
        for (Path socket : sockets) {
            try {
                Files.deleteIfExists(socket);
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", socket, e.getMessage());
            }
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
