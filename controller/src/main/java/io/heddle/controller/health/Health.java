package io.heddle.controller.health;

import io.heddle.controller.health.Backends.Key;
import io.heddle.controller.state.Remembered;
import io.heddle.events.Journal;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.codec.TcpSegment;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.net.Inet4Address;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the backends of services accept connections. Each second, the switch of a backend's host sends it the
 * first segment of a connection from the address of its gateway; the answer comes back to the switch. A backend that
 * refuses twice, or is silent three times, is dead until it accepts again. While its switch is not connected, it stays
 * what it was.
 *
 * <p>What is dead stays dead over a restart of the controller, so that a new one changes no flow entry.
 */
public final class Health implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final String FILE = "health";
    private static final int SECONDS = 1;
    private static final int REFUSALS = 2;
    private static final int SILENCES = 3;
    /** The first of the ports from which it asks: one port for one try, so that answers of different tries differ. */
    private static final int FIRST_PORT = 0xf000;

    private static final int PORTS = 0x0800;

    private final Remembered file;
    private final Journal journal;
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(r -> {
        Thread t = new Thread(r, "heddle-health");
        t.setDaemon(true);
        return t;
    });
    /** Confined to {@link #thread}. */
    private final Map<Key, Look> looks = new HashMap<>();

    private final NextRouters hops;
    private volatile Set<Key> dead;
    private volatile Runnable changed = () -> {};
    private int port;

    /** What is known of a backend, and the segment that is on its way to it. */
    private static final class Look {
        private TcpSegment asked;
        private int network;
        private int refusals;
        private int silences;
    }

    /** @param folder the state folder @throws IOException if the file of what is dead cannot be read */
    public Health(StateFolder folder, Journal journal) throws IOException {
        this.file = new Remembered(folder, FILE, journal);
        this.journal = journal;
        this.hops = new NextRouters(folder, journal, thread);
        dead = file.read().stream().flatMap(l -> Key.parse(l).stream()).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Begins to look.
     *
     * @param model the network in force
     * @param switches all that are connected
     * @param whenChanged called when a backend or a next router has died, or is alive again
     */
    public void start(
            Supplier<NetworkModel> model, Supplier<Collection<SwitchConnection>> switches, Runnable whenChanged) {
        changed = whenChanged;
        hops.start(whenChanged);
        thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        round(model.get(), switches.get());
                        hops.round(model.get(), switches.get());
                    } catch (RuntimeException e) {
                        // One round must not end all others.
                        LOG.warn("backends and next routers were not looked at", e);
                    }
                },
                SECONDS,
                SECONDS,
                TimeUnit.SECONDS);
    }

    /** A network with what is known of its backends and next routers; any thread. */
    public NetworkModel seen(NetworkModel model) {
        return hops.seen(Backends.without(model, dead));
    }

    /** The next routers of routes that have several. */
    public NextRouters hops() {
        return hops;
    }

    private void round(NetworkModel model, Collection<SwitchConnection> switches) {
        Set<Key> checked = Backends.checked(model);
        looks.keySet().retainAll(checked);
        forget(checked);
        for (Key key : checked) {
            Look look = looks.computeIfAbsent(key, k -> new Look());
            Optional<Network> network = network(model, key);
            Optional<SwitchConnection> by = network.flatMap(n -> switchOf(model, n, key, switches));
            if (look.asked != null && by.isPresent()) {
                look.silences++;
                if (look.silences >= SILENCES) {
                    died(key, "has not answered for " + SILENCES + " s");
                }
            }
            look.asked = null;
            if (by.isPresent()) {
                ask(key, look, network.get(), by.get());
            }
        }
    }

    private static Optional<Network> network(NetworkModel model, Key key) {
        return model.routers().get(key.router()).networks().stream()
                .map(model.networks()::get)
                .filter(n -> n.contains(key.address()) && n.gateway4().isPresent())
                .findFirst();
    }

    /** The switch of the port that declares the address, or any that carries the network if no port does. */
    private static Optional<SwitchConnection> switchOf(
            NetworkModel model, Network network, Key key, Collection<SwitchConnection> switches) {
        boolean declared = model.endpoints(network).stream()
                .anyMatch(p -> p.endpoint().addresses().contains(key.address()));
        return Askers.own(model, network, key.address(), switches)
                .or(() -> declared ? Optional.empty() : Askers.any(model, network, switches));
    }

    private void ask(Key key, Look look, Network network, SwitchConnection by) {
        Inet4Address gateway = (Inet4Address) network.gateway4().orElseThrow();
        port = (port + 1) % PORTS;
        look.asked = new TcpSegment(
                gateway, FIRST_PORT + port, key.address(), key.port(), random.nextInt(), 0, TcpSegment.SYN);
        look.network = network.number();
        by.route(look.network, look.asked.frame());
    }

    /** A backend has answered; on a switch's event loop. @param router the number of its router */
    public void received(NetworkModel model, SwitchConnection from, int router, byte[] frame) {
        TcpSegment.read(frame)
                .ifPresent(answer -> thread.execute(() -> model.routers().values().stream()
                        .filter(r -> r.number() == router)
                        .findFirst()
                        .ifPresent(r -> answered(r, from, answer))));
    }

    private void answered(Router router, SwitchConnection from, TcpSegment answer) {
        Key key = new Key(router.name(), answer.from(), answer.fromPort());
        Look look = looks.get(key);
        boolean isAnswer = look != null
                && look.asked != null
                && look.asked.from().equals(answer.to())
                && look.asked.fromPort() == answer.toPort()
                && answer.has(TcpSegment.ACK)
                && look.asked.sequence() + 1 == answer.acknowledged();
        if (!isAnswer) {
            return;
        }
        look.silences = 0;
        if (answer.has(TcpSegment.SYN)) {
            TcpSegment end = new TcpSegment(
                    answer.to(),
                    answer.toPort(),
                    answer.from(),
                    answer.fromPort(),
                    answer.acknowledged(),
                    0,
                    TcpSegment.RST);
            from.route(look.network, end.frame());
            look.refusals = 0;
            lives(key);
        } else if (answer.has(TcpSegment.RST)) {
            look.refusals++;
            if (look.refusals >= REFUSALS) {
                died(key, "refuses connections");
            }
        }
        look.asked = null;
    }

    private void died(Key key, String why) {
        if (!dead.contains(key)) {
            Set<Key> now = new HashSet<>(dead);
            now.add(key);
            set(now);
            journal.add("backend-down", place(key), why);
            changed.run();
        }
    }

    private void lives(Key key) {
        if (dead.contains(key)) {
            Set<Key> now = new HashSet<>(dead);
            now.remove(key);
            set(now);
            journal.add("backend-up", place(key), "accepts connections again");
            changed.run();
        }
    }

    private static String place(Key key) {
        return "router " + key.router() + ": " + key.address().getHostAddress() + ":" + key.port();
    }

    /** Forgets what is no longer checked. */
    private void forget(Set<Key> checked) {
        if (!checked.containsAll(dead)) {
            Set<Key> now = new HashSet<>(dead);
            now.retainAll(checked);
            set(now);
        }
    }

    private void set(Set<Key> now) {
        dead = Set.copyOf(now);
        file.write(now.stream().map(Key::text));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
