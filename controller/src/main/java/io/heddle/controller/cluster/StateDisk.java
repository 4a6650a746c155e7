package io.heddle.controller.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The disk with a controller's copy of the state. A leader that cannot write to it can accept no change. */
public final class StateDisk {
    private static final int BYTES = 1 << 16;
    private static final String FILE = ".room";

    private StateDisk() {}

    /** Why the state folder takes no more data, empty if it does. Writes {@value #BYTES} bytes, and removes them. */
    public static Optional<String> fault(Path state) {
        Path file = state.resolve(FILE);
        try {
            Files.write(file, new byte[BYTES]);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the state folder " + state + " takes no more data: " + reason(e, file));
        } finally {
            remove(file);
        }
    }

    /** A file system's own message begins with the file's name. */
    private static String reason(IOException e, Path file) {
        return String.valueOf(e.getMessage()).replace(file + ": ", "");
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next probe writes over it.
        }
    }
}
