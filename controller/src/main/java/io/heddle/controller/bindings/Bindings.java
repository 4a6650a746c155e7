package io.heddle.controller.bindings;

import io.heddle.controller.state.Remembered;
import io.heddle.events.Journal;
import io.heddle.flows.model.Binding;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Placement;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Roaming;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Where the ports are that the network file declares without a host: at the interfaces that have what the ports are
 * known by. While two hosts have one, as in a live migration, the port is in effect where its guest spoke last;
 * before it speaks, where it was first.
 *
 * <p>What is known outlives the controller, so that a new one changes no flow entry before the hosts have dialled in.
 * The model thread alone changes it; any thread may read.
 */
public final class Bindings implements AutoCloseable {
    private static final String FILE = "bindings";
    private static final String IN_EFFECT = "in-effect";

    private final Remembered file;
    private final BindingEvents events;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(r -> {
        Thread t = new Thread(r, "heddle-bindings");
        t.setDaemon(true);
        return t;
    });
    private volatile State state;

    /**
     * What is known. Immutable.
     *
     * @param claims in the order in which they came
     * @param inEffect by what a port is known by, the claim that was in effect last
     */
    private record State(List<Claim> claims, Map<String, Claim> inEffect) {}

    /** @param folder the state folder @throws IOException if the file of what is known cannot be read */
    public Bindings(StateFolder folder, Journal journal) throws IOException {
        this.file = new Remembered(folder, FILE, journal);
        List<Claim> claims = new ArrayList<>();
        Map<String, Claim> inEffect = new HashMap<>();
        for (String line : file.read()) {
            String[] words = line.split(" ");
            Claim.parse(words).ifPresent(c -> {
                claims.add(c);
                if (words[3].equals(IN_EFFECT)) {
                    inEffect.put(c.knownBy(), c);
                }
            });
        }
        this.events = new BindingEvents(journal, !claims.isEmpty());
        state = new State(List.copyOf(claims), Map.copyOf(inEffect));
    }

    /** A declared network with its roaming ports where they are; the same object if no host has one. Any thread. */
    public NetworkModel bind(NetworkModel declared) {
        return declared.roaming().isEmpty() ? declared : Placement.bind(declared, of(declared, state));
    }

    private static List<Binding> of(NetworkModel declared, State now) {
        Map<String, List<Claim>> byId = new HashMap<>();
        now.claims.forEach(
                c -> byId.computeIfAbsent(c.knownBy(), i -> new ArrayList<>(1)).add(c));
        List<Binding> out = new ArrayList<>();
        for (Port port : declared.roaming().values()) {
            String id = port.roaming().map(Roaming::knownBy).orElse("");
            Collection<Claim> possible = oneOfEachHost(declared, port, byId.getOrDefault(id, List.of()), now);
            if (!possible.isEmpty()) {
                Claim last = now.inEffect.get(id);
                Claim chosen =
                        possible.contains(last) ? last : possible.iterator().next();
                possible.forEach(c -> out.add(c.binding(port.name(), !c.equals(chosen))));
            }
        }
        return out;
    }

    /** The claims that the network allows. A host with two interfaces for a port keeps the one that it had first. */
    private static Collection<Claim> oneOfEachHost(NetworkModel declared, Port port, List<Claim> claims, State now) {
        Map<String, Claim> byHost = new LinkedHashMap<>();
        for (Claim c : claims) {
            if (Placement.refusal(declared, c.binding(port.name(), false)).isEmpty()) {
                boolean last = c.equals(now.inEffect.get(c.knownBy()));
                byHost.merge(c.host(), c, (first, second) -> last ? second : first);
            }
        }
        return byHost.values();
    }

    /**
     * A host has told its claims. @param claims all that it has @return whether they differ from those that were known;
     * on the model thread
     */
    public boolean told(String host, Set<Claim> claims) {
        Set<Claim> all = new LinkedHashSet<>(state.claims);
        all.removeIf(c -> c.host().equals(host) && !claims.contains(c));
        all.addAll(claims);
        return replace(new State(List.copyOf(all), state.inEffect));
    }

    /**
     * The guest of a port has spoken at a place where the port was not in effect: it is from now on. On the model
     * thread. @return whether that changes anything
     */
    public boolean moved(Binding to) {
        for (Claim c : state.claims) {
            if (c.host().equals(to.host())
                    && c.bridge().equals(to.bridge())
                    && c.device().equals(to.device())) {
                Map<String, Claim> inEffect = new HashMap<>(state.inEffect);
                inEffect.put(c.knownBy(), c);
                return replace(new State(state.claims, Map.copyOf(inEffect)));
            }
        }
        return false;
    }

    private boolean replace(State now) {
        boolean changed = !now.equals(state);
        state = now;
        return changed;
    }

    /**
     * A network with its ports where they are has come into force: keeps what its ports need, and reports what has
     * changed. On the model thread.
     *
     * @param declared the same without places
     */
    public void inForce(NetworkModel declared, NetworkModel bound) {
        Map<String, Claim> inEffect = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (Port port : declared.roaming().values()) {
            port.roaming().ifPresent(f -> ids.add(f.knownBy()));
            bound.found(port.name()).ifPresent(at -> {
                Roaming f = at.port().roaming().orElseThrow();
                inEffect.put(
                        f.knownBy(),
                        new Claim(at.place().host().name(), at.place().bridge().name(), f.device(), f.knownBy()));
            });
        }
        List<Claim> claims = state.claims.stream()
                .filter(c -> ids.contains(c.knownBy()) && declared.hosts().containsKey(c.host()))
                .toList();
        state = new State(claims, Map.copyOf(inEffect));
        events.report(declared, bound, claims);
        save(state);
    }

    private void save(State now) {
        Set<String> lines = new HashSet<>();
        now.claims.forEach(c -> lines.add(c.line(c.equals(now.inEffect.get(c.knownBy())))));
        writer.execute(() -> {
            if (lines.equals(written)) {
                return;
            }
            file.write(lines.stream());
            written = lines;
        });
    }

    /** Confined to {@link #writer}. */
    private Set<String> written = Set.of();

    /** Writes what is not written yet. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(1, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
