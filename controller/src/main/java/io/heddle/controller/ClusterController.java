package io.heddle.controller;

import ch.qos.logback.classic.Level;
import io.heddle.cli.ControllerProgram;
import io.heddle.cli.Rehearsal;
import io.heddle.cluster.Cluster;
import io.heddle.cluster.Member;
import io.heddle.cluster.Term;
import io.heddle.config.InvalidNetworkException;
import io.heddle.controller.cluster.ApiRelay;
import io.heddle.controller.cluster.Seat;
import io.heddle.controller.cluster.StateDisk;
import io.heddle.controller.cluster.StoredNetwork;
import io.heddle.controller.hosts.HostDoor;
import io.heddle.openflow.OpenFlowServer;
import io.heddle.store.StateFolder;
import io.heddle.tls.Tls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller of a cluster. While another one leads, it keeps a copy of the state and connections of switches, and
 * passes requests on to the leader. When it comes to lead, it starts a {@link Controller} with that state.
 */
final class ClusterController implements ControllerProgram.Running {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterController.class);
    private static final int STOP_SECONDS = 10;
    /** How often a leader looks whether its disk still takes changes. */
    private static final int DISK_SECONDS = 2;
    /** A leader that nobody has replaced is not to leave again soon. */
    private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final ControllerProgram.Options options;
    private final Cluster cluster;
    private final Optional<Tls> tls;
    private final EventLoopGroup relays =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("api-relay"), NioIoHandler.newFactory());
    private final Thread thread = new Thread(this::run, "heddle-cluster");
    private volatile OpenFlowServer door;
    private volatile HostDoor hosts;
    private volatile Optional<ApiRelay> relay = Optional.empty();
    private volatile Optional<Controller> leading = Optional.empty();
    private volatile CountDownLatch over = new CountDownLatch(1);
    private volatile boolean closed;
    /** When a full disk made this controller leave the lead, by {@link System#nanoTime}; 0 for never. */
    private long gaveUp;

    /** @throws IOException if an address or the state folder is not available; its message says which */
    ClusterController(ControllerProgram.Options options, ControllerProgram.Clustered clustered) throws IOException {
        this.options = options;
        Member me = new Member(
                clustered.name(),
                clustered.advertise(),
                port(options.openFlow().plain()),
                port(options.openFlow().tls()),
                port(options.api().plain()),
                port(options.api().tls()),
                clustered.peer().getPort());
        tls = options.tls().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Tls.open(options.tls().get(), (kind, text) -> LOG.warn("certificates {}: {}", kind, text)));
        cluster = new Cluster(InstalledController.address(clustered.etcd()), me, clustered.peer(), options.state());
        cluster.campaignUnless(
                () -> StoredNetwork.fault(options.state()),
                () -> StateDisk.fault(options.state()).orElse(""));
        try {
            stand();
        } catch (IOException e) {
            close();
            throw e;
        }
        rehearse();
        thread.start();
    }

    /** What a rehearsal tells happens nowhere. */
    private static void rehearse() throws IOException {
        ch.qos.logback.classic.Logger events = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("heddle.events");
        Level level = events.getLevel();
        events.setLevel(Level.OFF);
        try {
            Rehearsal.of(Controller::new);
        } finally {
            events.setLevel(level);
        }
    }

    private static int port(Optional<InetSocketAddress> address) {
        return address.map(InetSocketAddress::getPort).orElse(0);
    }

    /** Opens the doors of a controller that does not lead. */
    private void stand() throws IOException {
        over = new CountDownLatch(1);
        door = new OpenFlowServer();
        if (options.openFlow().plain().isPresent()) {
            door.bind(options.openFlow().plain().get(), Optional.empty());
        }
        if (options.openFlow().tls().isPresent()) {
            door.bind(options.openFlow().tls().get(), tls);
        }
        hosts = new HostDoor();
        if (options.ovsdb().plain().isPresent()) {
            hosts.listen(options.ovsdb().plain().get(), Optional.empty());
        }
        if (options.ovsdb().tls().isPresent()) {
            hosts.listen(options.ovsdb().tls().get(), tls);
        }
        relay = Optional.of(new ApiRelay(options, cluster, relays));
    }

    private void run() {
        try {
            while (!closed) {
                Optional<Term> term = cluster.awaitTerm(why -> {
                    LOG.warn("this controller does not lead any more: {}", why);
                    over.countDown();
                });
                if (term.isEmpty()) {
                    return;
                }
                lead(term.get());
                if (!closed) {
                    stand();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | InvalidNetworkException | RuntimeException | Error e) {
            // A controller that cannot use the lead must not keep it. The service manager starts it again. The other
            // controllers see at once that it has ended.
            LOG.error("this controller cannot go on", e);
            System.err.println("heddle: " + e.getMessage());
            Runtime.getRuntime().halt(1);
        }
    }

    private void lead(Term term) throws IOException, InvalidNetworkException, InterruptedException {
        long begun = System.nanoTime();
        relay.ifPresent(ApiRelay::close);
        relay = Optional.empty();
        Controller controller =
                new Controller(options, new StateFolder(options.state(), term), new Seat(cluster, term, door, hosts));
        leading = Optional.of(controller);
        LOG.info("leads by term {} after {} ms", term.number(), (System.nanoTime() - begun) / 1_000_000);
        awaitEnd(term);
        if (closed) {
            // The next leader need not wait until this one has closed everything: switches and hosts refuse what it
            // would write.
            long told = System.nanoTime();
            controller.retire();
            term.close();
            cluster.close();
            LOG.info("gave the lead away after {} ms", (System.nanoTime() - told) / 1_000_000);
        }
        controller.close();
        leading = Optional.empty();
        term.close();
    }

    /**
     * Waits until the term is over. Ends it if others could lead, and this controller's disk takes no change any more.
     */
    private void awaitEnd(Term term) throws InterruptedException {
        int faults = 0;
        while (!over.await(DISK_SECONDS, TimeUnit.SECONDS)) {
            Optional<String> fault = StateDisk.fault(options.state());
            faults = fault.isPresent() ? faults + 1 : 0;
            long now = System.nanoTime();
            if (faults > 1 && cluster.hasFitOther() && (gaveUp == 0 || now - gaveUp > AGAIN_NANOS)) {
                gaveUp = now;
                term.end(fault.get());
            }
        }
    }

    @Override
    public int version() {
        return leading.map(Controller::version).orElse(0);
    }

    @Override
    public void close() {
        closed = true;
        relay.ifPresent(ApiRelay::drain);
        over.countDown();
        try {
            // A leader gives the lead away itself.
            if (thread.isAlive() && leading.isPresent()) {
                thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            }
            cluster.close();
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        relay.ifPresent(ApiRelay::close);
        if (door != null) {
            door.close();
        }
        if (hosts != null) {
            hosts.close();
        }
        relays.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        tls.ifPresent(Tls::close);
    }
}
