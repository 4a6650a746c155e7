package io.heddle.controller.hosts;

import io.heddle.controller.bindings.Claim;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.events.ReportLimit;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.ovsdb.Database;
import io.heddle.ovsdb.MissingDevice;
import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All hosts: a link for each host of the file, and the sessions of hosts that have dialled in but that no file names
 * yet. Changes happen on the model thread; any thread may read.
 */
public final class Hosts implements AutoCloseable {
    /** The most hosts that may stay connected although no file names them. */
    private static final int MOST_UNCLAIMED = 200;

    private static final int REPORTS_PER_MINUTE = 100;

    private final Map<String, HostLink> links = new ConcurrentSkipListMap<>();
    private final Map<OvsdbSession, String> unclaimedSessions = new ConcurrentHashMap<>();
    private final HostDoor door;
    private final OvsdbConnector connector;
    private final ModelThread modelThread;
    private final Journal journal;
    private final Counters counters;
    private final Transport transport;
    private volatile Consumer<Status> changed = s -> {};
    private volatile BiConsumer<String, Set<Claim>> claimed = (host, claims) -> {};
    private NetworkModel model = NetworkModel.EMPTY;
    /** The beginning of the current minute, from {@link System#nanoTime}, and the events of it. */
    private final ReportLimit reports = new ReportLimit(REPORTS_PER_MINUTE);

    /**
     * The status of a host.
     *
     * @param untried whether the first attempt to reach it is still in progress
     * @param syncedVersion the version that it has confirmed, -1 for none
     * @param address its remote address, "" if it is not connected
     * @param error why it does not have its desired state, or null
     * @param failure why the controller cannot compile its desired state, or null
     * @param waiting devices that its ports wait for
     */
    public record Status(
            String name,
            boolean connected,
            boolean untried,
            int syncedVersion,
            String address,
            String error,
            String failure,
            List<MissingDevice> waiting) {
        /** Whether it is not connected after at least one attempt. */
        public boolean isAway() {
            return !connected && !untried;
        }
    }

    public Hosts(ModelThread modelThread, Journal journal, Counters counters, Transport transport) {
        this(modelThread, journal, counters, transport, new HostDoor());
    }

    /** @param door where hosts dial in, and may wait already; see {@link #open} */
    public Hosts(ModelThread modelThread, Journal journal, Counters counters, Transport transport, HostDoor door) {
        this.door = door;
        this.connector = door.connector();
        this.modelThread = modelThread;
        this.journal = journal;
        this.counters = counters;
        this.transport = transport;
    }

    /** Sets the listener for changed statuses. Called on any thread: must not block. */
    public void whenChanged(Consumer<Status> listener) {
        changed = listener;
    }

    /**
     * Sets the listener for interfaces that have what a port is known by: it gets the host's name, and all that
     * the host has. Called on any thread: must not block.
     */
    public void whenClaimed(BiConsumer<String, Set<Claim>> listener) {
        claimed = listener;
    }

    /** Serves the hosts that dial in, and those that have done so. */
    public void open() {
        door.open(new DialIn(), () -> counters.count("ovsdb_bad_connections_total"));
    }

    /** The network has a new version; on the model thread. */
    public void want(NetworkModel now, int version) {
        model = now;
        Set<String> names = new HashSet<>(links.keySet());
        names.addAll(now.hosts().keySet());
        for (String name : names) {
            links.computeIfAbsent(
                            name,
                            n -> new HostLink(
                                    n,
                                    connector,
                                    modelThread,
                                    journal,
                                    counters,
                                    transport,
                                    s -> changed.accept(s),
                                    (host, claims) -> claimed.accept(host, claims),
                                    this::refuse))
                    .want(now, version);
        }
        new ArrayList<>(unclaimedSessions.entrySet()).forEach(e -> claim(e.getKey(), e.getValue()));
    }

    /** The desired state of one host has changed without a new version; on the model thread. */
    public void refresh(String host, NetworkModel now, int version) {
        HostLink link = links.get(host);
        if (link != null) {
            link.want(now, version);
        }
    }

    private void claim(OvsdbSession session, String systemId) {
        if (!session.isOpen()) {
            // It ended while this task waited for the model thread.
            unclaimedSessions.remove(session);
            return;
        }
        Optional<Host> host = model.hosts().values().stream()
                .filter(h -> h.ovsdb() instanceof Host.DialsIn d && d.systemId().equals(systemId))
                .findFirst();
        if (host.isPresent()) {
            unclaimedSessions.remove(session);
            Optional<String> refusal = claimRefusal(host.get(), session);
            if (refusal.isPresent()) {
                refuse(session, refusal.get());
            } else {
                links.get(host.get().name()).welcome(session);
            }
        } else if (unclaimedSessions.size() >= MOST_UNCLAIMED && !unclaimedSessions.containsKey(session)) {
            counters.count("ovsdb_unclaimed_sessions_refused_total");
            session.close("there are already " + MOST_UNCLAIMED + " hosts that the network file does not have");
        } else if (unclaimedSessions.put(session, systemId) == null && mayReport()) {
            journal.add(
                    "unknown-host",
                    session.remote(),
                    "a host dialled in with system-id \"" + systemId
                            + "\", which the network file does not have: Heddle leaves the host unchanged");
        }
    }

    private static Optional<String> claimRefusal(Host host, OvsdbSession session) {
        return Claims.refusal(host, Optional.empty(), new Claims.Peer(session.remoteAddress(), session.certificate()));
    }

    private static boolean mayClaim(Host host, OvsdbSession session) {
        return claimRefusal(host, session).isEmpty();
    }

    /** Closes a session of somebody who may not speak for a host. */
    private void refuse(OvsdbSession session, String why) {
        counters.count("ovsdb_claims_refused_total");
        if (mayReport()) {
            journal.add("refused", session.remote(), why);
        }
        session.close(why);
    }

    /** Whether to add another event about strangers: they must not displace other events. On the model thread. */
    private boolean mayReport() {
        return reports.allows(System.nanoTime());
    }

    /** The status of every host of the file. */
    public List<Status> status() {
        return links.values().stream().map(HostLink::status).toList();
    }

    /** Looks at all connected hosts and those of a version. Leaves out hosts that must dial in and have not done so. */
    public Map<String, HostLook> looks(NetworkModel then) {
        Map<String, HostLook> looks = looks();
        then.hosts().forEach((name, host) -> {
            if (looks.containsKey(name)) {
                return;
            }
            if (host.ovsdb() instanceof Host.Dial d) {
                looks.put(name, HostLook.dial(connector, name, d, transport));
            } else if (host.ovsdb() instanceof Host.DialsIn d) {
                unclaimedSessions.entrySet().stream()
                        .filter(e -> e.getValue().equals(d.systemId()) && mayClaim(host, e.getKey()))
                        .findFirst()
                        .ifPresent(e -> looks.put(name, HostLook.by(e.getKey().begin(), transport)));
            }
        });
        return looks;
    }

    /** Looks at all connected hosts. */
    public Map<String, HostLook> looks() {
        Map<String, HostLook> looks = new TreeMap<>();
        links.forEach((name, link) -> link.session().ifPresent(s -> looks.put(name, HostLook.by(s, transport))));
        return looks;
    }

    /** Why a connection from an address may not speak for a host, see {@link Claims}; any thread. */
    public Optional<String> refusal(Host host, Claims.Peer peer) {
        Optional<InetAddress> session = Optional.ofNullable(links.get(host.name()))
                .flatMap(HostLink::session)
                .map(OvsdbSession::remoteAddress);
        return Claims.refusal(host, session, peer);
    }

    /** Reads a host's database; fails if the host is not connected. */
    public <T> CompletableFuture<T> onDatabase(String host, Function<Database, T> look) {
        HostLink link = links.get(host);
        return link == null
                ? CompletableFuture.failedFuture(new IllegalArgumentException("no host " + host))
                : link.onDatabase(look);
    }

    @Override
    public void close() {
        links.values().forEach(HostLink::close);
        door.close();
    }

    /** Finds the hosts of sessions that dial in, and passes the sessions' events on to them. */
    private final class DialIn implements OvsdbSession.Listener {
        @Override
        public void introduced(OvsdbSession session, String systemId) {
            modelThread.execute(() -> claim(session, systemId));
        }

        @Override
        public void ready(OvsdbSession session) {
            // Its link, or a plan, has asked for its database and waits for it.
        }

        @Override
        public void changed(OvsdbSession session) {
            links.values().forEach(l -> l.changed(session));
        }

        @Override
        public void closed(OvsdbSession session, String why) {
            // On the model thread, after a task there that adopts the session.
            modelThread.execute(() -> {
                unclaimedSessions.remove(session);
                links.values().forEach(l -> l.closedIfMine(session, why));
            });
        }
    }
}
