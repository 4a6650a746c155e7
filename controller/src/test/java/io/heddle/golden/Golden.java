package io.heddle.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Golden files: expected output as text that a reviewer can read. */
public final class Golden {
    private Golden() {}

    /**
     * Compares a file with the current output. With {@code -Dgolden.write=true} it rewrites a file that differs, and
     * the test still fails: a run that writes proves nothing.
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
