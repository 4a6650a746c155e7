package io.heddle.events;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Sends lines to a syslog server by UDP. A server that is away costs nothing but the lines. Source: RFC 5424 §6, RFC 5426.
 */
public final class Syslog implements AutoCloseable {
    /** Facility log audit (13), severity informational (6). */
    private static final int PRIORITY = 13 * 8 + 6;
    /** RFC 5426 §3.2: every receiver takes this much, and IPv6 carries it in one piece. */
    private static final int LONGEST = 1180;

    private static final String NOTHING = "-";

    private final InetSocketAddress server;
    private final DatagramSocket socket;
    private final String host;

    /** @throws IOException if this machine cannot send by UDP */
    public Syslog(InetSocketAddress server) throws IOException {
        this.server = server;
        this.socket = new DatagramSocket();
        Path name = Path.of("/proc/sys/kernel/hostname");
        this.host = Files.exists(name) ? Files.readString(name).strip() : NOTHING;
    }

    /**
     * Sends a line.
     *
     * @param kind the kind of message, without spaces, such as {@code audit}
     */
    public void send(String kind, String text) {
        String head = "<" + PRIORITY + ">1 " + Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + host + " heddle "
                + ProcessHandle.current().pid() + " " + kind + " " + NOTHING + " ";
        byte[] bytes = (head + text).getBytes(StandardCharsets.UTF_8);
        try {
            socket.send(new DatagramPacket(bytes, Math.min(bytes.length, LONGEST), server));
        } catch (IOException e) {
            // The line is in the log itself.
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
