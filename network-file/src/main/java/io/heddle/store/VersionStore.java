package io.heddle.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps at least the last {@value #MOST} accepted versions of the network, each in its own file. {@link #add} returns
 * only when the version is on disk: it writes the file under another name, syncs it, moves it into place, and syncs the
 * folder. The first line of a file is its checksum, the rest is JSON. The store refuses a file that does not agree with
 * its checksum. If long network files have hardly changed, a version has only the differences from the version before
 * it, and names the checksum of that version.
 */
public final class VersionStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionStore.class);
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    /** The number of versions to keep. */
    private static final int MOST = 1000;

    private static final String SUFFIX = ".version";
    private static final String ASIDE = ".new";
    /** Precedes the checksum. Files from before the format had a number lack it, and can be read as well. */
    private static final String FORMAT = "heddle-version-1 ";
    /** The same for a file that has only differences. */
    private static final String CHANGES_FORMAT = "heddle-version-2 ";
    /** The most versions in a row that have only differences. To load the last of them, the store reads them all. */
    private static final int MOST_CHANGES = 256;
    /** A version whose files have fewer characters than this in total is stored whole. */
    private static final int SHORT = 1 << 16;
    /** A version is stored whole unless the differences are shorter than this fraction (1/{@value}) of its files. */
    private static final int SMALL_PART = 16;

    private static final Pattern LATER_FORMAT = Pattern.compile("heddle-version-\\d+ ");

    private static final String FOLDER = "versions";

    private final StateFolder state;
    private final Path folder;
    private final StateLock lock;
    private final int most;
    /** By number. Only the latest version is in memory with its files. */
    private final TreeMap<Integer, Head> heads = new TreeMap<>();
    /** The versions that are stored whole. */
    private final TreeSet<Integer> whole = new TreeSet<>();

    private Optional<Version> latest = Optional.empty();
    private String latestChecksum = "";
    /** The files of the latest version in UTF-8, if they are long and this process added the version. */
    private Map<String, byte[]> latestBytes = Map.of();

    /** A version without its files. */
    public record Head(int number, String time, String author, String message) {}

    /**
     * An accepted version.
     *
     * @param number counts up from 1
     * @param time when it was accepted, ISO 8601
     * @param files the network files' texts by name
     * @param order the order of access list rules, see {@link io.heddle.flows.order.OrderText}; empty if not stored
     */
    public record Version(
            int number,
            String time,
            String author,
            String message,
            Map<String, String> files,
            Map<String, String> order) {
        public Version {
            order = order == null ? Map.of() : order;
        }

        private Head head() {
            return new Head(number, time, author, message);
        }
    }

    /**
     * A version in a file that has only differences.
     *
     * @param after the checksum of the version before, to which the changes apply
     * @param changes by file name
     */
    private record Changed(
            int number,
            String time,
            String author,
            String message,
            String after,
            Map<String, TextEdit> changes,
            Map<String, String> order) {}

    /** The content of a version's file. Either {@code whole} or {@code changed} is null. */
    private record Stored(Version whole, Changed changed, String checksum) {
        Head head() {
            return whole != null
                    ? whole.head()
                    : new Head(changed.number, changed.time, changed.author, changed.message);
        }

        Map<String, String> order() {
            return whole != null ? whole.order : changed.order;
        }
    }

    private VersionStore(StateFolder state, StateLock lock, int most) {
        this.most = most;
        this.state = state;
        this.folder = state.file(FOLDER);
        this.lock = lock;
    }

    /**
     * Opens the store in {@code state}. Makes the folder if it is missing.
     *
     * @throws IOException if another controller has the store open, or a version is damaged; the message says which
     */
    public static VersionStore open(StateFolder state) throws IOException {
        return open(state, MOST);
    }

    /** Opens the store, to keep {@code most} versions. */
    static VersionStore open(StateFolder state, int most) throws IOException {
        // The versions tell the whole network: they are for the controller alone.
        Path folder = Files.createDirectories(
                state.file(FOLDER), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        VersionStore store = new VersionStore(state, StateLock.take(state.path()), most);
        try (Stream<Path> files = Files.list(folder)) {
            Stored before = null;
            for (Path f : files.sorted().toList()) {
                if (f.toString().endsWith(SUFFIX)) {
                    Stored stored = read(f);
                    checkFollows(f, stored, before);
                    store.keep(stored);
                    before = stored;
                } else if (f.toString().endsWith(ASIDE)) {
                    // A version that was begun and never accepted.
                    Files.delete(f);
                }
            }
            if (!store.heads.isEmpty()) {
                store.prune();
                store.latest = Optional.of(store.load(store.heads.lastKey()));
            }
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
        return store;
    }

    /**
     * The version in force in a folder that this process has locked already. Changes nothing.
     *
     * @throws IOException if it is damaged or written by a later Heddle; the message says which
     */
    public static Optional<Version> latestIn(StateFolder state) throws IOException {
        VersionStore store = new VersionStore(state, null, MOST);
        if (!Files.isDirectory(store.folder)) {
            return Optional.empty();
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(store.folder)) {
            files = all.filter(f -> f.toString().endsWith(SUFFIX))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        Deque<Stored> needed = new ArrayDeque<>();
        for (Path f : files) {
            Stored stored = read(f);
            needed.push(stored);
            if (stored.whole != null) {
                needed.forEach(store::keep);
                return Optional.of(store.load(store.heads.lastKey()));
            }
        }
        return Optional.empty();
    }

    /** Refuses differences if the version that they apply to is missing or has changed. */
    private static void checkFollows(Path file, Stored stored, Stored before) throws IOException {
        if (stored.changed != null && (before == null || !before.checksum.equals(stored.changed.after))) {
            throw new IOException("the stored version " + file
                    + " has only its differences from the previous version, which is missing"
                    + " as it was: restore that one from a backup, or move this one away with all that come after it");
        }
    }

    private static Stored read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        int line = text.indexOf('\n');
        String body = text.substring(line + 1);
        String head = text.substring(0, Math.max(0, line));
        boolean whole = !head.startsWith(CHANGES_FORMAT);
        if (!head.startsWith(FORMAT) && whole && LATER_FORMAT.matcher(head).lookingAt()) {
            throw new IOException("the stored version " + file + " was written by a later Heddle (" + head.split(" ")[0]
                    + ", this one knows " + CHANGES_FORMAT.strip()
                    + "): start that one, or give this one its own --state");
        }
        String checksum = checksum(body);
        if (line < 0
                || !head.replaceFirst("^(" + FORMAT + "|" + CHANGES_FORMAT + ")", "")
                        .equals(checksum)) {
            throw new IOException("the stored version " + file + " is damaged (its checksum does not agree): restore"
                    + " it from a backup, or move it away to go on with the version before it");
        }
        return whole
                ? new Stored(JSON.readValue(body, Version.class), null, checksum)
                : new Stored(null, JSON.readValue(body, Changed.class), checksum);
    }

    private static String checksum(String body) {
        return "sha256:" + Hashing.sha256().hashString(body, StandardCharsets.UTF_8);
    }

    private void keep(Stored stored) {
        Head head = stored.head();
        heads.put(head.number, head);
        if (stored.whole != null) {
            whole.add(head.number);
        }
        latestChecksum = stored.checksum;
    }

    /** Reads a version from its file and, if that has only differences, from the files before it. */
    private Version load(int number) throws IOException {
        int from = whole.floor(number);
        Map<String, byte[]> texts = new TreeMap<>();
        Stored stored = read(file(from));
        stored.whole.files.forEach((name, text) -> texts.put(name, text.getBytes(StandardCharsets.UTF_8)));
        for (int n = from + 1; n <= number; n++) {
            stored = read(file(n));
            stored.changed.changes.forEach((name, edit) -> texts.compute(name, (k, text) -> edit.of(text)));
        }
        Map<String, String> files = new TreeMap<>();
        texts.forEach((name, text) -> files.put(name, new String(text, StandardCharsets.UTF_8)));
        Head head = heads.get(number);
        return new Version(number, head.time, head.author, head.message, files, stored.order());
    }

    /** The version in force. */
    public synchronized Optional<Version> latest() {
        return latest;
    }

    /**
     * The version of this number.
     *
     * @throws UncheckedIOException if its file can no longer be read
     */
    public synchronized Optional<Version> find(int number) {
        if (latest.isPresent() && latest.get().number() == number) {
            return latest;
        }
        try {
            return heads.containsKey(number) ? Optional.of(load(number)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All versions that are kept, oldest first. */
    public synchronized List<Head> all() {
        return List.copyOf(heads.values());
    }

    private Path file(int number) {
        return folder.resolve(name(number));
    }

    private static String name(int number) {
        return String.format("%08d%s", number, SUFFIX);
    }

    /**
     * Deletes the oldest versions, because a platform that adds hundreds of ports an hour must not fill the disk. A
     * whole version goes after those that depend on it, so that the rest can be read if something interrupts this. The
     * next version tries again to delete what could not be deleted.
     */
    private void prune() {
        try {
            Integer next = whole.higher(heads.firstKey());
            while (next != null && heads.tailMap(next).size() >= most) {
                NavigableMap<Integer, Head> old = heads.headMap(next, false);
                while (!old.isEmpty()) {
                    state.delete(FOLDER + "/" + name(old.lastKey()));
                    whole.remove(old.pollLastEntry().getKey());
                }
                next = whole.higher(next);
            }
        } catch (IOException e) {
            LOG.warn("an old version cannot be deleted: {}", e.toString());
        }
    }

    /** The files in UTF-8; none if they are short. */
    private static Map<String, byte[]> bytes(Map<String, String> files) {
        Map<String, byte[]> bytes = new TreeMap<>();
        if (files.values().stream().mapToLong(String::length).sum() >= SHORT) {
            files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
        }
        return bytes;
    }

    /** The differences from the version before; empty if the version must be stored whole. */
    private Optional<Map<String, TextEdit>> changes(Map<String, byte[]> files) {
        Map<String, byte[]> before =
                latestBytes.isEmpty() ? bytes(latest.map(Version::files).orElse(Map.of())) : latestBytes;
        if (files.isEmpty()
                || !before.keySet().equals(files.keySet())
                || heads.lastKey() - whole.last() >= MOST_CHANGES) {
            return Optional.empty();
        }
        Map<String, TextEdit> changes = new TreeMap<>();
        files.forEach((name, text) -> {
            if (!Arrays.equals(text, before.get(name))) {
                changes.put(name, TextEdit.between(before.get(name), text));
            }
        });
        long length = files.values().stream().mapToLong(b -> b.length).sum();
        return Optional.of(changes)
                .filter(c -> c.values().stream().mapToLong(e -> e.in().length()).sum() * SMALL_PART < length);
    }

    /**
     * Stores a version. When this returns, the version is on disk.
     *
     * @param order the order of access list rules, see {@link io.heddle.flows.order.OrderText}
     * @throws Uncertain if it is not known whether it is stored
     * @throws IOException if it cannot be stored, for instance because the disk is full; the store is then unchanged
     */
    public synchronized Version add(String author, String message, Map<String, String> files, Map<String, String> order)
            throws IOException {
        int number = latest.map(Version::number).orElse(0) + 1;
        Version version = new Version(number, Instant.now().toString(), author, message, new TreeMap<>(files), order);
        Map<String, byte[]> bytes = bytes(version.files);
        Optional<Map<String, TextEdit>> changes = changes(bytes);
        Changed changed = changes.map(c -> new Changed(number, version.time, author, message, latestChecksum, c, order))
                .orElse(null);
        String body = JSON.writeValueAsString(changed != null ? changed : version);
        String checksum = checksum(body);
        try {
            String text = (changed != null ? CHANGES_FORMAT : FORMAT) + checksum + "\n" + body;
            state.replace(FOLDER + "/" + name(number), text.getBytes(StandardCharsets.UTF_8));
        } catch (Uncertain e) {
            throw new Uncertain(
                    "it is not known whether the version is stored, see heddle history: " + e.getMessage(), e);
        } catch (ClosedByInterruptException e) {
            Files.deleteIfExists(file(number));
            throw new Unavailable("the controller is stopping, so nothing was changed", e);
        } catch (IOException e) {
            // The version is refused, so a restart must not find it.
            Files.deleteIfExists(file(number));
            throw new IOException(
                    "the version cannot be stored in " + folder + ", so nothing was changed: " + e.getMessage(), e);
        }
        keep(new Stored(changed == null ? version : null, changed, checksum));
        latest = Optional.of(version);
        latestBytes = bytes;
        prune();
        return version;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
