package io.heddle.cluster;

import io.heddle.store.DurableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keeps a state folder like the state in etcd, so that a controller can begin with it at any moment. Confined to one
 * thread at a time.
 */
public final class Mirror {
    static final String JOURNAL = "journal.jsonl";
    private static final String OLD_JOURNAL = "journal.before.jsonl";
    private static final String MARK = "mirror-of";
    /** Bytes after which a file of lines is put aside, as those who write it otherwise do. */
    private static final long FULL_JOURNAL = 4L << 20;

    private static final long FULL_AUDIT = 16L << 20;
    static final String AUDIT = "audit.log";
    private static final String VERSIONS = "versions";
    /** The files besides those of versions; an entry for another one is from a later Heddle. */
    private static final Set<String> FILES =
            Set.of("trial.json", "tokens.json", "leases", "health", "next-routers", "bindings");

    private final Path folder;

    Mirror(Path folder) {
        this.folder = folder;
    }

    /** Whether the folder is a copy of a state, not the only place of another one. @param begun when that was begun */
    boolean isOf(String begun) throws IOException {
        Path mark = folder.resolve(MARK);
        return Files.exists(mark) && Files.readString(mark).equals(begun);
    }

    /** Notes that the folder is a copy. */
    void mark(String begun) throws IOException {
        DurableFile.replace(folder.resolve(MARK), begun.getBytes(StandardCharsets.UTF_8));
    }

    /** Notes that the folder is a state of its own from now on. */
    public static void unmark(Path folder) throws IOException {
        DurableFile.delete(folder.resolve(MARK));
    }

    /** Whether the folder holds versions. */
    boolean hasVersions() throws IOException {
        Path versions = folder.resolve(VERSIONS);
        if (!Files.isDirectory(versions)) {
            return false;
        }
        try (var files = Files.list(versions)) {
            return files.findAny().isPresent();
        }
    }

    /** Makes all of the folder like a snapshot. */
    void begin(List<Keys.Entry> entries) throws IOException {
        Files.createDirectories(
                folder.resolve(VERSIONS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Map<String, ByteArrayOutputStream> files = new TreeMap<>();
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        ByteArrayOutputStream audit = new ByteArrayOutputStream();
        for (Keys.Entry e : entries) {
            if (e.key().startsWith(Keys.STATE)) {
                // What was appended follows its file, in order.
                files.computeIfAbsent(file(e.key()), k -> new ByteArrayOutputStream())
                        .writeBytes(Packed.open(e.value()));
            } else if (e.key().startsWith(Keys.EVENTS)) {
                line(events, e.value());
            } else if (e.key().startsWith(Keys.AUDIT)) {
                line(audit, e.value());
            }
        }
        for (String name : names()) {
            if (!files.containsKey(name)) {
                DurableFile.delete(folder.resolve(name));
            }
        }
        for (Map.Entry<String, ByteArrayOutputStream> f : files.entrySet()) {
            replace(f.getKey(), f.getValue().toByteArray());
        }
        Files.deleteIfExists(folder.resolve(OLD_JOURNAL));
        replace(JOURNAL, events.toByteArray());
        // The lines before those in etcd would not be joined to them.
        try (var old = Files.newDirectoryStream(folder, "audit-*.log")) {
            for (Path path : old) {
                Files.delete(path);
            }
        }
        replace(AUDIT, audit.toByteArray());
    }

    /** The names of the files that belong to the state, sorted; lines of events and of the audit log are not among them. */
    List<String> names() throws IOException {
        List<String> out = new ArrayList<>();
        try (var versions = Files.newDirectoryStream(folder.resolve(VERSIONS))) {
            versions.forEach(p -> out.add(VERSIONS + "/" + p.getFileName()));
        }
        FILES.stream().filter(f -> Files.exists(folder.resolve(f))).forEach(out::add);
        out.sort(null);
        return out;
    }

    /** Deletes the folder, if it has nothing but the state. */
    void delete() throws IOException {
        for (String name : names()) {
            Files.delete(folder.resolve(name));
        }
        for (String name : List.of(JOURNAL, AUDIT, MARK, VERSIONS)) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }

    /** Applies changes. */
    void apply(Etcd.Change change) throws IOException {
        for (String key : change.removed()) {
            // What was appended goes when the file is written anew.
            if (key.startsWith(Keys.STATE) && key.indexOf(Keys.MORE) < 0) {
                DurableFile.delete(folder.resolve(file(key)));
            }
        }
        for (Keys.Entry e : change.put()) {
            if (e.key().startsWith(Keys.STATE)) {
                String name = file(e.key());
                if (e.key().indexOf(Keys.MORE) < 0) {
                    DurableFile.replace(folder.resolve(name), Packed.open(e.value()));
                } else {
                    append(name, Packed.open(e.value()));
                }
            } else if (e.key().startsWith(Keys.EVENTS)) {
                putAside(JOURNAL, FULL_JOURNAL, OLD_JOURNAL);
                append(JOURNAL, withNewline(e.value()));
            } else if (e.key().startsWith(Keys.AUDIT)) {
                long before = Long.parseLong(e.key().substring(Keys.AUDIT.length())) - 1;
                putAside(AUDIT, FULL_AUDIT, String.format("audit-%012d.log", before));
                append(AUDIT, withNewline(e.value()));
            }
        }
    }

    /** Whether a key is that of a version. */
    static boolean isVersion(String key) {
        return key.startsWith(Keys.STATE + VERSIONS + "/");
    }

    private static String file(String key) throws IOException {
        int more = key.indexOf(Keys.MORE);
        String name = key.substring(Keys.STATE.length(), more < 0 ? key.length() : more);
        if (!FILES.contains(name) && !name.matches(VERSIONS + "/\\d{8}\\.version")) {
            throw new IOException(
                    "etcd holds the file " + name + ", which this Heddle does not know: start a later one");
        }
        return name;
    }

    private void replace(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
            DurableFile.replace(file, content);
        }
    }

    private void putAside(String name, long full, String as) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file) && Files.size(file) > full) {
            Files.move(file, folder.resolve(as), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void append(String name, byte[] more) throws IOException {
        try (FileChannel out = FileChannel.open(
                folder.resolve(name),
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                DurableFile.OWNER_ONLY)) {
            DurableFile.write(out, ByteBuffer.wrap(more));
        }
    }

    private static void line(ByteArrayOutputStream to, byte[] text) {
        to.writeBytes(withNewline(text));
    }

    private static byte[] withNewline(byte[] text) {
        byte[] line = Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }
}
