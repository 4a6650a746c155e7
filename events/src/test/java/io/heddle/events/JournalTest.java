package io.heddle.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path state;

    @Test
    void keepsEventsAndIdsOverARestart() throws IOException {
        try (Journal journal = new Journal(state)) {
            journal.add("healed", "hv1", "a \"quoted\" text\nof two lines");
            journal.add("applied", "version 1", "from ada");
        }
        try (Journal journal = new Journal(state)) {
            assertEquals(2, journal.since(0).size());
            assertEquals(
                    "a \"quoted\" text␊of two lines", journal.since(0).get(0).text());
            journal.add("applied", "version 2", "");
            assertEquals(3, journal.since(2).get(0).id());
        }
    }

    @Test
    void textsOfStrangersAreCutAndForgeNothing() throws IOException {
        try (Journal journal = new Journal(state)) {
            journal.add("unknown-host", "\u001b[2J" + "x".repeat(1_000_000), "a\nb\r" + "y".repeat(1_000_000));
            Journal.Event e = journal.since(0).get(0);
            assertEquals("␛[2J", e.subject().substring(0, 4));
            assertEquals(201, e.subject().length());
            assertEquals("a␊b␍", e.text().substring(0, 4));
            assertEquals(2001, e.text().length());
        }
    }

    @Test
    void losesOnlyTheEventOfATornLastLine() throws IOException {
        try (Journal journal = new Journal(state)) {
            journal.add("a", "b", "c");
        }
        Files.writeString(state.resolve("journal.jsonl"), "{\"id\":2,\"time\":\"2026-0", StandardOpenOption.APPEND);
        try (Journal journal = new Journal(state)) {
            assertEquals(1, journal.since(0).size());
            journal.add("d", "e", "f");
        }
        try (Journal journal = new Journal(state)) {
            assertEquals(
                    List.of("a", "d"),
                    journal.since(0).stream().map(Journal.Event::kind).toList());
        }
    }

    @Test
    void staysSmallOnDiskAndInMemory() throws IOException {
        String text = "x".repeat(1000);
        try (Journal journal = new Journal(state)) {
            for (int i = 0; i < 12_000; i++) {
                journal.add("k", "s", text);
                if (i % 1000 == 0) {
                    // Wait for the disk: events beyond the queue's length would not be written.
                    pause();
                }
            }
            assertEquals(10_000, journal.since(0).size());
        }
        long bytes = Files.size(state.resolve("journal.jsonl")) + Files.size(state.resolve("journal.before.jsonl"));
        assertTrue(bytes < 10 << 20, bytes + " bytes, expected less than 10 MiB");
        try (Journal journal = new Journal(state)) {
            List<Journal.Event> events = journal.since(0);
            assertEquals(12_000, events.get(events.size() - 1).id());
        }
    }

    @Test
    void passesEachEventToAFollowerOnce() throws IOException {
        try (Journal journal = new Journal(state)) {
            journal.add("one", "", "");
            List<Long> received = new ArrayList<>();
            Runnable end = journal.follow(0, e -> received.add(e.id()));
            journal.add("two", "", "");
            end.run();
            journal.add("three", "", "");
            assertEquals(List.of(1L, 2L), received);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
