package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.cli.ControllerProgram;
import io.heddle.controller.Controller;
import io.heddle.controller.access.Principal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Unix socket of the admin API. */
class SocketTest {
    private static final String USER = System.getProperty("user.name");
    private static final String FILE = "heddle: v1\nnetworks: {red: {vlan: 200}}\n";

    @TempDir
    private Path folder;

    private Path socket;
    private Controller controller;

    @BeforeEach
    void start() throws Exception {
        socket = folder.resolve("api.sock");
        controller = controller("state");
    }

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
            controller = null;
        }
    }

    /** Its users without a token may do nothing at addresses. */
    private Controller controller(String state) throws Exception {
        ControllerProgram.Door any =
                ControllerProgram.Door.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new Controller(new ControllerProgram.Options(
                Optional.empty(),
                folder.resolve(state),
                any,
                any,
                any,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new ControllerProgram.Users("nobody", Optional.of(socket), Optional.empty())));
    }

    private String ask(String method, String path, String headers, String body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body;
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\" : ", "\":");
        }
    }

    private String ask(String path, String headers) throws IOException {
        return ask("GET", path, headers, "");
    }

    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), text);
    }

    @Test
    void itsUsersAreAdminsByTheirNames() throws IOException {
        String me = ask("/api/v1/me", "");
        assertContains(me, "\"name\":\"" + USER + "\"");
        assertContains(me, "\"role\":\"admin\"");
        String yaml = "Content-Type: application/yaml\r\n";
        assertContains(ask("PUT", "/api/v1/network?wait=0&author=" + USER, yaml, FILE), "HTTP/1.1 20");
        assertContains(
                ask("PUT", "/api/v1/network?wait=0&author=alice", yaml, FILE.replace("200", "201")), "HTTP/1.1 20");
        String history = ask("/api/v1/history", "");
        assertContains(history, "\"author\":\"" + USER + "\"");
        assertContains(history, "\"author\":\"" + USER + " (for alice)\"");
        String log = Files.readString(folder.resolve("state/audit.log"));
        assertContains(log, "\"who\":\"" + USER + "\",\"from\":\"unix user " + USER + "\"");
    }

    @Test
    void whatAUserSaysDoesNotHideWhoItIs() {
        Principal mallory = Principal.unixUser("mallory");
        assertEquals("mallory (for alice " + "x".repeat(57) + "…)", mallory.author("alice " + "x".repeat(300)));
        assertEquals("mallory (for a?b?)", mallory.author("a\u202eb\n"));
        assertEquals("mallory", mallory.author(" mallory "));
    }

    @Test
    void aTokenDoesNotHideTheUser() throws IOException {
        String made = ask("POST", "/api/v1/tokens", "", "{\"name\": \"ci\", \"role\": \"operator\"}");
        String token = made.replaceFirst("(?s).*\"token\":\"([^\"]*)\".*", "$1");
        String bearer = "Content-Type: application/json\r\nAuthorization: Bearer " + token + "\r\n";
        assertContains(ask("/api/v1/me", bearer), "\"role\":\"operator\"");
        assertContains(ask("PUT", "/api/v1/networks/red?wait=0", bearer, "{\"vlan\": 7}"), "HTTP/1.1 20");
        assertContains(
                Files.readString(folder.resolve("state/audit.log")),
                "\"who\":\"ci\",\"from\":\"unix user " + USER + "\"");
        assertContains(ask("/api/v1/me", "Authorization: Bearer heddle_wrong\r\n"), " 401 ");
    }

    /** The kernel names nobody for a connection that is closed. */
    @Test
    void whoLeavesBeforeTheAnswerIsRecorded() throws Exception {
        String made = ask("POST", "/api/v1/tokens", "", "{\"name\": \"ci\", \"role\": \"operator\"}");
        String token = made.replaceFirst("(?s).*\"token\":\"([^\"]*)\".*", "$1");
        String head = " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n";
        try (SocketChannel leaving = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(leaving, "GET /api/v1/me" + head + "\r\n");
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (leaving.read(answer) > 0 && !new String(answer.array(), StandardCharsets.UTF_8).contains("}")) {
                // The rest follows.
            }
            write(
                    leaving,
                    "PUT /api/v1/networks/red?wait=0" + head
                            + "Content-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"vlan\": 7}");
        }
        Path log = folder.resolve("state/audit.log");
        Instant end = Instant.now().plusSeconds(10);
        while (!Files.readString(log).contains("PUT ") && Instant.now().isBefore(end)) {
            Thread.sleep(50);
        }
        assertContains(Files.readString(log), "\"who\":\"ci\",\"from\":\"unix user " + USER + "\"");
        assertContains(ask("/api/v1/history", ""), "\"author\":\"ci\"");
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void whatAProxyForwardsIsNotItsOwn() throws IOException {
        assertContains(ask("/api/v1/status", "X-Forwarded-For: 127.0.0.1\r\n"), " 401 ");
        assertContains(ask("/api/v1/status", "Forwarded: for=127.0.0.1\r\n"), " 401 ");
        assertContains(ask("/api/v1/status", "Host: evil.example\r\nOrigin: http://evil.example\r\n"), "HTTP/1.1 4");
    }

    @Test
    void onlyItsOwnerAndItsGroupMayUseIt() throws IOException {
        PosixFileAttributes made = Files.readAttributes(socket, PosixFileAttributes.class);
        String mode = PosixFilePermissions.toString(made.permissions());
        assertEquals(made.group().getName().equals("heddle") ? "rw-rw----" : "rw-------", mode);
        stop();
        assertFalse(Files.exists(socket), "a controller that ends removes its socket");
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of("state"), left.map(p -> p.getFileName().toString()).toList());
        }
    }

    @Test
    void nobodyElseReachesItBeforeItHasItsMode() throws IOException {
        Path other = folder.resolve("other.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            SocketFile made = SocketFile.make(other, path -> {
                server.bind(UnixDomainSocketAddress.of(path));
                assertEquals(
                        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())));
                assertFalse(Files.exists(other));
            });
            SocketChannel.open(UnixDomainSocketAddress.of(other)).close();
            // Another process has put its own there.
            Files.delete(other);
            Files.createFile(other);
            made.close();
            assertTrue(Files.exists(other));
        }
    }

    @Test
    void aDeadSocketIsReplacedAndALiveOneIsNot() throws Exception {
        IOException refused = assertThrows(IOException.class, () -> controller("second"));
        assertContains(refused.getMessage(), "another process listens");
        assertContains(ask("/api/v1/me", ""), " 200 ");
        stop();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket, LinkOption.NOFOLLOW_LINKS));
        controller = controller("state");
        assertContains(ask("/api/v1/me", ""), " 200 ");
    }

    @Test
    void whatIsNotASocketStays() throws Exception {
        stop();
        Path precious = Files.writeString(folder.resolve("precious"), "data");
        for (boolean link : new boolean[] {true, false}) {
            Files.deleteIfExists(socket);
            if (link) {
                Files.createSymbolicLink(socket, precious);
            } else {
                Files.writeString(socket, "data");
            }
            IOException refused = assertThrows(IOException.class, () -> controller("state"));
            assertContains(refused.getMessage(), "is not a socket");
            assertEquals("data", Files.readString(precious));
            assertTrue(Files.exists(socket, LinkOption.NOFOLLOW_LINKS));
        }
        Files.delete(socket);
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        socket = open.resolve("api.sock");
        assertContains(
                assertThrows(IOException.class, () -> controller("state")).getMessage(), "everybody may replace");
        Files.setAttribute(open, "unix:mode", 01777);
        assertContains(
                assertThrows(IOException.class, () -> controller("state")).getMessage(), "everybody may replace");
        socket = folder.resolve("missing/api.sock");
        assertContains(
                assertThrows(IOException.class, () -> controller("state")).getMessage(), "make it first");
    }
}
