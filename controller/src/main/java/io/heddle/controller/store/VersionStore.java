package io.heddle.controller.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The last {@value #MOST} accepted versions of the network, each a file of its own. {@link #add} returns only when the version is on disk:
 * written aside, synced, moved into place, and the folder synced. A file is its checksum on the first line and JSON on
 * the rest; one that does not agree with its checksum is never guessed at.
 */
public final class VersionStore implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    /** Versions that are kept. */
    private static final int MOST = 1000;
    private static final String SUFFIX = ".version";
    private static final String ASIDE = ".new";
    /** Stands in front of the checksum since the format has a number; files without it are read as well. */
    private static final String FORMAT = "heddle-version-1 ";
    private static final Pattern LATER_FORMAT = Pattern.compile("heddle-version-\\d+ ");

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final int most;
    /** By number; of all but the latest only the heads are in memory. */
    private final TreeMap<Integer, Head> heads = new TreeMap<>();
    private Optional<Version> latest = Optional.empty();

    /** A version without its files. */
    public record Head(int number, String time, String author, String message) {
    }

    /**
     * An accepted version.
     *
     * @param number counts up from 1
     * @param time when it was accepted, ISO 8601
     * @param files the network files' texts by name
     */
    public record Version(int number, String time, String author, String message, Map<String, String> files) {
        private Head head() {
            return new Head(number, time, author, message);
        }
    }

    private VersionStore(Path folder, FileChannel lockFile, FileLock lock, int most) {
        this.most = most;
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
        return open(state, MOST);
    }

    /** Likewise, keeping {@code most} versions. */
    static VersionStore open(Path state, int most) throws IOException {
        Path folder = Files.createDirectories(state.resolve("versions"));
        FileChannel lockFile = FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = lockFile.tryLock();
        if (lock == null) {
            lockFile.close();
            throw new IOException("another controller uses the state in " + state
                    + ": stop it, or give this one its own --state");
        }
        VersionStore store = new VersionStore(folder, lockFile, lock, most);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path f : files.sorted().toList()) {
                if (f.toString().endsWith(SUFFIX)) {
                    store.keep(read(f));
                } else if (f.toString().endsWith(ASIDE)) {
                    // Begun and never accepted.
                    Files.delete(f);
                }
            }
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
        return store;
    }

    private static Version read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        int line = text.indexOf('\n');
        String body = text.substring(line + 1);
        String head = text.substring(0, Math.max(0, line));
        if (!head.startsWith(FORMAT) && LATER_FORMAT.matcher(head).lookingAt()) {
            throw new IOException("the stored version " + file + " was written by a later Heddle (" + head.split(" ")[0]
                    + ", this one knows " + FORMAT.strip() + "): start that one, or give this one its own --state");
        }
        if (line < 0 || !head.replaceFirst("^" + FORMAT, "").equals(checksum(body))) {
            throw new IOException("the stored version " + file + " is damaged (its checksum does not agree): restore"
                    + " it from a backup, or move it away to go on with the version before it");
        }
        return JSON.readValue(body, Version.class);
    }

    private static String checksum(String body) {
        return "sha256:" + Hashing.sha256().hashString(body, StandardCharsets.UTF_8);
    }

    private void keep(Version version) {
        heads.put(version.number(), version.head());
        latest = Optional.of(version);
    }

    /** The version in force. */
    public synchronized Optional<Version> latest() {
        return latest;
    }

    /**
     * The version of this number.
     *
     * @throws UncheckedIOException when it cannot be read any more
     */
    public synchronized Optional<Version> find(int number) {
        if (latest.isPresent() && latest.get().number() == number) {
            return latest;
        }
        try {
            return heads.containsKey(number) ? Optional.of(read(file(number))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All versions that are kept, oldest first. */
    public synchronized List<Head> all() {
        return List.copyOf(heads.values());
    }

    private Path file(int number) {
        return folder.resolve(String.format("%08d%s", number, SUFFIX));
    }

    /** Lets the oldest go: a platform that adds ports by the hundred an hour must not fill the disk. */
    private void prune() throws IOException {
        while (heads.size() > most) {
            Files.deleteIfExists(file(heads.firstKey()));
            heads.pollFirstEntry();
        }
    }

    /**
     * Stores a version; when this returns it is on disk.
     *
     * @throws IOException when it is not, for instance because the disk is full; the store is then as before
     */
    public synchronized Version add(String author, String message, Map<String, String> files) throws IOException {
        int number = latest.map(Version::number).orElse(0) + 1;
        Version version = new Version(number, Instant.now().toString(), author, message, new TreeMap<>(files));
        String body = JSON.writeValueAsString(version);
        Path file = file(number);
        Path aside = folder.resolve(file.getFileName() + ASIDE);
        try {
            write(aside, FORMAT + checksum(body) + "\n" + body);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            // Refused is refused: a restart must not find it.
            Files.deleteIfExists(aside);
            Files.deleteIfExists(file);
            throw new IOException("the version cannot be stored in " + folder + ", so nothing was changed: " + e.getMessage(), e);
        }
        keep(version);
        prune();
        return version;
    }

    private static void write(Path aside, String text) throws IOException {
        try (FileChannel out = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
