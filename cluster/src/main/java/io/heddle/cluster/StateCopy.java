package io.heddle.cluster;

import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.Op;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies the state between a state folder and etcd, while no controller uses them. The place to which it goes must have
 * no state. Afterwards it is read again and compared.
 */
public final class StateCopy {
    /** Entries in one request: etcd takes 128 at most. */
    private static final int MOST = 50;

    /** Bytes in one request: etcd takes 1.5 MiB. */
    private static final int MOST_BYTES = 1 << 20;

    private static final List<Cmp> NO_STATE = List.of(Etcd.unchanged(Keys.FORMAT, 0));

    private static final Pattern ID = Pattern.compile("\"(?:id|n)\" ?: ?(\\d+)");

    private StateCopy() {}

    /**
     * Copies a folder to etcd.
     *
     * @return how many files it has copied
     * @throws IOException if etcd has a state already, or something cannot be read or written; its message says what
     */
    public static int toEtcd(Path folder, EtcdAddress to) throws IOException {
        Mirror mirror = new Mirror(folder);
        if (!mirror.hasVersions()) {
            throw new IOException("there are no versions in " + folder + ": expected the state folder of a controller");
        }
        try (Etcd etcd = new Etcd(to)) {
            if (hasState(etcd)) {
                throw new IOException("etcd at " + to + " has a state already: delete it first by etcdctl del --prefix "
                        + Keys.ALL + ", if nobody needs it");
            }
            // What a copy that failed has left.
            etcd.commit(NO_STATE, List.of(Etcd.delete(Keys.ALL, Keys.END)));
            List<String> names = mirror.names();
            Batch batch = new Batch(etcd);
            for (String name : names) {
                batch.add(Keys.STATE + name, Packed.of(Files.readAllBytes(folder.resolve(name))));
            }
            lines(folder.resolve(Mirror.JOURNAL), Keys.EVENTS, batch);
            lines(folder.resolve(Mirror.AUDIT), Keys.AUDIT, batch);
            batch.send();
            // Last: without it, no controller takes up what is there.
            etcd.commit(NO_STATE, Etcd.begin());
            compare(folder, etcd);
            return names.size();
        }
    }

    private static boolean hasState(Etcd etcd) throws IOException {
        return !etcd.read(Keys.FORMAT).entries().isEmpty();
    }

    /** Entries that become a few requests. */
    private static final class Batch {
        private final Etcd etcd;
        private final List<Op> ops = new ArrayList<>();
        private int bytes;

        Batch(Etcd etcd) {
            this.etcd = etcd;
        }

        void add(String key, byte[] value) throws IOException {
            if (ops.size() == MOST || bytes + value.length > MOST_BYTES) {
                send();
            }
            ops.add(Etcd.put(key, value));
            bytes += value.length;
        }

        void send() throws IOException {
            if (!ops.isEmpty() && !etcd.commit(NO_STATE, ops).done()) {
                throw new IOException("somebody else has begun a state in etcd meanwhile");
            }
            ops.clear();
            bytes = 0;
        }
    }

    /** The lines of a file that have numbers. */
    private static void lines(Path file, String prefix, Batch to) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        for (String line : Files.readAllLines(file)) {
            Matcher id = ID.matcher(line);
            if (id.find()) {
                to.add(prefix + Keys.number(Long.parseLong(id.group(1))), line.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /**
     * Copies etcd's state to a folder.
     *
     * @return how many files it has copied
     * @throws IOException if the folder has a state already, or something cannot be read or written
     */
    public static int toFolder(EtcdAddress from, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new IOException(folder + " is not empty: give a new folder");
            }
        }
        try (Etcd etcd = new Etcd(from)) {
            Etcd.Snapshot all = etcd.read(Keys.ALL);
            if (!hasState(etcd)) {
                throw new IOException("etcd at " + from + " has no state of Heddle");
            }
            Format.check(Cluster.text(all, Keys.FORMAT));
            Mirror mirror = new Mirror(folder);
            mirror.begin(all.entries());
            compare(folder, etcd);
            return mirror.names().size();
        }
    }

    /** Reads all back. @throws IOException if it differs */
    private static void compare(Path folder, Etcd etcd) throws IOException {
        Path again = Files.createTempDirectory("heddle-copy");
        Mirror copy = new Mirror(again);
        try {
            copy.begin(etcd.read(Keys.ALL).entries());
            for (String name : new Mirror(folder).names()) {
                Path file = again.resolve(name);
                if (!Files.exists(file)
                        || !Arrays.equals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve(name)))) {
                    throw new IOException(name + " is not in the copy as it is in the original: copy again");
                }
            }
        } finally {
            copy.delete();
        }
    }
}
