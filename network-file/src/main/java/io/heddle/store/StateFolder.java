package io.heddle.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of what must outlive the controller, and its {@link Replica}. A change is made in the replica before it
 * shows in the folder.
 *
 * @param path the folder
 */
public record StateFolder(Path path, Replica replica) {
    /** A folder without a replica. */
    public static StateFolder of(Path path) {
        return new StateFolder(path, Replica.NONE);
    }

    /** The file of this name. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /**
     * Gives a file, which only its owner may read, another content.
     *
     * @throws Uncertain if the replica may have the new content
     * @throws IOException if that fails; the file then has its former content, or all of the new one
     */
    public void replace(String name, byte[] content) throws IOException {
        Path file = file(name);
        // First what may fail for lack of room.
        Path aside = DurableFile.prepare(file, content);
        try {
            replica.put(name, content);
            show(aside, file);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private void show(Path aside, Path file) throws IOException {
        try {
            DurableFile.show(aside, file);
        } catch (IOException e) {
            if (replica == Replica.NONE) {
                throw e;
            }
            String why = "cannot write " + file + ": " + e.getMessage();
            replica.broken(why);
            throw new Uncertain(why, e);
        }
    }

    /** Deletes a file, if there is one, so that it does not come back after a power cut. */
    public void delete(String name) throws IOException {
        if (Files.exists(file(name))) {
            replica.delete(name);
            DurableFile.delete(file(name));
        }
    }
}
