package io.heddle.controller.hosts;

import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import io.heddle.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where hosts dial in. While the controller does not lead, they wait here: each has said who it is, and nothing else is
 * read or written. Without that, a host would try a controller that does not lead ever more seldom, and find a new
 * leader only after its own pause of up to 8 s.
 */
public final class HostDoor implements AutoCloseable {
    /** Each costs a connection. */
    private static final int MOST_WAITING = 5000;

    private final OvsdbConnector connector;
    private final Map<OvsdbSession, String> waiting = new ConcurrentHashMap<>();
    private final OvsdbSession.Listener lobby = new Lobby();
    private volatile Runnable badConnection = () -> {};
    /** Who serves the hosts; empty while they wait. */
    private volatile Optional<OvsdbSession.Listener> inside = Optional.empty();

    public HostDoor() {
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

    /** Serves all hosts from now on: those that wait, and those that come. */
    void open(OvsdbSession.Listener host, Runnable bad) {
        badConnection = bad;
        inside = Optional.of(host);
        waiting.keySet().forEach(this::send);
    }

    /** Whoever removes a session from those that wait passes it on. */
    private void send(OvsdbSession session) {
        String systemId = waiting.remove(session);
        if (systemId != null) {
            inside.orElseThrow().introduced(session, systemId);
        }
    }

    @Override
    public void close() {
        connector.close();
    }

    private final class Lobby implements OvsdbSession.Listener {
        @Override
        public void introduced(OvsdbSession session, String systemId) {
            if (inside.isEmpty() && waiting.size() >= MOST_WAITING) {
                session.close("there are already " + MOST_WAITING + " hosts that wait for this controller to lead");
                return;
            }
            waiting.put(session, systemId);
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
