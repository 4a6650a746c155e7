package io.heddle.controller;

import io.heddle.cli.ControllerProgram;
import io.heddle.cluster.EventFeed;
import io.heddle.cluster.Mirror;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.controller.access.IssuedTokens;
import io.heddle.controller.access.IssuerKeys;
import io.heddle.controller.access.Role;
import io.heddle.controller.access.Tokens;
import io.heddle.controller.api.AdminApi;
import io.heddle.controller.bindings.Bindings;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.changes.Trials;
import io.heddle.controller.cluster.ClusterEvents;
import io.heddle.controller.cluster.Seat;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.controller.dns.DnsService;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.fleet.SwitchReports;
import io.heddle.controller.health.Health;
import io.heddle.controller.hosts.HostDoor;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.hosts.Lead;
import io.heddle.controller.hosts.Transport;
import io.heddle.controller.leases.DhcpService;
import io.heddle.controller.leases.Reservations;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Telemetry;
import io.heddle.events.AuditLog;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.events.Syslog;
import io.heddle.openflow.Limits;
import io.heddle.openflow.OpenFlowServer;
import io.heddle.store.StateFolder;
import io.heddle.store.VersionStore;
import io.heddle.tls.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The composition root of the process: servers, sessions, store and API. */
public final class Controller implements ControllerProgram.Running {
    /** More events than a leader may have told of and not stored when it died. */
    private static final int UNSTORED_EVENTS = 20_000;

    private final ModelThread modelThread;
    private final Journal journal;
    private final VersionStore store;
    private final Changes changes;
    private final OpenFlowServer openFlow;
    private final Hosts hosts;
    private final Optional<Tls> tls;
    private final AuditLog audit;
    private final DhcpService dhcp;
    private final DnsService dns;
    private final Health health;
    private final Bindings bindings;
    private final Trials trials;
    private final Optional<EventFeed> feed;
    private final Optional<ClusterEvents> clusterEvents;
    /** Created while switches can already connect. */
    private final CompletableFuture<AdminApi> api;

    /**
     * Starts.
     *
     * @throws IOException if an address or the state directory is not available; its message says which
     * @throws InvalidNetworkException if the file is wrong; nothing was touched
     */
    public Controller(ControllerProgram.Options options) throws IOException, InvalidNetworkException {
        this(options, StateFolder.of(options.state()), Optional.empty());
    }

    /**
     * Starts as one of several that leads.
     *
     * @param state the state, as the leaders before have left it
     */
    public Controller(ControllerProgram.Options options, StateFolder state, Seat seat)
            throws IOException, InvalidNetworkException {
        this(options, state, Optional.of(seat));
    }

    private Controller(ControllerProgram.Options options, StateFolder state, Optional<Seat> seat)
            throws IOException, InvalidNetworkException {
        Optional<Map<String, String>> given = options.config().isEmpty()
                ? Optional.empty()
                : Optional.of(NetworkFile.load(options.config().get()));
        AtomicReference<Consumer<String>> issuerFailed = new AtomicReference<>(why -> {});
        Optional<IssuedTokens> issuer = issuer(options, issuerFailed);
        // Before all resources: with a wrong file, nothing may be touched.
        NetworkFile.Declared declared =
                given.isPresent() ? NetworkFile.read(given.get()) : NetworkFile.Declared.NOTHING;
        // The first resource: its lock keeps other controllers out of the state directory.
        store = VersionStore.open(state);
        if (seat.isEmpty()) {
            Mirror.unmark(state.path());
        }
        journal = new Journal(state.path());
        seat.ifPresent(s -> journal.leaveOut(UNSTORED_EVENTS));
        feed = seat.map(s -> new EventFeed(journal, s.term()));
        clusterEvents = seat.map(s -> new ClusterEvents(journal, s));
        issuerFailed.set(why -> journal.add("failed", "oidc", why));
        audit = new AuditLog(state.path());
        seat.ifPresent(s -> audit.copyTo(s));
        if (options.auditTo().isPresent()) {
            audit.copyTo(new Syslog(options.auditTo().get()));
        }
        Counters counters = new Counters();
        dhcp = open(() -> new DhcpService(state, journal, counters), store::close, journal::close);
        dns = new DnsService(dhcp.leases()::all, counters);
        health = open(() -> new Health(state, journal), dns::close, dhcp::close, store::close, journal::close);
        bindings = open(
                () -> new Bindings(state, journal),
                health::close,
                dns::close,
                dhcp::close,
                store::close,
                journal::close);
        trials = open(
                () -> new Trials(state),
                bindings::close,
                health::close,
                dns::close,
                dhcp::close,
                store::close,
                journal::close);
        modelThread = new ModelThread(journal);
        Telemetry telemetry = new Telemetry(journal);
        Captures captures = new Captures();
        tls = options.tls().isEmpty()
                ? Optional.empty()
                : Optional.of(open(
                        () -> Tls.open(options.tls().get(), (kind, text) -> journal.add(kind, "certificates", text)),
                        modelThread::close,
                        trials::close,
                        bindings::close,
                        health::close,
                        dns::close,
                        dhcp::close,
                        store::close,
                        journal::close));
        HostDoor hostDoor = seat.map(Seat::hosts).orElseGet(HostDoor::new);
        hosts = new Hosts(
                modelThread,
                journal,
                counters,
                new Transport(
                        port(options.openFlow().plain()),
                        port(options.openFlow().tls()),
                        tls,
                        seat.isPresent() ? seat.get() : Lead.ALONE),
                hostDoor);
        Fleet fleet = new Fleet(
                modelThread,
                journal,
                counters,
                hosts,
                captures,
                new SwitchReports(telemetry, captures, dhcp, dns, health),
                health,
                bindings,
                Limits.DEFAULT);
        changes = new Changes(fleet, store, journal, new Reservations(dhcp), trials);
        openFlow = seat.map(Seat::door).orElseGet(() -> new OpenFlowServer(fleet.switches(), counters));
        seat.ifPresent(s -> s.cluster().whenChanged(fleet::retarget));
        Services services = new Services(
                fleet,
                changes,
                telemetry,
                dhcp,
                store,
                journal,
                counters,
                modelThread,
                tls,
                new Tokens(state),
                audit,
                Role.valueOf(options.users().local().toUpperCase(Locale.ROOT)),
                issuer,
                seat.map(Seat::cluster));
        api = CompletableFuture.supplyAsync(() -> new AdminApi(services));
        try {
            changes.resume(given, declared);
            changes.resumeTrial();
            if (seat.isPresent()) {
                openFlow.lead(fleet.switches(), counters, seat.get().leading());
            }
            hosts.open();
            if (seat.isEmpty()) {
                listen(options, hostDoor);
            }
            serve(options);
        } catch (IOException | InvalidNetworkException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Optional<IssuedTokens> issuer(
            ControllerProgram.Options options, AtomicReference<Consumer<String>> failed) throws IOException {
        if (options.users().oidc().isEmpty()) {
            return Optional.empty();
        }
        ControllerProgram.Oidc oidc = options.users().oidc().get();
        IssuerKeys keys = IssuerKeys.of(oidc.keys(), why -> failed.get().accept(why));
        return Optional.of(new IssuedTokens(oidc.issuer(), oidc.audience(), keys));
    }

    /** Opens something that reads files. */
    private interface Opening<T> {
        T open() throws IOException;
    }

    /**
     * Reads files before everything else is open: if they are wrong, closes what is open already, in this order, and
     * leaves nothing behind.
     */
    private static <T> T open(Opening<T> opening, Closeable... opened) throws IOException {
        try {
            return opening.open();
        } catch (IOException e) {
            for (Closeable c : opened) {
                c.close();
            }
            throw e;
        }
    }

    private static OptionalInt port(Optional<InetSocketAddress> address) {
        return address.map(a -> OptionalInt.of(a.getPort())).orElse(OptionalInt.empty());
    }

    private void listen(ControllerProgram.Options options, HostDoor hostDoor) throws IOException {
        if (options.ovsdb().plain().isPresent()) {
            hostDoor.listen(options.ovsdb().plain().get(), Optional.empty());
        }
        if (options.openFlow().plain().isPresent()) {
            openFlow.bind(options.openFlow().plain().get(), Optional.empty());
        }
        if (options.ovsdb().tls().isPresent()) {
            hostDoor.listen(options.ovsdb().tls().get(), tls);
        }
        if (options.openFlow().tls().isPresent()) {
            openFlow.bind(options.openFlow().tls().get(), tls);
        }
    }

    private void serve(ControllerProgram.Options options) throws IOException {
        if (options.users().socket().isPresent()) {
            api.join().listen(options.users().socket().get());
        }
        if (options.api().plain().isPresent()) {
            api.join().listen(options.api().plain().get(), options.apiNames());
        }
        if (options.api().tls().isPresent() && tls.isPresent()) {
            Path folder = options.tls().orElseThrow();
            api.join().listen(options.api().tls().get(), options.apiNames(), folder);
            tls.get()
                    .whenChanged(() ->
                            api.join().renew(folder, why -> journal.add("failed", "certificates", "the API: " + why)));
        }
    }

    @Override
    public int version() {
        return changes.latest();
    }

    /**
     * Answers the requests in progress, and accepts no change from then on. All that it has confirmed is stored, so
     * another controller may lead now. Until that one fences this controller off, the event loops of switches and hosts
     * still repair external changes, and the DHCP service answers what needs no store.
     */
    void retire() {
        api.thenAccept(AdminApi::drain).exceptionally(failed -> null).join();
        trials.close();
        modelThread.close();
        clusterEvents.ifPresent(ClusterEvents::close);
        feed.ifPresent(EventFeed::close);
    }

    @Override
    public void close() {
        // If its creation failed, the rest must still be closed.
        api.thenAccept(AdminApi::close).exceptionally(failed -> null).join();
        trials.close();
        // Before the sessions end: discards their closing tasks, so that no host is dialled again.
        modelThread.close();
        openFlow.close();
        hosts.close();
        bindings.close();
        health.close();
        dns.close();
        dhcp.close();
        tls.ifPresent(Tls::close);
        try {
            store.close();
        } catch (IOException e) {
            journal.add("failed", "store", e.getMessage());
        }
        clusterEvents.ifPresent(ClusterEvents::close);
        feed.ifPresent(EventFeed::close);
        journal.close();
        audit.close();
    }
}
