package io.heddle.containers;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of a Unix socket for this user alone, who is root. It is made in a folder that nobody else may enter, and
 * moves to its place when it has its mode.
 */
final class PluginSocket {
    private PluginSocket() {}

    /** Listens on a path. */
    interface Listening {
        void at(Path path) throws IOException;
    }

    /** Makes a socket, and the folder for it. @throws IOException if something else is there, or listens there */
    static void make(Path path, Listening listening) throws IOException {
        Path home = path.toAbsolutePath().getParent();
        Files.createDirectories(home);
        checkFree(path);
        Path folder = Files.createTempDirectory(
                home, ".heddle", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path made = folder.resolve("s");
        try {
            listening.at(made);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
            Files.delete(folder);
        }
    }

    /** A socket to which nobody listens is that of a daemon that has died: it may be replaced. */
    private static void checkFree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(path + " exists, but is not a socket: remove it, or use another path");
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException(
                    "another process listens at " + channel.getRemoteAddress() + ": stop it, or use another path");
        } catch (ConnectException refused) {
            // Nobody listens there.
        }
    }
}
