package io.heddle.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionStoreTest {
    @TempDir
    private Path state;

    @Test
    void versionsSurviveARestart() throws IOException {
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1\n"), Map.of());
            store.add("ada", "second", Map.of("a.yaml", "heddle: v1\nnetworks: {}\n"), Map.of());
        }
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            assertEquals(2, store.all().size());
            assertEquals("second", store.latest().orElseThrow().message());
            assertEquals(3, store.add("ada", "third", Map.of(), Map.of()).number());
        }
    }

    @Test
    void ignoresAnUnfinishedWrite() throws IOException {
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            store.add("ada", "first", Map.of(), Map.of());
        }
        Files.writeString(state.resolve("versions/00000002.version.new"), "sha256:12");
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            assertEquals(1, store.latest().orElseThrow().number());
        }
    }

    /** Whoever reads "nothing was changed" would make the change again. */
    @Test
    void doesNotSayThatNothingWasChangedWhenTheReplicaMayHaveIt() throws IOException {
        Replica silent = new Replica() {
            @Override
            public void put(String name, byte[] content) throws IOException {
                throw new Uncertain("no answer", null);
            }

            @Override
            public void append(String name, byte[] more) {}

            @Override
            public void delete(String name) {}

            @Override
            public void broken(String why) {}
        };
        try (VersionStore store = VersionStore.open(new StateFolder(state, silent))) {
            String message = assertThrows(
                            Uncertain.class, () -> store.add("ada", "first", Map.of("a.yaml", "heddle: v1"), Map.of()))
                    .getMessage();
            assertEquals("it is not known whether the version is stored, see heddle history: no answer", message);
            assertTrue(store.latest().isEmpty());
        }
    }

    @Test
    void refusesADamagedVersionAndNamesIt() throws IOException {
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1"), Map.of());
        }
        Path file = state.resolve("versions/00000001.version");
        Files.writeString(file, Files.readString(file).replace("heddle", "huddle"));
        String message = assertThrows(IOException.class, () -> VersionStore.open(StateFolder.of(state)))
                .getMessage();
        assertTrue(message.contains("00000001.version is damaged"), message);
    }

    @Test
    void readsAnEarlierFormatAndRefusesALaterOne() throws IOException {
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1"), Map.of());
        }
        Path file = state.resolve("versions/00000001.version");
        String text = Files.readString(file);
        assertTrue(text.startsWith("heddle-version-1 sha256:"), text);
        // As the first Heddle wrote it: the checksum alone on the first line.
        Files.writeString(file, text.replace("heddle-version-1 ", ""));
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            assertEquals("first", store.find(1).orElseThrow().message());
            assertEquals(2, store.add("ada", "second", Map.of(), Map.of()).number());
        }
        Files.writeString(file, text.replace("heddle-version-1 ", "heddle-version-3 "));
        String message = assertThrows(IOException.class, () -> VersionStore.open(StateFolder.of(state)))
                .getMessage();
        assertTrue(
                message.contains("written by a later Heddle (heddle-version-3, this one knows heddle-version-2)"),
                message);
        Files.writeString(file, text);
        VersionStore.open(StateFolder.of(state)).close();
    }

    @Test
    void refusesAVersionThatIsCutOffAtAnyByte() throws IOException {
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            store.add("ada", "first", Map.of("a.yaml", "heddle: v1"), Map.of());
        }
        Path file = state.resolve("versions/00000001.version");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            String message = assertThrows(
                            IOException.class, () -> VersionStore.open(StateFolder.of(state)), "at " + length)
                    .getMessage();
            assertTrue(message.contains("is damaged"), message);
        }
        Files.write(file, whole);
        VersionStore.open(StateFolder.of(state)).close();
    }

    @Test
    void onlyOneControllerCanOpenTheStore() throws IOException {
        try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
            assertThrows(Exception.class, () -> VersionStore.open(StateFolder.of(state)));
            assertEquals(0, store.all().size());
        }
        VersionStore.open(StateFolder.of(state)).close();
    }

    @Test
    void deletesTheOldestVersionsAndContinuesTheNumbers(@TempDir Path state) throws IOException {
        try (VersionStore store = VersionStore.open(StateFolder.of(state), 3)) {
            for (int i = 1; i <= 5; i++) {
                store.add("me", "change " + i, Map.of("n.yaml", "text " + i), Map.of());
            }
        }
        try (VersionStore store = VersionStore.open(StateFolder.of(state), 3)) {
            assertEquals(
                    List.of(3, 4, 5),
                    store.all().stream().map(VersionStore.Head::number).toList());
            assertTrue(store.find(2).isEmpty());
            assertEquals("text 3", store.find(3).orElseThrow().files().get("n.yaml"));
            assertEquals(6, store.add("me", "", Map.of(), Map.of()).number());
        }
    }

    /** Long enough for versions that have only differences. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        while (text.length() < 80_000) {
            text.append(random.nextInt(10) == 0 ? "é😀\n" : "rule " + random.nextInt(1000) + "\n");
        }
        return text.toString();
    }

    @Property(tries = 20)
    void storesOnlyTheDifferencesOfLongFiles(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path state = Files.createTempDirectory("versions");
        List<Map<String, String>> all = new ArrayList<>();
        Map<String, String> files = Map.of("a.yaml", text(random), "b.yaml", text(random));
        for (int restart = 0; restart < 3; restart++) {
            try (VersionStore store = VersionStore.open(StateFolder.of(state))) {
                for (int i = 0; i < 5; i++) {
                    all.add(files);
                    store.add("ada", "change", files, Map.of());
                    files = edited(files, random);
                }
                for (int i = 0; i < all.size(); i++) {
                    assertEquals(all.get(i), store.find(i + 1).orElseThrow().files());
                }
            }
        }
        assertTrue(Files.size(state.resolve("versions/00000002.version")) < 10_000);
        MoreFiles.deleteRecursively(state, RecursiveDeleteOption.ALLOW_INSECURE);
    }

    private static Map<String, String> edited(Map<String, String> files, Random random) {
        Map<String, String> out = new HashMap<>(files);
        String name = random.nextBoolean() ? "a.yaml" : "b.yaml";
        String text = files.get(name);
        int from = text.offsetByCodePoints(0, random.nextInt(60_000));
        int to = text.offsetByCodePoints(from, random.nextInt(3));
        out.put(
                name,
                text.substring(0, from)
                        + List.of("", "x", "é", "😀", "ä\n").get(random.nextInt(5))
                        + text.substring(to));
        return out;
    }

    @Test
    void keepsVersionsThatOthersDependOnAndNoticesAMissingOne() throws IOException {
        String text = text(new Random(1));
        try (VersionStore store = VersionStore.open(StateFolder.of(state), 3)) {
            for (int i = 1; i <= 300; i++) {
                store.add("ada", "change", Map.of("n.yaml", text + i), Map.of());
            }
            assertEquals(258, store.all().get(0).number());
            assertEquals(text + 270, store.find(270).orElseThrow().files().get("n.yaml"));
        }
        Files.delete(state.resolve("versions/00000280.version"));
        String message = assertThrows(IOException.class, () -> VersionStore.open(StateFolder.of(state), 3))
                .getMessage();
        assertTrue(message.contains("00000281.version") && message.contains("restore"), message);
    }

    @Test
    void acceptsAVersionEvenIfAnOldOneCannotBeDeleted() throws IOException {
        String first = text(new Random(1));
        String second = text(new Random(2));
        Path undeletable = state.resolve("versions/00000002.version");
        try (VersionStore store = VersionStore.open(StateFolder.of(state), 2)) {
            for (String text : List.of(first, first + 2, first + 3, second)) {
                store.add("ada", "", Map.of("n.yaml", text), Map.of());
            }
            String content = Files.readString(undeletable);
            Files.delete(undeletable);
            Files.createDirectories(undeletable.resolve("in the way"));
            assertEquals(
                    5,
                    store.add("ada", "", Map.of("n.yaml", second + 5), Map.of()).number());
            assertEquals(
                    List.of(1, 2, 4, 5),
                    store.all().stream().map(VersionStore.Head::number).toList());
            MoreFiles.deleteRecursively(undeletable, RecursiveDeleteOption.ALLOW_INSECURE);
            Files.writeString(undeletable, content);
        }
        // As a kill before the deletion leaves it.
        try (VersionStore store = VersionStore.open(StateFolder.of(state), 2)) {
            assertEquals(
                    List.of(4, 5),
                    store.all().stream().map(VersionStore.Head::number).toList());
            assertEquals(second + 5, store.latest().orElseThrow().files().get("n.yaml"));
        }
    }

    @Test
    void theVersionsAreForTheControllerAlone(@TempDir Path state) throws IOException {
        VersionStore.open(StateFolder.of(state.resolve("new"))).close();
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("new/versions"))));
    }
}
