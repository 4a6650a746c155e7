package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the kept inputs of {@link OvsdbFuzz}: seeds, and what a fuzzer has found. */
class OvsdbFuzzTest {
    private static final Path INPUTS = Path.of("src/test/resources/fuzz/ovsdb");

    @Test
    void bearsEveryKeptInput() throws IOException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(INPUTS)) {
            inputs = files.sorted().toList();
        }
        assertTrue(inputs.size() >= 3, "inputs are missing in " + INPUTS);
        for (Path input : inputs) {
            OvsdbFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
        }
    }
}
