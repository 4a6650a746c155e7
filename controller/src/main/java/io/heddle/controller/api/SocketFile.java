package io.heddle.controller.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * The file of the Unix socket of the admin API. It is made in a folder that nobody else may enter. It moves to its
 * place when it has its group and its mode: nobody else can connect before.
 */
final class SocketFile implements AutoCloseable {
    /** Who may use the socket besides its owner. */
    private static final String GROUP = "heddle";
    /** The kernel's {@code sun_path} without its zero, and without what the private folder adds. */
    private static final int LONGEST_PATH = 107 - 32;

    private static final int OTHERS_WRITE = 0002;
    private static final int ROOT = 0;

    private final Path path;
    private final Object key;

    /** Listens on a path. */
    interface Listening {
        void at(Path path) throws IOException;
    }

    private SocketFile(Path path) throws IOException {
        this.path = path;
        this.key = key(path);
    }

    /**
     * Makes a socket.
     *
     * @param listening begins to listen on the path that it is given, and goes on when the file moves
     * @throws IOException if something else is there, or another controller listens there
     */
    static SocketFile make(Path path, Listening listening) throws IOException {
        Path home = path.toAbsolutePath().getParent();
        if (home == null || !Files.isDirectory(home)) {
            throw new IOException("--api-socket " + path + ": there is no folder " + home + ": make it first");
        } else if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new IOException("--api-socket " + path + ": the path is too long for a socket: expected at most "
                    + LONGEST_PATH + " bytes");
        }
        checkFolder(home);
        checkFree(path);
        Path folder = Files.createTempDirectory(
                home, ".heddle", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path made = folder.resolve("s");
        try {
            checkOwner(home, folder);
            listening.at(made);
            boolean shared = giveToGroup(made);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(shared ? "rw-rw----" : "rw-------"));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
            Files.delete(folder);
        }
        return new SocketFile(path);
    }

    /** In such a folder, everybody could put a socket of their own where users look for this one. */
    private static void checkFolder(Path folder) throws IOException {
        int mode = (int) Files.getAttribute(folder, "unix:mode");
        if ((mode & OTHERS_WRITE) != 0) {
            throw new IOException("--api-socket: everybody may replace files in " + folder
                    + ", or make some: use another folder, or take that right away (chmod o-w)");
        }
    }

    /** The owner of a folder may replace what is in it. @param own a folder of this process */
    private static void checkOwner(Path folder, Path own) throws IOException {
        int owner = (int) Files.getAttribute(folder, "unix:uid");
        if (owner != ROOT && owner != (int) Files.getAttribute(own, "unix:uid")) {
            throw new IOException("--api-socket: " + folder + " belongs to the user " + owner
                    + ", who may replace files there: use a folder of root or of the controller's own user");
        }
    }

    /** A socket to which nobody listens is that of a controller that has died: it may be replaced. */
    private static void checkFree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(
                    "--api-socket " + path + " exists, but is not a socket: remove it, or use another path");
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("--api-socket " + path + ": another process listens at " + channel.getRemoteAddress()
                    + ": stop it, or use another path");
        } catch (ConnectException refused) {
            // Nobody listens there.
        }
    }

    /** @return whether the socket has the group; without it, it would be open to whoever shares the owner's group */
    private static boolean giveToGroup(Path socket) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(socket, PosixFileAttributeView.class);
        if (view.readAttributes().group().getName().equals(GROUP)) {
            return true;
        }
        try {
            GroupPrincipal group =
                    socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
            view.setGroup(group);
            return true;
        } catch (UserPrincipalNotFoundException | FileSystemException e) {
            // There is no such group, or this user is not in it.
            return false;
        }
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Removes the socket, unless another process has put its own there. */
    @Override
    public void close() {
        try {
            if (key(path).equals(key)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Somebody has removed it, or its folder. A dead socket does no harm: the next controller replaces it.
        }
    }
}
