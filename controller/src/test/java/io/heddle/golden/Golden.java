package io.heddle.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that say what the program makes, for a reviewer to read. */
public final class Golden {
    private Golden() {}

    /**
     * Holds a file against what is made now. With {@code -Dgolden.write=true} the file is written anew where it differs, and
     * the test fails all the same: a run that writes proves nothing.
     */
    public static void check(Path file, String made) throws IOException {
        String kept = Files.exists(file) ? Files.readString(file) : "";
        if (Boolean.getBoolean("golden.write") && !kept.equals(made)) {
            Files.writeString(file, made);
            fail(file + " was written anew: review the difference, and run again without golden.write");
        }
        assertEquals(
                kept, made, file + ": after a wanted change run with -Dgolden.write=true and review the difference");
    }
}
