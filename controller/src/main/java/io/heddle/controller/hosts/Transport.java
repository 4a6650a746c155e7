package io.heddle.controller.hosts;

import io.heddle.flows.model.Host;
import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import io.heddle.tls.PeerCertificate;
import io.heddle.tls.Tls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How Heddle and its hosts reach each other, with and without TLS.
 *
 * @param openFlow the port for switches that connect by plain TCP; empty if they may not
 * @param openFlowTls the port for those that connect by TLS; empty likewise
 * @param tls Heddle's certificates, if it has any
 * @param lead the controller's place in a cluster
 */
public record Transport(OptionalInt openFlow, OptionalInt openFlowTls, Optional<Tls> tls, Lead lead) {
    private static final String NO_CERTIFICATES =
            "the file says ssl:, but the controller has no certificates: start it with --tls FOLDER";

    /** Without TLS. @param openFlow the port for switches */
    public static Transport plain(int openFlow) {
        return new Transport(OptionalInt.of(openFlow), OptionalInt.empty(), Optional.empty(), Lead.ALONE);
    }

    /** Secures connections of hosts that connect to Heddle by TLS. */
    static Optional<Function<Channel, ChannelHandler>> accept(Tls tls) {
        return Optional.of(tls::accept);
    }

    /**
     * Connects to a host of the file.
     *
     * @param name the host's name, which its certificate must have, unless it has the address
     */
    void dial(
            OvsdbConnector connector,
            String name,
            Host.Dial to,
            OvsdbSession.Listener listener,
            Consumer<String> failed) {
        if (to.tls() && tls.isEmpty()) {
            failed.accept(NO_CERTIFICATES);
        } else {
            connector.dial(to.address(), to.port(), secure(name, to), listener, failed);
        }
    }

    /** Connects to a host of the file to read its database once. */
    CompletableFuture<OvsdbSession> look(OvsdbConnector connector, String name, Host.Dial to) {
        return to.tls() && tls.isEmpty()
                ? CompletableFuture.failedFuture(new IllegalStateException(NO_CERTIFICATES))
                : connector.look(to.address(), to.port(), secure(name, to));
    }

    private Optional<Function<Channel, ChannelHandler>> secure(String name, Host.Dial to) {
        return tls.filter(t -> to.tls()).map(t -> channel -> t.dial(channel, List.of(name, to.address())));
    }

    /**
     * Secures a connection to a host whose database session has TLS.
     *
     * @param peer the certificate of that session, which this connection's must resemble by a name; empty for no TLS
     */
    Socket secure(Socket socket, Optional<PeerCertificate> peer) throws IOException {
        return tls.isPresent() && peer.isPresent()
                ? tls.get().dial(socket, peer.get().names())
                : socket;
    }

    /**
     * The OpenFlow targets for a host's bridges: the file's, or those of all controllers, or the local address of the
     * host's OVSDB session. Hosts whose session has TLS connect by TLS.
     */
    Set<String> targets(OvsdbSession session, Host host) {
        if (host.hasController() && host.controller().isPresent()) {
            return Set.of(host.controller().get());
        }
        boolean byTls = openFlowTls.isPresent() && (session.certificate().isPresent() || openFlow.isEmpty());
        Set<String> all = lead.targets(byTls);
        return all.isEmpty()
                ? Set.of(target(byTls, session.localAddress(), (byTls ? openFlowTls : openFlow).orElse(0)))
                : all;
    }

    /** An OpenFlow target. */
    public static String target(boolean tls, String address, int port) {
        return (tls ? "ssl:" : "tcp:") + (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
