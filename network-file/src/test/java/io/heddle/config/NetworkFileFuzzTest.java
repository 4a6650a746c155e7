package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the kept inputs of {@link NetworkFileFuzz}: seeds, and what a fuzzer has found. */
class NetworkFileFuzzTest {
    private static final Path INPUTS = Path.of("src/test/resources/fuzz/network-file");

    @Test
    void bearsEveryKeptInput() throws IOException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(INPUTS)) {
            inputs = files.sorted().toList();
        }
        assertTrue(inputs.size() >= 3, "inputs are missing in " + INPUTS);
        for (Path input : inputs) {
            NetworkFileFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
        }
    }
}
