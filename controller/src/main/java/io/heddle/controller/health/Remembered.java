package io.heddle.controller.health;

import io.heddle.events.Journal;
import io.heddle.store.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lines in a file of the state folder, which outlive the controller. */
final class Remembered {
    private final Path file;
    private final Journal journal;

    Remembered(Path file, Journal journal) {
        this.file = file;
        this.journal = journal;
    }

    /** All lines; none if nothing was ever written. @throws IOException if the file cannot be read */
    List<String> read() throws IOException {
        Files.deleteIfExists(DurableFile.aside(file));
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }

    /** Replaces all lines. A failure is an event. */
    void write(Stream<String> lines) {
        String text = String.join("\n", lines.sorted().toList());
        try {
            DurableFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            journal.add("failed", "store", "cannot write " + file + ": " + e.getMessage());
        }
    }
}
