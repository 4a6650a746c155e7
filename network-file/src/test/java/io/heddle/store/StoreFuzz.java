package io.heddle.store;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Any bytes as a stored version: the store refuses to open, or it opens. A fuzzer calls it with inputs that it makes
 * up; {@link StoreFuzzTest} calls it with those that are kept.
 */
public final class StoreFuzz {
    private StoreFuzz() {}

    /** @param data the content of a version's file */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            Path state = Files.createTempDirectory("heddle-fuzz");
            try {
                Files.createDirectories(state.resolve("versions"));
                Files.write(state.resolve("versions").resolve("00000001.version"), data);
                VersionStore store = VersionStore.open(StateFolder.of(state));
                store.latest();
                store.close();
            } catch (IOException refused) {
                if (refused.getMessage() == null) {
                    throw new AssertionError("refused without a reason", refused);
                }
            } finally {
                MoreFiles.deleteRecursively(state, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
