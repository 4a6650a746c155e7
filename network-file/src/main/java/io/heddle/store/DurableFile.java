package io.heddle.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files that are whole on disk when a method returns, whatever happens then. */
public final class DurableFile {
    /** Nobody but the owner reads or writes the file. */
    public static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final String ASIDE = ".new";

    private DurableFile() {}

    /** The file in which {@link #replace} prepares the content of a file; one that is left over is no use. */
    public static Path aside(Path file) {
        return file.resolveSibling(file.getFileName() + ASIDE);
    }

    /**
     * Gives a file, which only its owner may read, another content.
     *
     * @throws IOException if that fails; the file then has its former content, or all of the new one
     */
    public static void replace(Path file, byte[] content) throws IOException {
        show(prepare(file, content), file);
    }

    /** Moves what was prepared into its place. */
    static void show(Path aside, Path file) throws IOException {
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(file.toAbsolutePath().getParent());
    }

    /** Puts a file's next content on disk beside it. */
    static Path prepare(Path file, byte[] content) throws IOException {
        Path aside = aside(file);
        Files.deleteIfExists(aside);
        try (FileChannel out = FileChannel.open(
                aside, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            write(out, ByteBuffer.wrap(content));
            out.force(true);
        }
        return aside;
    }

    /** Deletes a file, if there is one, so that it does not come back after a power cut. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            syncFolder(file.toAbsolutePath().getParent());
        }
    }

    /** Writes all bytes, which are not yet on disk. */
    public static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** Puts the names in a folder on disk: those of files that were made, moved or deleted. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
