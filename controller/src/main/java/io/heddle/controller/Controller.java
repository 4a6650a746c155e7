package io.heddle.controller;

import io.heddle.controller.api.AdminApi;
import io.heddle.controller.config.InvalidNetworkException;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.events.Counters;
import io.heddle.controller.events.Journal;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.openflow.OpenFlowServer;
import io.heddle.controller.store.VersionStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/** The whole process: servers, sessions, store and API, wired together. */
public final class Controller implements AutoCloseable {
    private final ScheduledExecutorService modelThread = new ScheduledThreadPoolExecutor(1, r -> {
        Thread t = new Thread(r, "heddle-model");
        t.setDaemon(true);
        return t;
    }, new ThreadPoolExecutor.DiscardPolicy());
    private final Journal journal;
    private final Core core;
    private final OpenFlowServer openFlow;
    private final Hosts hosts;
    /** Made while switches are let in already. */
    private final CompletableFuture<AdminApi> api;

    /**
     * What a controller needs to know to start.
     *
     * @param config network file or folder to apply at start, if any
     * @param state folder for what must last
     */
    public record Options(Optional<Path> config, Path state, InetSocketAddress openFlow, InetSocketAddress ovsdb,
                          InetSocketAddress api) {
    }

    /**
     * Starts.
     *
     * @throws IOException when an address or the state cannot be had, saying which
     * @throws InvalidNetworkException when the file is wrong; nothing was touched
     */
    public Controller(Options options) throws IOException, InvalidNetworkException {
        Optional<Map<String, String>> given = options.config.isEmpty() ? Optional.empty()
                : Optional.of(NetworkFile.load(options.config.get()));
        // Before anything else is opened: a wrong file must touch nothing.
        NetworkFile.Declared declared = given.isPresent() ? NetworkFile.read(given.get()) : NetworkFile.Declared.NOTHING;
        // First of all: it holds the lock that keeps other controllers out of the state.
        VersionStore store = VersionStore.open(options.state);
        journal = new Journal(options.state);
        Counters counters = new Counters();
        Fleet fleet = new Fleet(modelThread, journal, counters);
        core = new Core(fleet, store, journal, counters);
        openFlow = new OpenFlowServer(fleet.switches(), counters, journal);
        hosts = new Hosts(modelThread, journal, counters, options.openFlow.getPort());
        fleet.attach(hosts);
        api = CompletableFuture.supplyAsync(() -> new AdminApi(core));
        try {
            core.resume(given, declared);
            hosts.listen(options.ovsdb);
            openFlow.bind(options.openFlow);
            api.join().listen(options.api);
        } catch (IOException | InvalidNetworkException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The number of the version in force, 0 for none. */
    public int version() {
        return core.store().latest().map(VersionStore.Version::number).orElse(0);
    }

    @Override
    public void close() {
        // Where it could not be made there is nothing to close, and the rest must be.
        api.thenAccept(AdminApi::close).exceptionally(failed -> null).join();
        // Before the sessions end: nobody is to be dialled again, and what their ends would set going is discarded.
        modelThread.shutdownNow();
        openFlow.close();
        hosts.close();
        try {
            core.store().close();
        } catch (IOException e) {
            journal.add("failed", "store", e.getMessage());
        }
        journal.close();
    }
}
