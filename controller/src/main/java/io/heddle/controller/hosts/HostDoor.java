package io.heddle.controller.hosts;

import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import io.heddle.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where hosts dial in. While the controller does not lead, they wait here. Each has introduced itself, and Heddle reads
 * and writes nothing else of it. Otherwise a host would pause up to 8 s before it tries this controller again, and a
 * new leader would have to wait for it.
 */
public final class HostDoor implements AutoCloseable {
    /** Each costs a connection. */
    private static final int MOST_WAITING = 5000;
    /** Several hosts may share an address by NAT, but one stranger must not take all places. */
    private static final int MOST_OF_AN_ADDRESS = 250;

    private final OvsdbConnector connector;
    private final WaitingHosts waiting;
    private final OvsdbSession.Listener lobby = new Lobby();
    private volatile Runnable badConnection = () -> {};
    /** The listener that serves the hosts; empty while they wait. */
    private volatile Optional<OvsdbSession.Listener> inside = Optional.empty();

    public HostDoor() {
        this(new WaitingHosts(MOST_WAITING, MOST_OF_AN_ADDRESS));
    }

    HostDoor(WaitingHosts waiting) {
        this.waiting = waiting;
        connector = new OvsdbConnector(() -> badConnection.run());
    }

    /**
     * Listens for hosts that dial in, at one more address each time.
     *
     * @param tls for hosts that dial in by TLS
     * @throws IOException if the address cannot be bound
     */
    public void listen(InetSocketAddress address, Optional<Tls> tls) throws IOException {
        connector.listen(address, tls.flatMap(Transport::accept), lobby);
    }

    OvsdbConnector connector() {
        return connector;
    }

    /**
     * Serves all hosts from now on: those that wait, and those that come. Of several sessions with one system-id, the
     * oldest comes first, since the first one speaks for the host.
     */
    void open(OvsdbSession.Listener host, Runnable bad) {
        badConnection = bad;
        inside = Optional.of(host);
        waiting.inOrder().forEach(this::send);
    }

    /** Passes a session on, once: {@link #open} and the session's own thread may both try. */
    private void send(OvsdbSession session) {
        waiting.remove(session).ifPresent(systemId -> inside.orElseThrow().introduced(session, systemId));
    }

    @Override
    public void close() {
        connector.close();
    }

    private final class Lobby implements OvsdbSession.Listener {
        @Override
        public void introduced(OvsdbSession session, String systemId) {
            if (!session.isOpen()) {
                // Its end has been reported already, so nothing would remove it.
                return;
            }
            if (inside.isEmpty()) {
                waiting.addWithinLimits(session, systemId).ifPresent(session::close);
            } else {
                waiting.add(session, systemId);
            }
            if (inside.isPresent()) {
                send(session);
            }
        }

        @Override
        public void ready(OvsdbSession session) {
            inside.ifPresent(i -> i.ready(session));
        }

        @Override
        public void changed(OvsdbSession session) {
            inside.ifPresent(i -> i.changed(session));
        }

        @Override
        public void closed(OvsdbSession session, String why) {
            waiting.remove(session);
            inside.ifPresent(i -> i.closed(session, why));
        }
    }
}
