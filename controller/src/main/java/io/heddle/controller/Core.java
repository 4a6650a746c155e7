package io.heddle.controller;

import io.heddle.controller.check.Checker;
import io.heddle.controller.check.Finding;
import io.heddle.controller.config.InvalidNetworkException;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.events.Counters;
import io.heddle.controller.events.Journal;
import io.heddle.controller.store.VersionStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What every door of the controller leads to: the fleet, the store, the journal and the counters. */
public record Core(Fleet fleet, VersionStore store, Journal journal, Counters counters) {
    /** Another version was accepted since the one that a change was made from. */
    public static final class Overtaken extends Exception {
        private static final long serialVersionUID = 1L;

        Overtaken(int base, VersionStore.Version latest) {
            super("the change was made from version " + base + ", but version " + latest.number() + " was accepted since, from "
                    + latest.author() + " at " + latest.time() + (latest.message().isEmpty() ? "" : " (" + latest.message() + ")")
                    + ": look at heddle diff " + base + " " + latest.number() + ", and plan again");
        }
    }

    /**
     * Makes files the network in force. They are on disk before this returns; versions come into force in the order of
     * their numbers, however many callers there are.
     *
     * @param declared what the files declare, as {@link NetworkFile#read} read them
     * @param base the version that the change was made from, where it must still be the latest
     * @throws IOException when the version cannot be stored; nothing was touched
     * @throws Overtaken when {@code base} is not the latest version; nothing was touched
     */
    public VersionStore.Version accept(String author, String message, Map<String, String> files,
                                       NetworkFile.Declared declared, OptionalInt base) throws IOException, Overtaken {
        VersionStore.Version version;
        synchronized (store) {
            Optional<VersionStore.Version> latest = store.latest();
            if (base.isPresent() && base.getAsInt() != latest.map(VersionStore.Version::number).orElse(0)) {
                throw new Overtaken(base.getAsInt(), latest.orElseThrow());
            }
            version = store.add(author, message, files);
            fleet.impose(declared, version.number());
        }
        journal.add("applied", "version " + version.number(), "accepted from " + author
                + (message.isEmpty() ? "" : ": " + message));
        return version;
    }

    /** Goes on with the stored version, or with the given files, which declare {@code declared}, where they differ. */
    void resume(Optional<Map<String, String>> given, NetworkFile.Declared declared)
            throws InvalidNetworkException, IOException {
        Optional<VersionStore.Version> latest = store.latest();
        if (given.isPresent() && latest.map(v -> !v.files().equals(new TreeMap<>(given.get()))).orElse(true)) {
            List<Finding> errors = Checker.errors(declared);
            if (!errors.isEmpty()) {
                throw new IOException("the check of the network failed, nothing was changed: heddle check FILE says more; first: "
                        + errors.get(0).text());
            }
            try {
                accept(System.getProperty("user.name"), "given at start", given.get(), declared, OptionalInt.empty());
            } catch (Overtaken e) {
                throw new IllegalStateException(e);
            }
        } else if (latest.isPresent()) {
            fleet.impose(NetworkFile.read(latest.get().files()), latest.get().number());
        }
    }
}
