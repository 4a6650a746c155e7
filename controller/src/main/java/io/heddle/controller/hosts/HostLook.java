package io.heddle.controller.hosts;

import io.heddle.controller.intent.HostCompiler;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.openflow.FlowProbe;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.ovsdb.Datapaths;
import io.heddle.ovsdb.HostDiff;
import io.heddle.ovsdb.HostState;
import io.heddle.ovsdb.OvsdbConnector;
import io.heddle.ovsdb.OvsdbSession;
import io.heddle.ovsdb.PassiveController;
import io.heddle.tls.PeerCertificate;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads a host for a plan, by its current session, or by a temporary one: a plan may name hosts that Heddle does not
 * manage yet.
 */
public final class HostLook implements AutoCloseable {
    private static final int FIRST_LISTENER = 50_000;
    private static final int LISTENERS = 10_000;
    private static final int ANSWER_SECONDS = 2;

    private final CompletableFuture<OvsdbSession> session;
    private final boolean opened;
    private final Transport transport;

    private HostLook(CompletableFuture<OvsdbSession> session, boolean opened, Transport transport) {
        this.session = session;
        this.opened = opened;
        this.transport = transport;
    }

    /** Reads by an existing session, which {@link #close} leaves open. */
    static HostLook by(OvsdbSession session, Transport transport) {
        return new HostLook(CompletableFuture.completedFuture(session), false, transport);
    }

    /** Reads by the session of a host that has dialled in, and that no file names yet. */
    static HostLook by(CompletableFuture<OvsdbSession> session, Transport transport) {
        return new HostLook(session.copy().orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS), false, transport);
    }

    /** Dials a host for a temporary session. */
    static HostLook dial(OvsdbConnector connector, String name, Host.Dial address, Transport transport) {
        CompletableFuture<OvsdbSession> session = transport.look(connector, name, address);
        return new HostLook(session.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS), true, transport);
    }

    /** The changes that a version of the network would make; fails if the host cannot be reached. */
    public CompletableFuture<HostDiff.Change> change(NetworkModel then, String name) {
        return session.thenCompose(s -> {
            Host host = then.hosts().get(name);
            HostState desired =
                    host == null ? HostState.EMPTY : HostCompiler.compile(then, host, transport.targets(s, host));
            return CompletableFuture.supplyAsync(() -> HostDiff.between(desired, s.database()), s.loop());
        });
    }

    /** What the host's datapaths can do; fails if the host cannot be reached. */
    public CompletableFuture<Datapaths> datapaths() {
        return session.thenCompose(Datapaths::ask);
    }

    /**
     * The flow entries of a bridge that has no controller yet, without OVS's own default entry. Blocks for some seconds
     * at most.
     *
     * @throws IOException if they cannot be read, with the reason
     */
    @SuppressWarnings("try") // the listener only has to be open
    public List<FlowCodec.Reported> foreignFlows(String bridge) throws IOException, InterruptedException {
        try {
            OvsdbSession s = session.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            InetAddress address = s.remoteAddress();
            int port = FIRST_LISTENER + ThreadLocalRandom.current().nextInt(LISTENERS);
            String text =
                    address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
            Optional<PeerCertificate> peer = s.certificate();
            String kind = peer.isPresent() ? "pssl:" : "ptcp:";
            try (PassiveController listener =
                    PassiveController.open(s, bridge, kind + port + ":" + text).get(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                return FlowProbe.read(new InetSocketAddress(address, port), socket -> transport.secure(socket, peer))
                        .stream()
                        .filter(f -> !isDefault(f))
                        .toList();
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    e.getCause() == null ? "no answer in time" : e.getCause().getMessage(), e);
        }
    }

    private static boolean isDefault(FlowCodec.Reported f) {
        return f.cookie() == 0
                && f.table() == 0
                && f.priority() == 0
                && f.entry().isPresent()
                && f.entry().get().match().equals(Match.ALL)
                && f.entry().get().instructions().equals(Instructions.apply(new Action.Output(PortNumber.NORMAL)));
    }

    /** Closes a temporary session, with a delay for requests that were already sent. */
    @Override
    public void close() {
        if (opened) {
            session.thenAccept(s -> s.loop().schedule(() -> s.close("the host was read"), 1, TimeUnit.SECONDS));
        }
    }
}
