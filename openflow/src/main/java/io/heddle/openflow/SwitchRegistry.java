package io.heddle.openflow;

import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The connected switches, one connection for each datapath id. Safe from any thread.
 *
 * <p>When a second connection claims an id, the registry sends an echo request on the first. A switch that reconnects
 * has left a dead connection behind; it does not answer, and the new connection replaces it. If the first answers, two
 * switches have the same id. That is a fault in the network: the registry refuses the newcomer, so that the two do not
 * alternately replace each other.
 */
public final class SwitchRegistry {
    /** Events about guests; more of them are counted and left out, so that they do not displace other events. */
    private static final int GUEST_EVENTS_PER_SECOND = 5;

    private static final int GUEST_EVENTS_AT_ONCE = 200;
    private static final int LOG_LINES_PER_SECOND = 20;
    /** New connections: ten thousand switches may come at once, but nobody for long. */
    private static final int CONNECTIONS_PER_SECOND = 500;

    private static final int CONNECTIONS_AT_ONCE = 12_000;

    private final Map<Long, SwitchConnection> byId = new ConcurrentHashMap<>();
    private final SwitchListener listener;
    private final Journal journal;
    private final Counters counters;
    private final Limits limits;
    private final GuestMemory guests;
    private final Rate guestEvents = new Rate(GUEST_EVENTS_PER_SECOND, GUEST_EVENTS_AT_ONCE, System.nanoTime());
    private final Rate newcomers = new Rate(CONNECTIONS_PER_SECOND, CONNECTIONS_AT_ONCE, System.nanoTime());
    private final Rate logLines = new Rate(LOG_LINES_PER_SECOND, LOG_LINES_PER_SECOND, System.nanoTime());

    public SwitchRegistry(SwitchListener listener, Journal journal, Counters counters, Limits limits) {
        this.listener = listener;
        this.journal = journal;
        this.counters = counters;
        this.limits = limits;
        this.guests = new GuestMemory(limits.guestBytes());
    }

    Limits limits() {
        return limits;
    }

    /** Adds an event about a switch. Guests share a rate. */
    void report(SwitchConnection about, String kind, String subject, String text) {
        if (!about.isGuest() || take(guestEvents)) {
            journal.add(kind, subject, text);
        } else {
            counters.count("openflow_guest_events_left_out_total");
        }
    }

    /** Whether to write another line to the log: a peer can cause a line with every message. */
    boolean mayLog() {
        return take(logLines);
    }

    /** Whether to take another connection in; whoever is refused tries again. */
    boolean mayConnect() {
        return take(newcomers);
    }

    private static boolean take(Rate rate) {
        synchronized (rate) {
            return rate.tryTake(System.nanoTime());
        }
    }

    /** What guests hold together. */
    GuestMemory guests() {
        return guests;
    }

    /** The switch with this datapath id, if connected. */
    public Optional<SwitchConnection> find(long datapathId) {
        return Optional.ofNullable(byId.get(datapathId));
    }

    /** All connected switches. */
    public Collection<SwitchConnection> all() {
        return byId.values();
    }

    SwitchListener listener() {
        return listener;
    }

    void introduce(SwitchConnection newcomer) {
        Optional<String> refusal = listener.refusal(newcomer);
        if (refusal.isPresent()) {
            newcomer.refuse(refusal.get());
            return;
        }
        SwitchConnection old = byId.putIfAbsent(newcomer.datapathId(), newcomer);
        if (old == null) {
            newcomer.accept();
        } else {
            probe(old, newcomer);
        }
    }

    private void probe(SwitchConnection old, SwitchConnection newcomer) {
        if (newcomer.certificate().isPresent() && old.certificate().isEmpty()) {
            // Who proves to be the switch's host wins over who only says so.
            replace(old, newcomer);
            return;
        }
        AtomicBoolean alive = new AtomicBoolean();
        old.loop().execute(() -> {
            if (old.isActive()) {
                old.ask((out, xid) -> Wire.end(out, Wire.begin(out, Wire.ECHO_REQUEST, xid)), alive(alive));
            }
        });
        newcomer.loop()
                .schedule(
                        () -> {
                            if (!newcomer.isActive()) {
                                return;
                            }
                            if (alive.get() && old.isActive()) {
                                newcomer.refuse("datapath id " + SwitchConnection.format(newcomer.datapathId())
                                        + " is already taken by the switch at " + old.remote());
                            } else {
                                replace(old, newcomer);
                            }
                        },
                        limits.probeSeconds(),
                        TimeUnit.SECONDS);
    }

    private void replace(SwitchConnection old, SwitchConnection newcomer) {
        old.close("replaced by a new connection from " + newcomer.remote());
        byId.remove(newcomer.datapathId(), old);
        introduce(newcomer);
    }

    private static Switch.Answer alive(AtomicBoolean alive) {
        return new Switch.Answer() {
            @Override
            public boolean received(ByteBuf message) {
                alive.set(true);
                return true;
            }

            @Override
            public void failed(String why) {
                alive.set(false);
            }
        };
    }

    /** A connection has ended; only on its loop. */
    void forget(SwitchConnection connection) {
        byId.remove(connection.datapathId(), connection);
        guests.forget(connection);
    }
}
