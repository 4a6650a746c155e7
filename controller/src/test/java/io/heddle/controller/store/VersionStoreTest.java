package io.heddle.controller.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionStoreTest {
    @TempDir
    private Path state;

    @Test
    void whatWasAddedIsThereAfterARestart() throws IOException {
        try (VersionStore store = VersionStore.open(state)) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1\n"));
            store.add("ada", "second", Map.of("a.yaml", "heddle: v1\nnetworks: {}\n"));
        }
        try (VersionStore store = VersionStore.open(state)) {
            assertEquals(2, store.all().size());
            assertEquals("second", store.latest().orElseThrow().message());
            assertEquals(3, store.add("ada", "third", Map.of()).number());
        }
    }

    @Test
    void anUnfinishedWriteIsAsIfItNeverHappened() throws IOException {
        try (VersionStore store = VersionStore.open(state)) {
            store.add("ada", "first", Map.of());
        }
        Files.writeString(state.resolve("versions/00000002.version.new"), "sha256:12");
        try (VersionStore store = VersionStore.open(state)) {
            assertEquals(1, store.latest().orElseThrow().number());
        }
    }

    @Test
    void aDamagedVersionIsNamedAndNotGuessedAt() throws IOException {
        try (VersionStore store = VersionStore.open(state)) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1"));
        }
        Path file = state.resolve("versions/00000001.version");
        Files.writeString(file, Files.readString(file).replace("heddle", "huddle"));
        String message = assertThrows(IOException.class, () -> VersionStore.open(state)).getMessage();
        assertTrue(message.contains("00000001.version is damaged"), message);
    }

    @Test
    void aStoreOfAnEarlierHeddleIsReadAndOneOfALaterHeddleIsNot() throws IOException {
        try (VersionStore store = VersionStore.open(state)) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1"));
        }
        Path file = state.resolve("versions/00000001.version");
        String text = Files.readString(file);
        assertTrue(text.startsWith("heddle-version-1 sha256:"), text);
        // As the first Heddle wrote it: the checksum alone on the first line.
        Files.writeString(file, text.replace("heddle-version-1 ", ""));
        try (VersionStore store = VersionStore.open(state)) {
            assertEquals("first", store.find(1).orElseThrow().message());
            assertEquals(2, store.add("ada", "second", Map.of()).number());
        }
        Files.writeString(file, text.replace("heddle-version-1 ", "heddle-version-2 "));
        String message = assertThrows(IOException.class, () -> VersionStore.open(state)).getMessage();
        assertTrue(message.contains("written by a later Heddle (heddle-version-2, this one knows heddle-version-1)"), message);
        Files.writeString(file, text);
        VersionStore.open(state).close();
    }

    @Test
    void whereverAWriteIsTornTheStoreSaysSoOrHasTheVersion() throws IOException {
        try (VersionStore store = VersionStore.open(state)) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1"));
        }
        Path file = state.resolve("versions/00000001.version");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            String message = assertThrows(IOException.class, () -> VersionStore.open(state), "at " + length).getMessage();
            assertTrue(message.contains("is damaged"), message);
        }
        Files.write(file, whole);
        VersionStore.open(state).close();
    }

    @Test
    void oneControllerAtATime() throws IOException {
        try (VersionStore store = VersionStore.open(state)) {
            assertThrows(Exception.class, () -> VersionStore.open(state));
            assertEquals(0, store.all().size());
        }
        VersionStore.open(state).close();
    }

    @Test
    void theOldestGoAndNumbersGoOn(@TempDir Path state) throws IOException {
        try (VersionStore store = VersionStore.open(state, 3)) {
            for (int i = 1; i <= 5; i++) {
                store.add("me", "change " + i, Map.of("n.yaml", "text " + i));
            }
        }
        try (VersionStore store = VersionStore.open(state, 3)) {
            assertEquals(List.of(3, 4, 5), store.all().stream().map(VersionStore.Head::number).toList());
            assertTrue(store.find(2).isEmpty());
            assertEquals("text 3", store.find(3).orElseThrow().files().get("n.yaml"));
            assertEquals(6, store.add("me", "", Map.of()).number());
        }
    }
}
