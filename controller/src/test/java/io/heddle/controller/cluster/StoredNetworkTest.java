package io.heddle.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.store.StateFolder;
import io.heddle.store.VersionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredNetworkTest {
    private static final String FILE = "heddle: v1\nnetworks: {red: {vlan: 200}}\n";
    /** What a later Heddle may know. */
    private static final String LATER = "heddle: v1\nnetworks: {red: {vlan: 200, later: true}}\n";

    @TempDir
    private Path state;

    private VersionStore store() throws IOException {
        return VersionStore.open(StateFolder.of(state));
    }

    @Test
    void readsTheVersionInForceWhileTheFolderIsLocked() throws IOException {
        assertEquals("", StoredNetwork.fault(state), "there is none yet");
        try (VersionStore store = store()) {
            store.add("me", "", Map.of("n.yaml", FILE), Map.of());
            assertEquals("", StoredNetwork.fault(state));
            String long1 = FILE + "# " + "x".repeat(100_000) + "\n";
            store.add("me", "", Map.of("n.yaml", long1), Map.of());
            store.add("me", "", Map.of("n.yaml", long1.replace("vlan: 200", "vlan: 300")), Map.of());
            assertEquals(store.latest(), VersionStore.latestIn(StateFolder.of(state)), "from differences");
            assertEquals("", StoredNetwork.fault(state));
        }
    }

    @Test
    void saysWhatItCannotRead() throws IOException {
        try (VersionStore store = store()) {
            store.add("me", "", Map.of("n.yaml", FILE), Map.of());
            store.add("me", "", Map.of("n.yaml", LATER), Map.of());
            String fault = StoredNetwork.fault(state);
            assertTrue(fault.startsWith("this Heddle cannot read version 2, which is in force: n.yaml"), fault);
            assertTrue(fault.contains("later"), fault);
            store.add("me", "", Map.of("n.yaml", FILE), Map.of());
            assertEquals("", StoredNetwork.fault(state));
        }
        Files.writeString(state.resolve("versions/00000003.version"), "heddle-version-9 x\n");
        String fault = StoredNetwork.fault(state);
        assertTrue(fault.contains("was written by a later Heddle"), fault);
    }
}
