package io.heddle.cli;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * By a Unix socket, which Java's own HTTP clients do not know. Each request has a connection of its own.
 *
 * @param token to prove who asks; without one, the controller asks the kernel
 */
record UnixWay(Path socket, Optional<String> token) implements Exchange.Way {
    /** Where the controller of this machine listens as a service. */
    static final Path HERE = Path.of("/run/heddle/api.sock");

    private static final String SCHEME = "unix:";

    /** The socket that an address such as {@code unix:/run/heddle/api.sock} names; empty if it is another address. */
    static Optional<Path> path(String api) {
        if (!api.startsWith(SCHEME)) {
            return Optional.empty();
        }
        Path path = Path.of(api.substring(SCHEME.length()));
        if (!path.isAbsolute()) {
            throw new Heddle.Failure("--api: \"" + api + "\" is not the path of a socket such as unix:" + HERE);
        }
        return Optional.of(path);
    }

    /** The address of a socket, the reverse of {@link #path}. */
    static String address(Path socket) {
        return SCHEME + socket;
    }

    @Override
    public Exchange ask(String method, String path, Map<String, String> headers, byte[] body, int pauseMillis)
            throws IOException {
        SocketChannel channel = connect();
        try {
            return ask(new PausingInput(channel, pauseMillis), head(method, path, headers, body), body);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static Exchange ask(PausingInput connection, byte[] head, byte[] body) throws IOException {
        try {
            connection.send(head);
            connection.send(body == null ? new byte[0] : body);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return refusal(connection, e);
        }
        return HttpAnswer.read(connection);
    }

    /** The answer of a controller that does not read the whole request, but says why. */
    private static Exchange refusal(PausingInput connection, IOException unsent) throws IOException {
        try {
            return HttpAnswer.read(connection);
        } catch (IOException e) {
            throw unsent;
        }
    }

    private SocketChannel connect() throws IOException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (SocketException e) {
            if (Files.notExists(socket)) {
                throw new Heddle.Failure("no controller answers at " + socket + ": there is no such socket");
            } else if (String.valueOf(e.getMessage()).contains("Permission denied")) {
                throw new AccessDeniedException(
                        socket + ": only root and the group heddle may use it (adduser USER heddle)");
            }
            throw e;
        }
    }

    private byte[] head(String method, String path, Map<String, String> headers, byte[] body) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        head.append("Connection: close\r\n");
        token.ifPresent(t -> line(head, "Authorization", "Bearer " + t));
        headers.forEach((name, value) -> line(head, name, value));
        if (body != null) {
            line(head, "Content-Length", String.valueOf(body.length));
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder head, String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ')) {
            throw new Heddle.Failure(name + " has a control character: is the token's file the right one?");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
