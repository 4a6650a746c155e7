package io.heddle.controller.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every accepted version of the network, each a file of its own. {@link #add} returns only when the version is on disk:
 * written aside, synced, moved into place, and the folder synced. A file is its checksum on the first line and JSON on
 * the rest; one that does not agree with its checksum is never guessed at.
 */
public final class VersionStore implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String SUFFIX = ".version";

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final List<Version> versions = new ArrayList<>();

    /**
     * An accepted version.
     *
     * @param number counts up from 1
     * @param time when it was accepted, ISO 8601
     * @param files the network files' texts by name
     */
    public record Version(int number, String time, String author, String message, Map<String, String> files) {
    }

    private VersionStore(Path folder, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Opens the store in {@code state}, which is made if it is missing.
     *
     * @throws IOException when another controller has it open, or a version in it is damaged, saying which
     */
    public static VersionStore open(Path state) throws IOException {
        Path folder = Files.createDirectories(state.resolve("versions"));
        FileChannel lockFile = FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = lockFile.tryLock();
        if (lock == null) {
            lockFile.close();
            throw new IOException("another controller uses the state in " + state
                    + ": stop it, or give this one its own --state");
        }
        VersionStore store = new VersionStore(folder, lockFile, lock);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path f : files.filter(p -> p.toString().endsWith(SUFFIX)).sorted().toList()) {
                store.versions.add(read(f));
            }
        }
        return store;
    }

    private static Version read(Path file) throws IOException {
        String text = Files.readString(file);
        int line = text.indexOf('\n');
        String body = text.substring(line + 1);
        if (line < 0 || !text.substring(0, line).equals(checksum(body))) {
            throw new IOException("the stored version " + file + " is damaged (its checksum does not agree): restore"
                    + " it from a backup, or move it away to go on with the version before it");
        }
        return JSON.readValue(body, Version.class);
    }

    private static String checksum(String body) {
        return "sha256:" + Hashing.sha256().hashString(body, StandardCharsets.UTF_8);
    }

    /** The version in force. */
    public synchronized Optional<Version> latest() {
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    }

    /** All versions, oldest first. */
    public synchronized List<Version> all() {
        return List.copyOf(versions);
    }

    /**
     * Stores a version; when this returns it is on disk.
     *
     * @throws IOException when it is not, for instance because the disk is full; the store is then as before
     */
    public synchronized Version add(String author, String message, Map<String, String> files) throws IOException {
        int number = latest().map(Version::number).orElse(0) + 1;
        Version version = new Version(number, Instant.now().toString(), author, message, new TreeMap<>(files));
        String body = JSON.writeValueAsString(version);
        Path file = folder.resolve(String.format("%08d%s", number, SUFFIX));
        Path aside = folder.resolve(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(checksum(body) + "\n" + body);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        versions.add(version);
        return version;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
