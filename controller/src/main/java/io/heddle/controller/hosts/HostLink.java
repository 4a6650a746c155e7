package io.heddle.controller.hosts;

import io.heddle.controller.bindings.Claim;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.controller.intent.HostCompiler;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.events.RepairPace;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.ovsdb.Database;
import io.heddle.ovsdb.HostState;
import io.heddle.ovsdb.HostSync;
import io.heddle.ovsdb.MissingDevice;
import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import io.heddle.ovsdb.PassiveController;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One host of the file and its session, if there is one. Dials with increasing pauses, or waits for the host to dial
 * in. Pushes the desired state with each new session and each new version. Methods are called on the model thread.
 */
final class HostLink implements OvsdbSession.Listener {
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 8000;
    private static final String MOVED = "the network file has another address for the host";
    /** Until a controller that has asked who leads takes its lock back. */
    private static final int LOCK_MILLIS = 500;

    private final String name;
    private final OvsdbConnector connector;
    private final ModelThread modelThread;
    private final Consumer<Hosts.Status> changed;
    private final Claimants claimants;
    private final Journal journal;
    private final Counters counters;
    private final Transport transport;
    private final LinkWatch links;
    private final ClaimWatch claims;
    private volatile NetworkModel model;
    private int version;
    private volatile Host.Ovsdb address;
    private volatile OvsdbSession session;
    private volatile HostSync sync;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean dialling;
    private boolean removed;
    private boolean untried = true;
    private String trouble = "not reached yet";
    private int syncedVersion = -1;
    private String error;
    private String failure;
    private List<MissingDevice> waiting = List.of();
    /** The status as other threads see it. */
    private volatile Hosts.Status status;

    /**
     * @param changed is called on any thread whenever the host's status changes
     * @param claimed gets the host's claims to roaming ports, on any thread
     * @param refuse closes a session that may not speak for the host
     */
    HostLink(
            String name,
            OvsdbConnector connector,
            ModelThread modelThread,
            Journal journal,
            Counters counters,
            Transport transport,
            Consumer<Hosts.Status> changed,
            BiConsumer<String, Set<Claim>> claimed,
            BiConsumer<OvsdbSession, String> refuse) {
        this.changed = changed;
        this.claimants = new Claimants(name, modelThread, refuse, () -> session, this::adopt);
        this.status = new Hosts.Status(name, false, false, -1, "", "not reached yet", null, List.of());
        this.name = name;
        this.connector = connector;
        this.modelThread = modelThread;
        this.journal = journal;
        this.links = new LinkWatch(name, journal);
        this.claims = new ClaimWatch(name, journal, claimed);
        this.counters = counters;
        this.transport = transport;
    }

    /** The host's status; any thread. */
    Hosts.Status status() {
        return status;
    }

    private boolean connected() {
        return session != null && sync != null;
    }

    /** Changes the host's state, and reports the new status if it differs; any thread. */
    private synchronized void update(Runnable change) {
        change.run();
        OvsdbSession s = session;
        Hosts.Status now = new Hosts.Status(
                name,
                connected(),
                untried && !connected() && address instanceof Host.Dial,
                syncedVersion,
                s == null ? "" : s.remote(),
                connected() ? error : trouble,
                failure,
                connected() ? waiting : List.of());
        if (!now.equals(status)) {
            status = now;
            changed.accept(now);
        }
    }

    /** The session, if there is one; any thread. */
    Optional<OvsdbSession> session() {
        return Optional.ofNullable(session).filter(s -> connected());
    }

    /** The network has a new version. If it no longer names this host, Heddle removes its rows from the host. */
    void want(NetworkModel now, int number) {
        model = now;
        version = number;
        Host host = now.hosts().get(name);
        removed = host == null;
        boolean moved = host != null && !host.ovsdb().equals(address);
        update(() -> {
            error = null;
            failure = null;
            if (moved) {
                address = host.ovsdb();
                untried = true;
            }
        });
        if (moved) {
            claimants.close(MOVED);
        }
        if (moved && session != null) {
            session.close(MOVED);
        }
        if (session != null && sync != null) {
            push();
        } else {
            dial();
        }
    }

    private void push() {
        Host host = model.hosts().get(name);
        HostState desired;
        try {
            desired = host == null
                    ? HostState.EMPTY
                    : HostCompiler.compile(model, host, transport.targets(session, host));
        } catch (RuntimeException e) {
            String why = "cannot compile the rows of this host: " + e.getMessage();
            journal.add("failed", name, why);
            update(() -> failure = why);
            return;
        }
        int pushed = version;
        HostSync to = sync;
        OvsdbSession of = session;
        NetworkModel pushedModel = model;
        long begun = System.nanoTime();
        of.loop().execute(() -> claims.look(of.database(), pushedModel));
        of.loop()
                .execute(() -> to.want(
                        desired,
                        state -> update(() -> {
                            error = state.error();
                            if (state.inSync()) {
                                if (syncedVersion != pushed) {
                                    counters.durations("host_reconcile_seconds").add(System.nanoTime() - begun);
                                }
                                syncedVersion = pushed;
                            }
                        })));
    }

    /** Reads the live copy of the database, on the thread that owns it. */
    <T> CompletableFuture<T> onDatabase(Function<Database, T> look) {
        OvsdbSession s = session;
        return s == null
                ? CompletableFuture.failedFuture(new IllegalStateException(name + " is not connected"))
                : CompletableFuture.supplyAsync(() -> look.apply(s.database()), s.loop());
    }

    private void dial() {
        if (removed || dialling || session != null || !(address instanceof Host.Dial d)) {
            return;
        }
        dialling = true;
        transport.dial(
                connector,
                name,
                d,
                this,
                why -> modelThread.execute(() -> {
                    dialling = false;
                    lost(why);
                }));
    }

    private void lost(String why) {
        if (removed) {
            return;
        }
        if (!why.equals(trouble)) {
            journal.add("unreachable", name, why);
        }
        update(() -> {
            untried = false;
            trouble = why;
        });
        modelThread.schedule(this::dial, pauseMillis);
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }

    @Override
    public void ready(OvsdbSession ready) {
        modelThread.execute(() -> adopt(ready));
    }

    /** A host has dialled in with this host's system-id. */
    void welcome(OvsdbSession newcomer) {
        claimants.welcome(newcomer);
    }

    /** Adopts a session; a newer session replaces an older one. */
    private void adopt(OvsdbSession ready) {
        if (!ready.isOpen()) {
            // It ended while this task waited for the model thread, and must not replace a living session.
            return;
        }
        dialling = false;
        if (session == ready) {
            return;
        }
        if (session != null) {
            session.close("replaced by a newer session");
        }
        pauseMillis = FIRST_PAUSE_MILLIS;
        update(() -> {
            session = ready;
            sync = new HostSync(ready, new Reporter());
            trouble = null;
            syncedVersion = -1;
        });
        journal.add("connected", name, "OVSDB session with " + ready.remote());
        ready.loop().execute(() -> {
            claims.begin();
            lock(ready);
            PassiveController.sweep(ready);
        });
        push();
    }

    /**
     * Takes the lock of the database, if this controller is one of several and leads. If it only believes to lead, the
     * controller that leads takes the lock back. No transaction gets through in between: the database checks before
     * each whether this session has the lock.
     */
    private void lock(OvsdbSession of) {
        transport.lead().lock().ifPresent(lock -> {
            if (!transport.lead().holds()) {
                of.close("it is not certain that this controller leads");
                return;
            }
            of.take(lock, () -> {
                transport.lead().doubt();
                of.schedule(
                        () -> {
                            // Closes the session if it is not certain that this controller leads.
                            if (of.isOpen()) {
                                lock(of);
                            }
                        },
                        LOCK_MILLIS);
            });
        });
    }

    @Override
    public void changed(OvsdbSession changed) {
        HostSync s = sync;
        if (s != null && changed == session) {
            links.look(changed.database(), model);
            claims.look(changed.database(), model);
            s.databaseChanged();
        }
    }

    @Override
    public void closed(OvsdbSession closed, String why) {
        modelThread.execute(() -> {
            dialling = false;
            if (closed == session) {
                update(() -> {
                    session = null;
                    sync = null;
                    syncedVersion = -1;
                    trouble = why;
                });
                journal.add("disconnected", name, why);
            }
            if (session == null) {
                lost(why);
            }
        });
    }

    void closedIfMine(OvsdbSession closed, String why) {
        if (closed == session) {
            closed(closed, why);
        }
    }

    void close() {
        if (session != null) {
            session.close("the controller stops");
        }
    }

    /** Adds events for the results of a sync. */
    private final class Reporter implements HostSync.Listener {
        private final RepairPace pace = new RepairPace();
        private RepairPace.Verdict verdict;

        @Override
        public long drifted(List<String> lines) {
            counters.count("ovsdb_drift_total");
            verdict = pace.drifted(System.nanoTime());
            if (verdict.isRepeated()) {
                journal.add("drifted", name, verdict.announcement(String.join("; ", lines)));
            }
            return verdict.pauseMillis();
        }

        @Override
        public void mended(List<String> lines) {
            counters.count("ovsdb_transactions_total");
            update(() -> error = null);
            if (verdict.isReported()) {
                journal.add("healed", name, "repaired an external change: " + String.join("; ", lines));
            }
        }

        @Override
        public void changed(List<String> lines) {
            counters.count("ovsdb_transactions_total");
            counters.of("ovsdb_rows_total").add(lines.size());
            journal.add("changed", name, String.join("; ", lines));
        }

        @Override
        public void refused(String why) {
            counters.count("ovsdb_refused_total");
            update(() -> error = why);
            journal.add("refused", name, why);
        }

        @Override
        public void settled(HostSync.State state) {
            update(() -> {
                error = state.error();
                waiting = state.waiting();
            });
        }
    }
}
