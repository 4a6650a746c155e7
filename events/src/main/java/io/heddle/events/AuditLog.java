package io.heddle.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who has done what: a file of JSON lines, each synced to disk before {@link #add} returns. Each line has the hash of
 * the line before it, so that a line that was cut out or changed shows. Full files are kept beside the current one.
 * Any thread.
 */
public final class AuditLog implements AutoCloseable {
    private static final String NAME = "audit.log";
    private static final long FULL = 16L << 20;
    private static final int MOST_FILES = 20;
    private static final String FIRST = "0".repeat(64);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private FileChannel file;
    private long number;
    private String last = FIRST;

    /**
     * One line.
     *
     * @param who the principal
     * @param from its address
     * @param what the operation and its target, such as {@code PUT /api/v1/network}
     * @param outcome such as {@code version 7} or {@code refused: needs the role admin}
     */
    public record Entry(String who, String from, String what, String outcome) {}

    /** The result of a verification. @param fault what is wrong and where, "" if nothing is */
    public record Verdict(long lines, String fault) {}

    /** Opens the log in a folder. @throws IOException if it cannot be read or written, or if its end is damaged */
    public AuditLog(Path folder) throws IOException {
        this.folder = folder;
        Path current = folder.resolve(NAME);
        List<Path> files = files(folder);
        if (!files.isEmpty()) {
            takeUp(files.get(files.size() - 1));
        }
        open(current);
    }

    /** Takes up the chain after the last whole line; a crash may have left a part of another. */
    private void takeUp(Path newest) throws IOException {
        String text = Files.readString(newest);
        int end = text.lastIndexOf('\n') + 1;
        if (end < text.length() && newest.endsWith(NAME)) {
            try (FileChannel channel = FileChannel.open(newest, StandardOpenOption.WRITE)) {
                channel.truncate(text.substring(0, end).getBytes(StandardCharsets.UTF_8).length);
            }
        }
        int begin = text.lastIndexOf('\n', end - 2) + 1;
        if (end > 0) {
            JsonNode line = JSON.readTree(text.substring(begin, end));
            number = line.path("n").asLong();
            last = line.path("hash").asText();
        }
    }

    private void open(Path current) throws IOException {
        file = FileChannel.open(
                current,
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Adds a line and waits until it is on disk. @throws IOException if that fails */
    public synchronized void add(Entry entry) throws IOException {
        if (file.size() > FULL) {
            rotate();
        }
        ObjectNode line = JSON.createObjectNode()
                .put("n", number + 1)
                .put("time", Instant.now().toString())
                .put("who", entry.who())
                .put("from", entry.from())
                .put("what", entry.what())
                .put("outcome", entry.outcome())
                .put("before", last);
        String hash = hash(line);
        line.put("hash", hash);
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(false);
        number++;
        last = hash;
    }

    private void rotate() throws IOException {
        file.close();
        Files.move(folder.resolve(NAME), folder.resolve(String.format("audit-%012d.log", number)));
        List<Path> files = files(folder);
        for (int i = 0; i < files.size() - MOST_FILES; i++) {
            Files.delete(files.get(i));
        }
        open(folder.resolve(NAME));
    }

    private static String hash(ObjectNode line) {
        try {
            byte[] bytes = JSON.writeValueAsBytes(line);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The files, oldest first. */
    private static List<Path> files(Path folder) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> found = Files.list(folder)) {
            found.filter(p -> p.getFileName().toString().matches("audit-\\d+\\.log"))
                    .sorted()
                    .forEach(all::add);
        }
        if (Files.exists(folder.resolve(NAME))) {
            all.add(folder.resolve(NAME));
        }
        return all;
    }

    /** Checks that no line of a folder's log was changed, cut out or added. */
    public static Verdict verify(Path folder) throws IOException {
        long lines = 0;
        long expected = -1;
        String before = null;
        for (Path path : files(folder)) {
            int row = 0;
            for (String text : Files.readAllLines(path)) {
                row++;
                lines++;
                String place = path.getFileName() + ":" + row;
                if (!(tree(text) instanceof ObjectNode line)) {
                    return new Verdict(lines, place + " is no line of the log");
                }
                String hash = line.path("hash").asText();
                line.remove("hash");
                if (!hash(line).equals(hash)) {
                    return new Verdict(lines, place + " was changed");
                }
                boolean follows = before == null
                        || line.path("n").asLong() == expected
                                && line.path("before").asText().equals(before);
                if (!follows) {
                    return new Verdict(
                            lines,
                            place + " is line " + line.path("n").asLong() + ", but line " + expected
                                    + " should stand here: lines were cut out or added");
                }
                expected = line.path("n").asLong() + 1;
                before = hash;
            }
        }
        return new Verdict(lines, "");
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Every line is on disk already.
        }
    }
}
