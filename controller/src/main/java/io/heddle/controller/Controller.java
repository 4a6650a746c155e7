package io.heddle.controller;

import io.heddle.controller.api.AdminApi;
import io.heddle.controller.config.InvalidNetworkException;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.events.Counters;
import io.heddle.controller.events.Journal;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.openflow.OpenFlowServer;
import io.heddle.controller.store.VersionStore;
import io.heddle.flows.model.NetworkModel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The whole process: servers, sessions, store and API, wired together. */
public final class Controller implements AutoCloseable {
    private final ScheduledExecutorService modelThread = Executors.newSingleThreadScheduledExecutor(r -> {
        Thread t = new Thread(r, "heddle-model");
        t.setDaemon(true);
        return t;
    });
    private final Counters counters = new Counters();
    private final Journal journal = new Journal();
    private final Fleet fleet = new Fleet(modelThread, journal);
    private final VersionStore store;
    private final OpenFlowServer openFlow;
    private final Hosts hosts;
    private final AdminApi api;

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
        NetworkModel first = given.isEmpty() ? NetworkModel.EMPTY : NetworkFile.parse(given.get());
        store = VersionStore.open(options.state);
        openFlow = new OpenFlowServer(fleet.switches(), counters, journal);
        hosts = new Hosts(modelThread, journal, counters, options.openFlow.getPort());
        fleet.attach(hosts);
        api = new AdminApi(this);
        try {
            begin(given, first);
            hosts.listen(options.ovsdb);
            openFlow.bind(options.openFlow);
            api.listen(options.api);
        } catch (IOException | InvalidNetworkException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Goes on with the stored version, or with the given file where that says something else. */
    private void begin(Optional<Map<String, String>> given, NetworkModel first)
            throws IOException, InvalidNetworkException {
        Optional<VersionStore.Version> latest = store.latest();
        if (given.isPresent() && latest.map(v -> !v.files().equals(new TreeMap<>(given.get()))).orElse(true)) {
            VersionStore.Version v = store.add(System.getProperty("user.name"), "given at start", given.get());
            fleet.impose(first, v.number());
        } else if (latest.isPresent()) {
            fleet.impose(NetworkFile.parse(latest.get().files()), latest.get().number());
        }
    }

    public Fleet fleet() {
        return fleet;
    }

    public VersionStore store() {
        return store;
    }

    public Journal journal() {
        return journal;
    }

    public Counters counters() {
        return counters;
    }

    /** Where switches connect. */
    public InetSocketAddress openFlowAddress() {
        return openFlow.address();
    }

    @Override
    public void close() {
        api.close();
        openFlow.close();
        hosts.close();
        modelThread.shutdownNow();
        try {
            store.close();
        } catch (IOException e) {
            journal.add("failed", "store", e.getMessage());
        }
    }
}
