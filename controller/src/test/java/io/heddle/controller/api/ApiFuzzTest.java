package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the kept inputs of {@link ApiFuzz}: seeds, and what a fuzzer has found. */
@Timeout(60)
class ApiFuzzTest {
    private static final Path INPUTS = Path.of("src/test/resources/fuzz/api");

    @Test
    void answersEveryKeptInput() throws Exception {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(INPUTS)) {
            inputs = files.sorted().toList();
        }
        assertTrue(inputs.size() >= 10, "inputs are missing in " + INPUTS);
        for (Path input : inputs) {
            ApiFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
        }
    }
}
