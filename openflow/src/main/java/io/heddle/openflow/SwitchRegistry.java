package io.heddle.openflow;

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
    private static final int ECHO_SECONDS = 1;

    private final Map<Long, SwitchConnection> byId = new ConcurrentHashMap<>();
    private final SwitchListener listener;
    private final Journal journal;

    public SwitchRegistry(SwitchListener listener, Journal journal) {
        this.listener = listener;
        this.journal = journal;
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
        SwitchConnection old = byId.putIfAbsent(newcomer.datapathId(), newcomer);
        if (old == null) {
            newcomer.accept();
        } else {
            probe(old, newcomer);
        }
    }

    private void probe(SwitchConnection old, SwitchConnection newcomer) {
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
                                String why = "datapath id " + SwitchConnection.format(newcomer.datapathId())
                                        + " is already taken by the switch at " + old.remote();
                                journal.add("refused", newcomer.remote(), why);
                                newcomer.close(why);
                            } else {
                                old.close("replaced by a new connection from " + newcomer.remote());
                                byId.remove(newcomer.datapathId(), old);
                                introduce(newcomer);
                            }
                        },
                        ECHO_SECONDS,
                        TimeUnit.SECONDS);
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

    void gone(SwitchConnection connection) {
        byId.remove(connection.datapathId(), connection);
        listener.disconnected(connection);
    }
}
