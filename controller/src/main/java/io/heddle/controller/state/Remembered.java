package io.heddle.controller.state;

import io.heddle.events.Journal;
import io.heddle.store.DurableFile;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lines in a file of the state folder, which outlive the controller. */
public final class Remembered {
    private final StateFolder state;
    private final String name;
    private final Journal journal;

    /** @param name the file's name in the state folder */
    public Remembered(StateFolder state, String name, Journal journal) {
        this.state = state;
        this.name = name;
        this.journal = journal;
    }

    /** All lines; none if nothing was ever written. @throws IOException if the file cannot be read */
    public List<String> read() throws IOException {
        Path file = state.file(name);
        Files.deleteIfExists(DurableFile.aside(file));
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }

    /** Replaces all lines. A failure is an event. @return whether it is done */
    public boolean write(Stream<String> lines) {
        String text = String.join("\n", lines.sorted().toList());
        return done(() -> state.replace(name, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Deletes the file, if there is one. A failure is an event. @return whether it is done */
    public boolean delete() {
        return done(() -> state.delete(name));
    }

    private interface Change {
        void make() throws IOException;
    }

    private boolean done(Change change) {
        try {
            change.make();
            return true;
        } catch (IOException e) {
            journal.add("failed", "store", "cannot write " + state.file(name) + ": " + e.getMessage());
            return false;
        }
    }
}
