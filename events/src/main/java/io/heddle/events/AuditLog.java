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
import java.util.Optional;
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
    /** Characters of a text: a message may quote what somebody sends. */
    private static final int LONGEST = 500;
    /** Bytes that must be free before something happens that is to be recorded. */
    private static final long LEAST_FREE = 4096;

    private static final String FIRST = "0".repeat(64);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final long full;
    private FileChannel file;
    private long number;
    private String last = FIRST;
    private Optional<Syslog> syslog = Optional.empty();
    private Copy copy = NO_COPY;

    /**
     * One line.
     *
     * @param who the principal
     * @param from its address
     * @param what the operation and its target, such as {@code PUT /api/v1/network}
     * @param outcome such as {@code version 7} or {@code refused: needs the role admin}
     */
    public record Entry(String who, String from, String what, String outcome) {}

    /**
     * The result of a verification.
     *
     * @param first the number of the first line, 0 if there is none
     * @param fault what is wrong and where, "" if nothing is
     */
    public record Verdict(long first, long lines, String fault) {}

    /** Opens the log in a folder. @throws IOException if it cannot be read or written, or if its end is damaged */
    public AuditLog(Path folder) throws IOException {
        this(folder, FULL);
    }

    /** Sends each further line to a syslog server too. */
    public synchronized void copyTo(Syslog server) {
        syslog = Optional.of(server);
    }

    /** Another place for the lines of an audit log. */
    public interface Copy {
        /**
         * Adds a line.
         *
         * @param number the line's
         * @throws IOException if that fails; the line then is nowhere
         */
        void add(long number, String line) throws IOException;

        /** The log could not follow: it lacks a line that the other place has. */
        void broken(String why);
    }

    private static final Copy NO_COPY = new Copy() {
        @Override
        public void add(long number, String line) {}

        @Override
        public void broken(String why) {}
    };

    /** Adds each further line to another place first. */
    public synchronized void copyTo(Copy other) {
        copy = other;
    }

    /** @param full bytes beyond which a file is full */
    AuditLog(Path folder, long full) throws IOException {
        this.folder = folder;
        this.full = full;
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

    /**
     * Prepares for a line, before what it will record happens.
     *
     * @throws IOException if it could not be written
     */
    public synchronized void prepare() throws IOException {
        reopen();
        if (Files.getFileStore(folder).getUsableSpace() < LEAST_FREE) {
            throw new IOException("the audit log in " + folder + " has no room, so nothing was done");
        }
    }

    /** A rotation that failed has left the file closed. */
    private void reopen() throws IOException {
        if (!file.isOpen()) {
            open(folder.resolve(NAME));
        }
    }

    /** Adds a line and waits until it is on disk. @throws IOException if that fails; then there is no part of it */
    public synchronized void add(Entry entry) throws IOException {
        reopen();
        if (file.size() > full) {
            rotate();
        }
        ObjectNode line = JSON.createObjectNode()
                .put("n", number + 1)
                .put("time", Instant.now().toString())
                .put("who", shortened(entry.who()))
                .put("from", shortened(entry.from()))
                .put("what", shortened(entry.what()))
                .put("outcome", shortened(entry.outcome()))
                .put("before", last);
        String hash = hash(line);
        line.put("hash", hash);
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        copy.add(number + 1, line.toString());
        long before = file.size();
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(false);
        } catch (IOException e) {
            copy.broken("cannot write the audit log: " + e.getMessage());
            file.truncate(before);
            throw e;
        }
        number++;
        last = hash;
        syslog.ifPresent(s -> s.send("audit", line.toString()));
    }

    /** A text without half characters, which cannot be written, and not too long. */
    private static String shortened(String text) {
        String whole =
                text.replaceAll("[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]", "?");
        return whole.length() <= LONGEST
                ? whole
                : whole.substring(0, LONGEST).replaceAll("[\\ud800-\\udbff]$", "") + "…";
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
        long first = 0;
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
                    return new Verdict(first, lines, place + " is no line of the log");
                }
                String hash = line.path("hash").asText();
                line.remove("hash");
                if (!hash(line).equals(hash)) {
                    return new Verdict(first, lines, place + " was changed");
                }
                boolean follows = before == null
                        || line.path("n").asLong() == expected
                                && line.path("before").asText().equals(before);
                if (!follows) {
                    return new Verdict(
                            first,
                            lines,
                            place + " is line " + line.path("n").asLong() + ", but line " + expected
                                    + " should stand here: lines were cut out or added");
                }
                first = first == 0 ? line.path("n").asLong() : first;
                expected = line.path("n").asLong() + 1;
                before = hash;
            }
        }
        return new Verdict(first, lines, "");
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
        syslog.ifPresent(Syslog::close);
        try {
            file.close();
        } catch (IOException e) {
            // Every line is on disk already.
        }
    }
}
