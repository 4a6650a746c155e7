package io.heddle.controller.hosts;

import io.heddle.controller.events.Counters;
import io.heddle.controller.events.Journal;
import io.heddle.controller.events.MendPace;
import io.heddle.controller.intent.HostCompiler;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.ovsdb.Database;
import io.heddle.ovsdb.HostState;
import io.heddle.ovsdb.HostSync;
import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One host of the file and its session, if there is one: dials with growing pauses, or waits to be dialled, and says
 * what the host should have whenever either side is new. Methods are called on the model thread.
 */
final class HostLink implements OvsdbSession.Listener {
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 8000;

    private final String name;
    private final OvsdbConnector connector;
    private final ScheduledExecutorService modelThread;
    private final Journal journal;
    private final Counters counters;
    private final String openFlowPort;
    private final LinkWatch links;
    private volatile NetworkModel model;
    private int version;
    private volatile Host.Ovsdb address;
    private volatile OvsdbSession session;
    private volatile HostSync sync;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean dialling;
    private boolean removed;
    private volatile boolean untried = true;
    private volatile String trouble = "not reached yet";
    private volatile int syncedVersion = -1;
    private volatile String error;

    HostLink(String name, OvsdbConnector connector, ScheduledExecutorService modelThread, Journal journal,
             Counters counters, int openFlowPort) {
        this.name = name;
        this.connector = connector;
        this.modelThread = modelThread;
        this.journal = journal;
        this.links = new LinkWatch(name, journal);
        this.counters = counters;
        this.openFlowPort = Integer.toString(openFlowPort);
    }

    String name() {
        return name;
    }

    /** Whether there is a session; any thread. */
    boolean connected() {
        return session != null && sync != null;
    }

    /** Whether the first attempt to reach it is still under way; any thread. */
    boolean untried() {
        return untried && !connected() && address instanceof Host.Dial;
    }

    /** The session, if there is one; any thread. */
    Optional<OvsdbSession> session() {
        return Optional.ofNullable(session).filter(s -> connected());
    }

    /** The version of the network that the host has confirmed; any thread. */
    int syncedVersion() {
        return syncedVersion;
    }

    /** Why the host is not as it should be, or null; any thread. */
    String trouble() {
        return connected() ? error : trouble;
    }

    /** The address it is at, or "" ; any thread. */
    String remote() {
        OvsdbSession s = session;
        return s == null ? "" : s.remote();
    }

    /** The network has a new version. A host that it no longer names is to have nothing of ours. */
    void want(NetworkModel now, int number) {
        model = now;
        version = number;
        error = null;
        Host host = now.hosts().get(name);
        removed = host == null;
        if (host != null && !host.ovsdb().equals(address)) {
            address = host.ovsdb();
            untried = true;
            if (session != null) {
                session.close("the file gives another address");
            }
        }
        if (session != null && sync != null) {
            push();
        } else {
            dial();
        }
    }

    private void push() {
        Host host = model.hosts().get(name);
        HostState desired = host == null ? HostState.EMPTY
                : HostCompiler.compile(model, host, HostLook.target(session, host, openFlowPort));
        int pushed = version;
        HostSync to = sync;
        long begun = System.nanoTime();
        session.loop().execute(() -> to.want(desired, state -> {
            error = state.error();
            if (state.inSync()) {
                if (syncedVersion != pushed) {
                    counters.durations("host_reconcile_seconds").add(System.nanoTime() - begun);
                }
                syncedVersion = pushed;
            }
        }));
    }

    /** Looks at the live copy of the database, on the thread that owns it. */
    <T> CompletableFuture<T> onDatabase(Function<Database, T> look) {
        OvsdbSession s = session;
        return s == null ? CompletableFuture.failedFuture(new IllegalStateException(name + " is not connected"))
                : CompletableFuture.supplyAsync(() -> look.apply(s.database()), s.loop());
    }

    private void dial() {
        if (removed || dialling || session != null || !(address instanceof Host.Dial d)) {
            return;
        }
        dialling = true;
        connector.dial(d.address(), d.port(), this, why -> modelThread.execute(() -> {
            dialling = false;
            lost(why);
        }));
    }

    private void lost(String why) {
        if (removed) {
            return;
        }
        untried = false;
        if (!why.equals(trouble)) {
            journal.add("unreachable", name, why);
        }
        trouble = why;
        modelThread.schedule(this::dial, pauseMillis, TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }

    @Override
    public void ready(OvsdbSession ready) {
        modelThread.execute(() -> adopt(ready));
    }

    /** Takes a session over; the newest one is the host as it is now. */
    void adopt(OvsdbSession ready) {
        dialling = false;
        if (session != null && session != ready) {
            session.close("replaced by a newer session");
        }
        session = ready;
        pauseMillis = FIRST_PAUSE_MILLIS;
        trouble = null;
        sync = new HostSync(ready, new Reporter());
        journal.add("connected", name, "OVSDB session with " + ready.remote());
        push();
    }

    @Override
    public void changed(OvsdbSession changed) {
        HostSync s = sync;
        if (s != null && changed == session) {
            links.look(changed.database(), model);
            s.databaseChanged();
        }
    }

    @Override
    public void closed(OvsdbSession closed, String why) {
        modelThread.execute(() -> {
            dialling = false;
            if (closed == session) {
                session = null;
                sync = null;
                syncedVersion = -1;
                trouble = why;
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

    /** Makes events of what a sync finds and does. */
    private final class Reporter implements HostSync.Listener {
        private final MendPace pace = new MendPace();
        private MendPace.Verdict verdict;

        @Override
        public long drifted(List<String> lines) {
            counters.count("ovsdb_drift_total");
            verdict = pace.drifted(System.nanoTime());
            if (verdict.insists()) {
                journal.add("drifted", name, "somebody insists, again and again; from now on this is mended every "
                        + verdict.pauseMillis() / 1000 + " s, later every 30 s, and not told until a minute was quiet: "
                        + String.join("; ", lines));
            }
            return verdict.pauseMillis();
        }

        @Override
        public void mended(List<String> lines) {
            counters.count("ovsdb_transactions_total");
            if (verdict.tell()) {
                journal.add("healed", name, "somebody else changed what is Heddle's; put right: " + String.join("; ", lines));
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
            error = why;
            journal.add("refused", name, why);
        }
    }
}
