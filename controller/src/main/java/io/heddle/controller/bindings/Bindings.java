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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private final NewestLines file;
    private final BindingEvents events;
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
        Remembered remembered = new Remembered(folder, FILE, journal);
        this.file = new NewestLines(remembered);
        List<Claim> claims = new ArrayList<>();
        Map<String, Claim> inEffect = new HashMap<>();
        for (String line : remembered.read()) {
            String[] words = line.split(" ", 5);
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

    /** Each port's claims, that in effect last first; before others the ports that were in effect. */
    private static List<Binding> of(NetworkModel declared, State now) {
        Map<String, List<Claim>> byId = byId(now.claims);
        List<Binding> held = new ArrayList<>();
        List<Binding> rest = new ArrayList<>();
        for (Port port : declared.roaming().values()) {
            String id = port.roaming().map(Roaming::knownBy).orElse("");
            List<Claim> claims = byId.getOrDefault(id, List.of());
            Claim last = now.inEffect.get(id);
            if (last != null && claims.contains(last)) {
                held.add(last.binding(port.name()));
            }
            claims.stream().filter(c -> !c.equals(last)).forEach(c -> rest.add(c.binding(port.name())));
        }
        held.addAll(rest);
        return held;
    }

    /** Claims by what a port is known by. */
    static Map<String, List<Claim>> byId(List<Claim> claims) {
        Map<String, List<Claim>> out = new HashMap<>();
        claims.forEach(
                c -> out.computeIfAbsent(c.knownBy(), i -> new ArrayList<>(1)).add(c));
        return out;
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
     * A network with its ports where they are has come into force: reports what has changed, and writes it. Claims that
     * the network refuses are not written. On the model thread.
     *
     * @param declared the same without places
     */
    public void inForce(NetworkModel declared, NetworkModel bound) {
        // A host tells its claims once, so what this version does not need is kept for another one.
        Map<String, Claim> inEffect = new HashMap<>(state.inEffect);
        inEffect.values().retainAll(new HashSet<>(state.claims));
        Set<String> lines = new HashSet<>();
        if (!declared.roaming().isEmpty()) {
            for (NetworkModel.Place place : bound.places()) {
                for (Port port : place.bridge().ports().values()) {
                    port.roaming().ifPresent(r -> {
                        Claim claim =
                                new Claim(place.host().name(), place.bridge().name(), r.device(), r.knownBy());
                        if (!r.standby()) {
                            inEffect.put(r.knownBy(), claim);
                        }
                        lines.add(claim.line(!r.standby()));
                    });
                }
            }
        }
        state = new State(state.claims, Map.copyOf(inEffect));
        events.report(declared, bound, state.claims);
        file.write(lines);
    }

    /** Writes what is not written yet. */
    @Override
    public void close() {
        file.close();
    }
}
