package io.heddle.controller.health;

import com.google.common.net.InetAddresses;
import io.heddle.controller.state.Remembered;
import io.heddle.events.Journal;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.FlowText;
import io.heddle.openflow.SwitchConnection;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Looks whether next routers answer, where a route has several. Each second, the switch of a next router's own host
 * asks for its MAC, or any other switch of its network if that one is not connected. A next router that is silent three
 * times is dead until it answers again. While no switch can ask, it stays what it was.
 *
 * <p>What is known stays known over a restart of the controller, so that a new one changes no flow entry.
 */
public final class NextRouters {
    private static final String FILE = "next-routers";
    private static final int SILENCES = 3;
    private static final String DEAD = "down";
    private static final String ALIVE = "up";
    private static final String NO_MAC = "-";

    private final Remembered file;
    private final Journal journal;
    private final Executor thread;
    /** Confined to {@link #thread}. */
    private final Map<Key, Look> looks = new HashMap<>();

    private volatile Map<Key, Known> known;
    /** All that are asked: most answers are those of other neighbours. */
    private volatile Set<InetAddress> asked = Set.of();

    private volatile Runnable changed = () -> {};

    /** A next router. @param router the name of the router that has it */
    record Key(String router, InetAddress address) {}

    /** What is known of one. @param mac the MAC with which it has answered */
    record Known(boolean alive, OptionalLong mac) {
        static final Known NOTHING = new Known(true, OptionalLong.empty());
    }

    /** A question that is on its way. @param network the number of its network, 0 for none */
    private static final class Look {
        private int network;
        private int silences;
    }

    /**
     * @param folder the state folder
     * @param thread where it works
     * @throws IOException if the file of what is known cannot be read
     */
    NextRouters(StateFolder folder, Journal journal, Executor thread) throws IOException {
        this.file = new Remembered(folder, FILE, journal);
        this.journal = journal;
        this.thread = thread;
        Map<Key, Known> read = new LinkedHashMap<>();
        file.read().forEach(line -> read(line, read));
        known = Map.copyOf(read);
    }

    private static void read(String line, Map<Key, Known> out) {
        String[] parts = line.split(" ");
        if (parts.length == 4
                && InetAddresses.isInetAddress(parts[1])
                && (parts[3].equals(NO_MAC) || parts[3].matches("[0-9a-f]{1,12}"))) {
            OptionalLong mac =
                    parts[3].equals(NO_MAC) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(parts[3], 16));
            out.put(new Key(parts[0], InetAddresses.forString(parts[1])), new Known(!parts[2].equals(DEAD), mac));
        }
    }

    private static String text(Map.Entry<Key, Known> e) {
        return e.getKey().router + " " + InetAddresses.toAddrString(e.getKey().address) + " "
                + (e.getValue().alive ? ALIVE : DEAD) + " "
                + (e.getValue().mac.isPresent()
                        ? Long.toHexString(e.getValue().mac.getAsLong())
                        : NO_MAC);
    }

    /** @param whenChanged called when more is known */
    void start(Runnable whenChanged) {
        changed = whenChanged;
    }

    /** A network with what is known of its next routers; the same object if nothing is. Any thread. */
    NetworkModel seen(NetworkModel model) {
        Map<Key, Known> now = known;
        if (now.isEmpty() || watched(model).stream().noneMatch(now::containsKey)) {
            return model;
        }
        Map<String, Router> routers = new LinkedHashMap<>();
        model.routers()
                .forEach((name, r) -> routers.put(
                        name,
                        r.withRoutes(route -> route.with(h -> {
                            Known k = now.getOrDefault(new Key(name, h.address()), Known.NOTHING);
                            return new Router.Hop(h.address(), k.alive, k.mac);
                        }))));
        return model.withRouters(routers);
    }

    private static Set<Key> watched(NetworkModel model) {
        Set<Key> out = new LinkedHashSet<>();
        for (Router router : model.routers().values()) {
            router.routes().stream()
                    .filter(Router.Route::spreads)
                    .flatMap(r -> r.via().stream())
                    .forEach(h -> out.add(new Key(router.name(), h.address())));
        }
        return out;
    }

    /** A second has passed; on {@link #thread}. */
    void round(NetworkModel model, Collection<SwitchConnection> switches) {
        if (model == NetworkModel.EMPTY) {
            // The controller has just started, and must not forget.
            return;
        }
        Set<Key> watched = watched(model);
        looks.keySet().retainAll(watched);
        asked = watched.stream().map(Key::address).collect(Collectors.toUnmodifiableSet());
        if (!watched.containsAll(known.keySet())) {
            Map<Key, Known> now = new HashMap<>(known);
            now.keySet().retainAll(watched);
            set(now);
        }
        for (Key key : watched) {
            Look look = looks.computeIfAbsent(key, k -> new Look());
            Network network =
                    model.joined(model.routers().get(key.router), key.address).orElseThrow();
            Optional<SwitchConnection> by =
                    Askers.own(model, network, key.address, switches).or(() -> Askers.any(model, network, switches));
            if (look.network != 0 && by.isPresent() && ++look.silences >= SILENCES) {
                lives(key, false, OptionalLong.empty());
            }
            look.network = 0;
            if (by.isPresent()) {
                look.network = network.number();
                by.get().askFor(network.number(), key.address);
            }
        }
    }

    /** Somebody has told the MAC of an address; on a switch's event loop. */
    public void answered(int network, InetAddress address, long mac) {
        if (asked.contains(address)) {
            thread.execute(() -> looks.forEach((key, look) -> {
                if (look.network == network && key.address.equals(address)) {
                    look.network = 0;
                    look.silences = 0;
                    lives(key, true, OptionalLong.of(mac));
                }
            }));
        }
    }

    private void lives(Key key, boolean alive, OptionalLong mac) {
        Known before = known.getOrDefault(key, Known.NOTHING);
        Known after = new Known(alive, alive ? mac : before.mac);
        if (before.equals(after)) {
            return;
        }
        Map<Key, Known> now = new HashMap<>(known);
        now.put(key, after);
        set(now);
        String place = "router " + key.router + ": " + InetAddresses.toAddrString(key.address);
        if (!before.mac.equals(after.mac)) {
            journal.add("next-router-mac", place, "answers with " + FlowText.mac(after.mac.orElse(0)));
        }
        if (before.alive != alive) {
            if (alive) {
                journal.add("next-router-up", place, "answers again");
            } else {
                journal.add("next-router-down", place, "has not answered for " + SILENCES + " s");
            }
        }
        changed.run();
    }

    private void set(Map<Key, Known> now) {
        now.values().removeIf(Known.NOTHING::equals);
        known = Map.copyOf(now);
        file.write(known.entrySet().stream().map(NextRouters::text));
    }
}
