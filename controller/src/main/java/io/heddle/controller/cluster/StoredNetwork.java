package io.heddle.controller.cluster;

import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.store.StateFolder;
import io.heddle.store.VersionStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The network in the copy of the state. A controller that cannot read it must not lead. */
public final class StoredNetwork {
    private StoredNetwork() {}

    /** Why this Heddle cannot put the version in force, "" if it can. @param state the state folder, locked */
    public static String fault(Path state) {
        Optional<VersionStore.Version> version = Optional.empty();
        try {
            version = VersionStore.latestIn(StateFolder.of(state));
            if (version.isPresent()) {
                NetworkFile.read(version.get().files());
            }
            return "";
        } catch (InvalidNetworkException e) {
            return "this Heddle cannot read version " + version.orElseThrow().number() + ", which is in force: "
                    + e.problems().get(0) + ": upgrade this controller, or change the network at one that can read it";
        } catch (IOException | RuntimeException e) {
            return "this controller cannot read the version in force: " + e.getMessage();
        }
    }
}
