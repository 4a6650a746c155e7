package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.controller.access.Scope;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.changes.Trials;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions on trial, without switches; see also {@code TrialTest}. */
class TrialsTest {
    private static final Scope RED = new Scope(List.of("red"), List.of(), List.of());

    @TempDir
    private Path state;

    private ServerUnderTest server;
    private Changes changes;

    @BeforeEach
    void start() throws IOException {
        server = new ServerUnderTest(state, ClientLimits.DEFAULT);
        changes = server.services().changes();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static Changes.Change change(int vlan, Scope scope, Optional<Duration> trial) {
        Map<String, String> files = Map.of("network.yaml", "heddle: v1\nnetworks: {red: {vlan: " + vlan + "}}\n");
        return new Changes.Change("bob", "", files, OptionalInt.empty(), Optional.empty(), scope, trial);
    }

    private void onTrial(int vlan) throws Exception {
        changes.apply(change(vlan, Scope.ALL, Optional.of(Duration.ofHours(1))));
    }

    @Test
    void whoMayChangeAPartNeitherBeginsNorEndsTrials() throws Exception {
        changes.apply(change(10, Scope.ALL, Optional.empty()));
        String why = assertThrows(
                        Changes.OutOfScope.class,
                        () -> changes.apply(change(10, RED, Optional.of(Duration.ofSeconds(9)))))
                .getMessage();
        assertTrue(why.contains("who would have to wait for the end of a trial"), why);
        onTrial(13);
        var first = server.services().store().find(1).orElseThrow();
        assertThrows(Changes.OnTrial.class, () -> changes.rollback(first, change(10, RED, Optional.empty())));
        assertThrows(Changes.OutOfScope.class, () -> changes.confirm(2, "eve", RED));
        assertEquals(2, changes.trial().orElseThrow().version());
        changes.confirm(2, "bob", Scope.ALL);
        assertTrue(changes.trial().isEmpty());
    }

    /** A version that nobody has confirmed is nothing to go back to. */
    @Test
    void aTrialDuringATrialGoesBackToWhatWasConfirmed() throws Exception {
        changes.apply(change(10, Scope.ALL, Optional.empty()));
        onTrial(11);
        var first = server.services().store().find(1).orElseThrow();
        changes.rollback(first, change(12, Scope.ALL, Optional.of(Duration.ofSeconds(1))));
        assertEquals(3, changes.trial().orElseThrow().version());
        for (int i = 0; changes.latest() < 4 && i < 100; i++) {
            Thread.sleep(100);
        }
        assertEquals(
                first.files(), server.services().store().latest().orElseThrow().files());
        assertTrue(changes.trial().isEmpty());
    }

    @Test
    void whatCannotBeStoredIsNotOnTrial() throws Exception {
        changes.apply(change(10, Scope.ALL, Optional.empty()));
        Path versions = state.resolve("versions");
        Path aside = Files.move(versions, state.resolve("aside"));
        assertThrows(IOException.class, () -> onTrial(11));
        assertTrue(changes.trial().isEmpty());
        Files.move(aside, versions);
        onTrial(11);
        // A rollback that fails leaves the trial as it was.
        Files.move(versions, aside);
        assertThrows(
                IOException.class,
                () -> changes.rollback(
                        server.services().store().latest().orElseThrow(),
                        change(12, Scope.ALL, Optional.of(Duration.ofHours(2)))));
        assertEquals(2, changes.trial().orElseThrow().version());
        assertEquals(changes.trial(), new Trials(StateFolder.of(state)).current(), "as it is on disk");
        Files.move(aside, versions);
        changes.confirm(2, "bob", Scope.ALL);
    }

    /** Whoever watches a version on trial takes one that is in force without a trial for one that somebody keeps. */
    @Test
    void theEndOfATrialIsNeverTakenForAConfirmation() throws Exception {
        changes.apply(change(10, Scope.ALL, Optional.empty()));
        var first = server.services().store().find(1).orElseThrow();
        Views views = new Views(server.services());
        List<Map<String, Object>> wrong = new CopyOnWriteArrayList<>();
        Thread watcher = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                Map<String, Object> status = views.status();
                // Even versions are on trial, and nobody keeps one.
                int version = (int) status.get("version");
                if (version > 0 && version % 2 == 0 && !status.containsKey("trial")) {
                    wrong.add(status);
                }
            }
        });
        watcher.start();
        for (int i = 0; i < 40; i++) {
            onTrial(11);
            untilInForce();
            changes.rollback(first, change(10, Scope.ALL, Optional.empty()));
            untilInForce();
        }
        watcher.interrupt();
        watcher.join();
        assertEquals(81, changes.latest());
        assertEquals(List.of(), wrong.stream().limit(3).toList());
        onTrial(11);
        untilInForce();
        assertTrue(views.status().containsKey("trial"));
        changes.confirm(82, "bob", Scope.ALL);
        assertEquals(82, views.status().get("version"));
        assertFalse(views.status().containsKey("trial"), "kept");
    }

    private void untilInForce() throws InterruptedException {
        for (int i = 0; server.services().fleet().version() < changes.latest(); i++) {
            assertTrue(i < 5000, "the version comes into force");
            Thread.sleep(1);
        }
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Files.writeString(state.resolve("trial.json"), "{\"version\": 3}");
        String why = assertThrows(IOException.class, () -> new Trials(StateFolder.of(state)))
                .getMessage();
        assertTrue(why.contains("trial.json: is no version on trial"), why);
        assertTrue(why.contains("delete the file to keep the latest version"), why);
    }
}
