package io.heddle.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    private Path folder;

    private Path log() {
        return folder.resolve("audit.log");
    }

    private void write(int count) throws IOException {
        try (AuditLog audit = new AuditLog(folder)) {
            for (int i = 0; i < count; i++) {
                audit.add(new AuditLog.Entry("alice", "192.0.2.7", "PUT /api/v1/network", "version " + i));
            }
        }
    }

    private String fault() throws IOException {
        return AuditLog.verify(folder).fault();
    }

    @Test
    void continuesItsChainAfterARestartAndACrash() throws IOException {
        write(3);
        Files.writeString(log(), "{\"n\":4,\"ti", StandardOpenOption.APPEND);
        write(2);
        assertEquals(new AuditLog.Verdict(1, 5, ""), AuditLog.verify(folder));
        assertTrue(Files.readString(log()).contains("\"n\":5,"));
    }

    @Test
    void showsLinesThatWereCutOutChangedOrAdded() throws IOException {
        write(5);
        List<String> lines = Files.readAllLines(log());
        List<String> cut = new ArrayList<>(lines);
        cut.remove(2);
        Files.write(log(), cut);
        assertEquals("audit.log:3 is line 4, but line 3 should stand here: lines were cut out or added", fault());
        Files.writeString(log(), String.join("\n", lines).replace("version 2", "version 9"));
        assertEquals("audit.log:3 was changed", fault());
        lines.add(3, "nothing");
        Files.write(log(), lines);
        assertEquals("audit.log:4 is no line of the log", fault());
    }

    @Test
    void keepsFullFilesAndTheirChain() throws IOException {
        try (AuditLog audit = new AuditLog(folder, 2000)) {
            for (int i = 0; i < 10; i++) {
                audit.add(new AuditLog.Entry("alice", "192.0.2.7", "x".repeat(9000), "version 1"));
            }
        }
        write(1);
        assertEquals(new AuditLog.Verdict(1, 11, ""), AuditLog.verify(folder));
        try (var files = Files.list(folder)) {
            assertEquals(4, files.count());
        }
        Files.delete(folder.resolve("audit-000000000006.log"));
        assertTrue(fault().contains("lines were cut out"), fault());
    }

    @Test
    void writesWhatCannotBeWritten() throws IOException {
        try (AuditLog audit = new AuditLog(folder)) {
            audit.add(new AuditLog.Entry("al\ud800ice", "192.0.2.7", "\udc00", "x".repeat(499) + "\ud83d\ude00"));
        }
        assertEquals(new AuditLog.Verdict(1, 1, ""), AuditLog.verify(folder));
        assertTrue(Files.readString(log()).contains("al?ice"));
    }

    @Test
    void copiesItsLinesToASyslogServer() throws IOException {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                AuditLog audit = new AuditLog(folder)) {
            server.setSoTimeout(5000);
            audit.copyTo(new Syslog((InetSocketAddress) server.getLocalSocketAddress()));
            audit.add(new AuditLog.Entry("alice", "192.0.2.7", "PUT /api/v1/network", "version 7"));
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            server.receive(packet);
            String line = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
            assertTrue(
                    line.matches("<110>1 \\S+Z \\S+ heddle \\d+ audit - \\{\"n\":1,.*\"outcome\":\"version 7\".*"),
                    line);
        }
    }
}
