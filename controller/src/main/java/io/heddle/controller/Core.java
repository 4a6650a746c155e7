package io.heddle.controller;

import io.heddle.controller.config.InvalidNetworkException;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.events.Counters;
import io.heddle.controller.events.Journal;
import io.heddle.controller.store.VersionStore;
import io.heddle.flows.model.NetworkModel;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What every door of the controller leads to: the fleet, the store, the journal and the counters. */
public record Core(Fleet fleet, VersionStore store, Journal journal, Counters counters) {

    /**
     * Makes files the network in force. They are on disk before this returns; versions come into force in the order of
     * their numbers, however many callers there are.
     *
     * @param model what the files declare, as {@link NetworkFile#parse} read them
     * @throws IOException when the version cannot be stored; nothing was touched
     */
    public VersionStore.Version accept(String author, String message, Map<String, String> files, NetworkModel model)
            throws IOException {
        VersionStore.Version version;
        synchronized (store) {
            version = store.add(author, message, files);
            fleet.impose(model, version.number());
        }
        journal.add("applied", "version " + version.number(), "accepted from " + author);
        return version;
    }

    /** Goes on with the stored version, or with the given files, which declare {@code model}, where they differ. */
    void resume(Optional<Map<String, String>> given, NetworkModel model) throws InvalidNetworkException, IOException {
        Optional<VersionStore.Version> latest = store.latest();
        if (given.isPresent() && latest.map(v -> !v.files().equals(new TreeMap<>(given.get()))).orElse(true)) {
            accept(System.getProperty("user.name"), "given at start", given.get(), model);
        } else if (latest.isPresent()) {
            fleet.impose(NetworkFile.parse(latest.get().files()), latest.get().number());
        }
    }
}
