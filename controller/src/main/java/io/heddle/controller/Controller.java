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
import io.heddle.openflow.OpenFlowServer;
import io.heddle.store.VersionStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The whole process: servers, sessions, store and API, wired together. */
public final class Controller implements ControllerProgram.Running {
    private final ModelThread modelThread;
    private final Journal journal;
    private final VersionStore store;
    private final Changes changes;
    private final OpenFlowServer openFlow;
    private final Hosts hosts;
    /** Made while switches are let in already. */
    private final CompletableFuture<AdminApi> api;

    /**
     * Starts.
     *
     * @throws IOException when an address or the state cannot be had, saying which
     * @throws InvalidNetworkException when the file is wrong; nothing was touched
     */
    public Controller(ControllerProgram.Options options) throws IOException, InvalidNetworkException {
        Optional<Map<String, String>> given = options.config().isEmpty()
                ? Optional.empty()
                : Optional.of(NetworkFile.load(options.config().get()));
        // Before anything else is opened: a wrong file must touch nothing.
        NetworkFile.Declared declared =
                given.isPresent() ? NetworkFile.read(given.get()) : NetworkFile.Declared.NOTHING;
        // First of all: it holds the lock that keeps other controllers out of the state.
        store = VersionStore.open(options.state());
        journal = new Journal(options.state());
        Counters counters = new Counters();
        modelThread = new ModelThread(journal);
        Telemetry telemetry = new Telemetry(journal);
        Captures captures = new Captures();
        hosts = new Hosts(modelThread, journal, counters, options.openFlow().getPort());
        Fleet fleet =
                new Fleet(modelThread, journal, counters, hosts, captures, new SwitchReports(telemetry, captures));
        changes = new Changes(fleet, store, journal);
        openFlow = new OpenFlowServer(fleet.switches(), counters, journal);
        Services services = new Services(fleet, changes, telemetry, store, journal, counters, modelThread);
        api = CompletableFuture.supplyAsync(() -> new AdminApi(services));
        try {
            changes.resume(given, declared);
            hosts.listen(options.ovsdb());
            openFlow.bind(options.openFlow());
            api.join().listen(options.api());
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
        // Where it could not be made there is nothing to close, and the rest must be.
        api.thenAccept(AdminApi::close).exceptionally(failed -> null).join();
        // Before the sessions end: nobody is to be dialled again, and what their ends would set going is discarded.
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
