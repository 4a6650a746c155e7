package io.heddle.controller.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void oneControllerAtATime() throws IOException {
        try (VersionStore store = VersionStore.open(state)) {
            assertThrows(Exception.class, () -> VersionStore.open(state));
            assertEquals(0, store.all().size());
        }
        VersionStore.open(state).close();
    }
}
