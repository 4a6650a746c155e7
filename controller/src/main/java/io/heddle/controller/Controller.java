package io.heddle.controller;

import io.heddle.cli.ControllerProgram;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.controller.api.AdminApi;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.fleet.SwitchReports;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Telemetry;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.openflow.Limits;
import io.heddle.openflow.OpenFlowServer;
import io.heddle.store.VersionStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The composition root of the process: servers, sessions, store and API. */
public final class Controller implements ControllerProgram.Running {
    private final ModelThread modelThread;
    private final Journal journal;
    private final VersionStore store;
    private final Changes changes;
    private final OpenFlowServer openFlow;
    private final Hosts hosts;
    /** Created while switches can already connect. */
    private final CompletableFuture<AdminApi> api;

    /**
     * Starts.
     *
     * @throws IOException if an address or the state directory is not available; its message says which
     * @throws InvalidNetworkException if the file is wrong; nothing was touched
     */
    public Controller(ControllerProgram.Options options) throws IOException, InvalidNetworkException {
        Optional<Map<String, String>> given = options.config().isEmpty()
                ? Optional.empty()
                : Optional.of(NetworkFile.load(options.config().get()));
        // Before all resources: with a wrong file, nothing may be touched.
        NetworkFile.Declared declared =
                given.isPresent() ? NetworkFile.read(given.get()) : NetworkFile.Declared.NOTHING;
        // The first resource: its lock keeps other controllers out of the state directory.
        store = VersionStore.open(options.state());
        journal = new Journal(options.state());
        Counters counters = new Counters();
        modelThread = new ModelThread(journal);
        Telemetry telemetry = new Telemetry(journal);
        Captures captures = new Captures();
        hosts = new Hosts(modelThread, journal, counters, options.openFlow().getPort());
        Fleet fleet = new Fleet(
                modelThread,
                journal,
                counters,
                hosts,
                captures,
                new SwitchReports(telemetry, captures),
                Limits.DEFAULT);
        changes = new Changes(fleet, store, journal);
        openFlow = new OpenFlowServer(fleet.switches(), counters);
        Services services = new Services(fleet, changes, telemetry, store, journal, counters, modelThread);
        api = CompletableFuture.supplyAsync(() -> new AdminApi(services));
        try {
            changes.resume(given, declared);
            hosts.listen(options.ovsdb());
            openFlow.bind(options.openFlow());
            api.join().listen(options.api(), options.apiNames());
        } catch (IOException | InvalidNetworkException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public int version() {
        return changes.latest();
    }

    @Override
    public void close() {
        // If its creation failed, the rest must still be closed.
        api.thenAccept(AdminApi::close).exceptionally(failed -> null).join();
        // Before the sessions end: discards their closing tasks, so that no host is dialled again.
        modelThread.close();
        openFlow.close();
        hosts.close();
        try {
            store.close();
        } catch (IOException e) {
            journal.add("failed", "store", e.getMessage());
        }
        journal.close();
    }
}
