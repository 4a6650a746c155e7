package io.heddle.controller.fleet;

import io.heddle.config.NetworkFile;
import io.heddle.controller.hosts.Hosts;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * The rollout of one version of the network: which hosts and switches have confirmed or refused it, and the callers
 * that wait for them. Hosts and switches report here, so no caller polls. A rollout follows its parts until the next
 * version supersedes it. Any thread.
 */
public final class Rollout {
    /** The state of a part, or of the whole rollout. */
    public enum State {
        /** Not confirmed yet. */
        CHANGING,
        /** Confirmed. */
        IN_SYNC,
        /** The host or switch refuses it. Heddle tries again. */
        REFUSED,
        /** The controller cannot compile the desired state of the host or switch. */
        FAILED,
        /** The host is not connected. It catches up when it reconnects. */
        PENDING,
        /** A newer version has replaced it. */
        SUPERSEDED;

        /** The form in the admin API and the command: {@code in-sync}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The progress of a version.
     *
     * @param parts by {@code host NAME} or {@code switch HOST/BRIDGE}
     * @param errors a sentence for each part that refuses or fails
     * @param waiting devices that ports wait for: {@code the device tap7 on hv1 (what Open vSwitch says)}
     * @param step increases with each change, so that a caller can wait for the next change
     */
    public record Progress(
            int version, State state, Map<String, State> parts, List<String> errors, List<String> waiting, long step) {}

    private record Part(State state, String error) {}

    /** A waiting caller. @param host the host to wait for, with its switches; "" for all */
    private record Waiter(String host, long after, CompletableFuture<Progress> answer) {}

    private final int number;
    private final NetworkFile.Declared declared;
    private final Map<String, Part> parts = new TreeMap<>();
    private final Map<State, Integer> counts = new EnumMap<>(State.class);
    private final Map<Long, Delivery> deliveries = new HashMap<>();
    private final Map<String, Hosts.Status> hosts = new HashMap<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();
    /** The hosts that {@link #arrived} still waits for, null before its first call. */
    private Set<String> awaited;

    private boolean hostsPushed;
    private Rollout successor;
    private long step = 1;

    Rollout(int number, NetworkFile.Declared declared) {
        this.number = number;
        this.declared = declared;
        declared.model().hosts().values().forEach(this::declare);
    }

    private void declare(Host host) {
        put("host " + host.name(), new Part(State.CHANGING, null));
        if (host.hasController()) {
            host.bridges()
                    .values()
                    .forEach(b -> put("switch " + host.name() + "/" + b.name(), new Part(State.CHANGING, null)));
        }
    }

    /** The number of the version, 0 for none. */
    public int number() {
        return number;
    }

    /** The declarations of the version's files. */
    public NetworkFile.Declared declared() {
        return declared;
    }

    /** The declared network. */
    public NetworkModel model() {
        return declared.model();
    }

    /** A program that was sent to one switch, and the switch's answer. */
    static final class Delivery {
        private final CompletableFuture<Void> answered = new CompletableFuture<>();
        private Part part = new Part(State.CHANGING, null);

        /** Done when the switch has confirmed, refused or disconnected, or when a later delivery replaces this one. */
        CompletableFuture<Void> answered() {
            return answered;
        }
    }

    /** A switch is being sent its flow entries; replaces any earlier delivery. */
    synchronized Delivery deliver(long datapathId) {
        Delivery delivery = new Delivery();
        Optional.ofNullable(deliveries.put(datapathId, delivery)).ifPresent(d -> d.answered.complete(null));
        refresh(datapathId);
        return delivery;
    }

    /** A switch has confirmed. @param more whether it gets other entries once the hosts have their rows */
    void confirmed(long datapathId, Delivery delivery, boolean more) {
        settle(datapathId, delivery, new Part(more ? State.CHANGING : State.IN_SYNC, null));
    }

    /** A switch has refused. */
    void refused(long datapathId, Delivery delivery, String why) {
        settle(datapathId, delivery, new Part(State.REFUSED, why));
    }

    /** A switch's flow entries cannot be compiled. */
    void failed(long datapathId, Delivery delivery, String why) {
        settle(datapathId, delivery, new Part(State.FAILED, why));
    }

    private void settle(long datapathId, Delivery delivery, Part part) {
        synchronized (this) {
            delivery.part = part;
            refresh(datapathId);
        }
        delivery.answered.complete(null);
    }

    /** A switch has disconnected. */
    synchronized void gone(long datapathId) {
        Optional.ofNullable(deliveries.remove(datapathId)).ifPresent(d -> d.answered.complete(null));
        refresh(datapathId);
    }

    /** The status of a host has changed. */
    synchronized void host(Hosts.Status status) {
        Host host = model().hosts().get(status.name());
        if (host == null) {
            return;
        }
        hosts.put(status.name(), status);
        put("host " + host.name(), part(status));
        if (host.hasController()) {
            host.bridges().values().forEach(b -> refresh(b.datapathId()));
        }
        arrive();
    }

    private Part part(Hosts.Status s) {
        if (s.isAway()) {
            return new Part(State.PENDING, null);
        } else if (s.connected() && s.failure() != null) {
            return new Part(State.FAILED, s.failure());
        } else if (s.connected() && s.error() != null) {
            return new Part(State.REFUSED, s.error());
        }
        return new Part(s.syncedVersion() >= number ? State.IN_SYNC : State.CHANGING, null);
    }

    private void refresh(long datapathId) {
        Optional<NetworkModel.Place> place = model().byDatapathId(datapathId);
        Delivery delivery = deliveries.get(datapathId);
        // A switch that the file does not name gets fleet-wide access lists, but never decides about a change.
        if (place.isEmpty() || !place.get().host().hasController()) {
            return;
        }
        Part host = Optional.ofNullable(hosts.get(place.get().host().name()))
                .map(this::part)
                .orElse(new Part(State.CHANGING, null));
        boolean decides = host.state == State.PENDING || host.state == State.REFUSED || host.state == State.FAILED;
        put(
                "switch " + place.get(),
                decides
                        ? new Part(host.state, null)
                        : delivery == null ? new Part(State.CHANGING, null) : delivery.part);
    }

    private void put(String name, Part part) {
        Part before = parts.put(name, part);
        if (part.equals(before)) {
            return;
        }
        if (before != null) {
            counts.merge(before.state, -1, Integer::sum);
        }
        counts.merge(part.state, 1, Integer::sum);
        changed();
    }

    /** The desired state has been pushed to all hosts. */
    synchronized void hostsPushed() {
        hostsPushed = true;
        changed();
    }

    /** Whether the desired state has been pushed to all hosts. */
    public synchronized boolean areHostsPushed() {
        return hostsPushed;
    }

    /** Done when each of these hosts has confirmed, refuses or is away. Called once, after {@link #hostsPushed}. */
    synchronized CompletableFuture<Void> arrived(Set<String> those) {
        awaited = new HashSet<>(those);
        arrive();
        return arrived;
    }

    private void arrive() {
        if (awaited == null) {
            return;
        }
        awaited.removeIf(name -> Optional.ofNullable(hosts.get(name))
                .map(s -> !s.connected() || part(s).state != State.CHANGING)
                .orElse(true));
        if (awaited.isEmpty()) {
            arrived.complete(null);
        }
    }

    /** A newer version replaces this one. */
    void supersede(Rollout by) {
        List<Waiter> left;
        synchronized (this) {
            successor = by;
            left = List.copyOf(waiters);
            waiters.clear();
            deliveries.values().forEach(d -> d.answered.complete(null));
        }
        // A host that confirms a later version also has the changes of this one.
        left.forEach(
                w -> (w.host.isEmpty() ? CompletableFuture.completedFuture(progress("")) : by.await(w.host, w.after))
                        .thenAcceptAsync(w.answer::complete));
    }

    /** The current progress. @param host the host to report, with its switches; "" for all */
    public synchronized Progress progress(String host) {
        if (successor != null) {
            return host.isEmpty()
                    ? new Progress(
                            number,
                            State.SUPERSEDED,
                            Map.of(),
                            List.of("version " + last().number + " was accepted since, and is in force"),
                            List.of(),
                            step)
                    : successor.progress(host);
        }
        Map<String, State> states = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>();
        parts.forEach((name, part) -> {
            if (isOf(host, name)) {
                states.put(name, part.state);
                if (part.error != null) {
                    errors.add(name + ": " + part.error);
                }
            }
        });
        List<String> waiting = new ArrayList<>();
        new TreeMap<>(hosts).forEach((name, status) -> {
            if (host.isEmpty() || host.equals(name)) {
                status.waiting()
                        .forEach(d -> waiting.add("the device " + d.name() + " on " + name + " (" + d.error() + ")"));
            }
        });
        return new Progress(number, overall(states::containsValue), states, errors, waiting, step);
    }

    /** Whether a part has confirmed: {@code host NAME} or {@code switch HOST/BRIDGE}. */
    synchronized boolean isConfirmed(String part) {
        Part p = parts.get(part);
        return p != null && p.state == State.IN_SYNC;
    }

    private Rollout last() {
        return successor == null ? this : successor.last();
    }

    private static boolean isOf(String host, String part) {
        return host.isEmpty() || part.equals("host " + host) || part.startsWith("switch " + host + "/");
    }

    private State overall(Predicate<State> has) {
        return !hostsPushed || has.test(State.CHANGING)
                ? State.CHANGING
                : has.test(State.FAILED)
                        ? State.FAILED
                        : has.test(State.REFUSED)
                                ? State.REFUSED
                                : has.test(State.PENDING) ? State.PENDING : State.IN_SYNC;
    }

    /**
     * The progress once no part is {@link State#CHANGING}, or once it is past a step.
     *
     * @param host the host to wait for, with its switches; "" for all
     * @param after a step of {@link Progress#step}; {@code Long.MAX_VALUE} to wait only for the end
     */
    public synchronized CompletableFuture<Progress> await(String host, long after) {
        CompletableFuture<Progress> answer = new CompletableFuture<>();
        if (successor != null && !host.isEmpty()) {
            return successor.await(host, after);
        } else if (successor != null || step > after || isSettled(host)) {
            answer.complete(progress(host));
        } else {
            waiters.add(new Waiter(host, after, answer));
            answer.whenComplete((p, e) -> forget(answer));
        }
        return answer;
    }

    private synchronized void forget(CompletableFuture<Progress> answer) {
        waiters.removeIf(w -> w.answer == answer);
    }

    private boolean isSettled(String host) {
        return host.isEmpty()
                ? overall(s -> counts.getOrDefault(s, 0) > 0) != State.CHANGING
                : progress(host).state != State.CHANGING;
    }

    private void changed() {
        step++;
        for (Waiter w : List.copyOf(waiters)) {
            if (step > w.after || isSettled(w.host)) {
                waiters.remove(w);
                Progress progress = progress(w.host);
                // By another thread: this one has locks, and whoever is answered may wait for others.
                w.answer.completeAsync(() -> progress);
            }
        }
    }
}
