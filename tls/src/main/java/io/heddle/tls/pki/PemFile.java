package io.heddle.tls.pki;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.security.PrivateKey;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Writes PEM files, each as a whole: a reader sees the old file or the new one. */
final class PemFile {
    /** The service of the Debian package is in it. */
    private static final String GROUP = "heddle-tls";

    private PemFile() {}

    /** Makes a folder that everybody may enter. */
    static void folder(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A file that everybody may read. @param parts certificates or a revocation list */
    static void open(Path file, Object... parts) throws IOException {
        write(file, "rw-r--r--", parts);
    }

    /** A key for the owner alone. */
    static void secret(Path file, PrivateKey key) throws IOException {
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(file, "rw-------", new JcaPKCS8Generator(key, null));
    }

    /** A key for the owner, and for the group {@code heddle-tls} where there is one: that of the controller. */
    static void shared(Path file, PrivateKey key) throws IOException {
        write(file, "rw-r-----", new JcaPKCS8Generator(key, null));
    }

    private static void write(Path file, String permissions, Object... parts) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            for (Object part : parts) {
                pem.writeObject(part);
            }
        }
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text.toString());
        if (permissions.startsWith("rw-r-----")) {
            giveToGroup(next);
        }
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(permissions));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void giveToGroup(Path file) throws IOException {
        try {
            GroupPrincipal group =
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
            Files.getFileAttributeView(file, PosixFileAttributeView.class).setGroup(group);
        } catch (UserPrincipalNotFoundException e) {
            // The controller does not run as a service here.
        }
    }
}
