package io.heddle.controller.fleet;

import io.heddle.apps.Blueprint;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.config.NetworkFile;
import io.heddle.controller.bindings.Bindings;
import io.heddle.controller.capture.Capture;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.controller.health.Health;
import io.heddle.controller.hosts.Claims;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.intent.Transitions;
import io.heddle.events.Counters;
import io.heddle.events.Durations;
import io.heddle.events.Journal;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import io.heddle.openflow.FlowSync;
import io.heddle.openflow.Limits;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.SwitchPort;
import io.heddle.openflow.SwitchRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The network in force, and the hosts and switches that it is imposed on. The model has a single writer, the model
 * thread. It compiles the desired state of each switch and host and passes it to their event loops.
 */
public final class Fleet {
    private static final int SWITCH_SECONDS = 1;
    private static final int HOST_SECONDS = 10;
    /** In which hosts that joined a way out see each other: BFD takes up to two seconds to begin (RFC 5880 §6.8.3). */
    private static final int JOIN_SECONDS = 3;
    /** Pauses between two programs of a switch whose ports change. */
    private static final int PORTS_PAUSE_MILLIS = 20;

    private static final int GUEST_PORTS_PAUSE_MILLIS = 500;

    private final ModelThread modelThread;
    private final Journal journal;
    private final Durations reconciled;
    private final Hosts hosts;
    private final Captures captures;
    private final Health health;
    private final Moves moves;
    private final SwitchRegistry switches;
    private final PendingPrograms pending;
    private final Programs programs = new Programs();
    /** The version that was accepted last. */
    private volatile Rollout latest = new Rollout(0, NetworkFile.Declared.NOTHING);
    /** The network in force with what is known of it besides; written on the model thread. */
    private volatile NetworkModel seen = NetworkModel.EMPTY;
    /** The network in force with its roaming ports where they are; on the model thread. */
    private NetworkModel bound = NetworkModel.EMPTY;
    /** The version in force: the latest, once the model thread has begun to roll it out. */
    private volatile Rollout rollout = latest;
    /** The network after the last complete change; on the model thread. */
    private NetworkModel settledModel = NetworkModel.EMPTY;
    /** From {@link #settledModel} to the network in force; on the model thread. */
    private Transitions transitions = new Transitions(NetworkModel.EMPTY, NetworkModel.EMPTY);

    /** @param listener receives the events of switches, and reports connects and disconnects to this fleet */
    public Fleet(
            ModelThread modelThread,
            Journal journal,
            Counters counters,
            Hosts hosts,
            Captures captures,
            SwitchReports listener,
            Health health,
            Bindings bindings,
            Limits limits) {
        this.reconciled = counters.durations("switch_reconcile_seconds");
        this.modelThread = modelThread;
        this.journal = journal;
        this.hosts = hosts;
        this.captures = captures;
        this.health = health;
        this.moves = new Moves(modelThread, journal, bindings, this::rebound);
        this.switches = new SwitchRegistry(listener, journal, counters, limits);
        this.pending = new PendingPrograms(modelThread, this::program);
        listener.attach(this);
        hosts.whenChanged(status -> {
            rollout.host(status);
            recheck(status.name());
        });
        hosts.whenClaimed(moves::told);
        captures.whenChanged(this::refresh);
        health.start(this::model, switches::all, () -> modelThread.execute(this::healthChanged));
    }

    public SwitchRegistry switches() {
        return switches;
    }

    public Hosts hosts() {
        return hosts;
    }

    /** The running captures. */
    public Captures captures() {
        return captures;
    }

    /** The version in force; any thread. */
    public Rollout rollout() {
        return rollout;
    }

    /** The version that was accepted last, which comes into force next; any thread. */
    public Rollout latest() {
        return latest;
    }

    /** The declarations of the files in force; any thread. */
    public NetworkFile.Declared declared() {
        return rollout.declared();
    }

    /** The network in force, with what is known of its roaming ports, backends and next routers; any thread. */
    public NetworkModel model() {
        return seen;
    }

    /** A declared network with what is known of its roaming ports, backends and next routers; any thread. */
    public NetworkModel seen(NetworkModel declared) {
        return health.seen(moves.bind(declared));
    }

    /** The number of the version in force, 0 for none; any thread. */
    public int version() {
        return rollout.number();
    }

    /**
     * Puts a version in force; any thread, but no concurrent calls. Flow entries go first, so that they exist before
     * new ports do, and drops are never missing. The hosts' rows follow. Entries that depend on rows of other hosts
     * come last, see {@link Transitions}.
     */
    public Rollout impose(NetworkFile.Declared files, int number) {
        Rollout next = new Rollout(number, files);
        Rollout before = latest;
        latest = next;
        before.supersede(next);
        modelThread.execute(() -> begin(next));
        return next;
    }

    private void begin(Rollout next) {
        // If the previous change is incomplete, the transition starts from the network before it.
        NetworkModel now = moves.begin(next.model());
        settledModel = rollout.model() == NetworkModel.EMPTY ? now : settledModel;
        rollout = next;
        bound = now;
        seen = health.seen(bound);
        transitions = new Transitions(settledModel, bound);
        hosts.status().forEach(next::host);
        next.model().hosts().keySet().forEach(this::recheck);
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (SwitchConnection c : switches.all()) {
            // A switch that the file does not name must not delay the hosts and switches that it names.
            if (isDeclared(c.datapathId())) {
                answers.add(program(c));
            } else {
                pending.request(c, 0);
            }
        }
        // A switch that does not answer in time must not delay the hosts.
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, SWITCH_SECONDS, TimeUnit.SECONDS)
                .thenRunAsync(() -> pushToHosts(next), modelThread);
    }

    /** A backend or a next router has died, or is alive again. */
    private void healthChanged() {
        seen = health.seen(bound);
        switches.all().stream().filter(c -> isDeclared(c.datapathId())).forEach(this::program);
    }

    /**
     * Roaming ports have come, moved or gone: the version in force stays, and what is in effect follows; on the model
     * thread.
     */
    private void rebound(NetworkModel now) {
        NetworkModel before = bound;
        bound = now;
        seen = health.seen(now);
        settledModel = settledModel == before ? now : settledModel;
        transitions = new Transitions(settledModel, now);
        List<NetworkModel.At> left = Moves.left(before, now);
        Map<Long, CompletableFuture<Void>> answers = new HashMap<>();
        switches.all().stream()
                .filter(c -> isDeclared(c.datapathId()))
                // Before, the switch itself would learn again that the guest is there.
                .forEach(c -> answers.put(c.datapathId(), program(c).thenRun(() -> Moves.forget(now, left, c))));
        NetworkModel withCaptures = captures.added(now);
        Moves.concerned(before, now).forEach(host -> hosts.refresh(host, withCaptures, version()));
        for (NetworkModel.At at : Moves.arrived(before, now)) {
            // Not for the others: one that hangs must not delay a guest elsewhere.
            CompletableFuture.allOf(Stream.concat(before.found(at.port().name()).stream(), Stream.of(at))
                            .map(end -> answers.get(end.place().bridge().datapathId()))
                            .filter(Objects::nonNull)
                            .toArray(CompletableFuture[]::new))
                    .completeOnTimeout(null, SWITCH_SECONDS, TimeUnit.SECONDS)
                    .thenRunAsync(() -> moves.announce(at, switches), modelThread);
        }
    }

    /** A host has sent by a port that may move, and was not known to be there; any thread. */
    void spoke(SwitchConnection connection, long mac, int inPort) {
        place(connection).ifPresent(at -> moves.spoke(at, connection.ports(), mac, inPort));
    }

    private void pushToHosts(Rollout next) {
        if (next == rollout) {
            hosts.want(captures.added(bound), next.number());
            next.hostsPushed();
            next.arrived(transitions.awaited())
                    .completeOnTimeout(null, HOST_SECONDS, TimeUnit.SECONDS)
                    .thenRunAsync(
                            () -> endTransition(next),
                            transitions.joins()
                                    ? CompletableFuture.delayedExecutor(JOIN_SECONDS, TimeUnit.SECONDS, modelThread)
                                    : modelThread);
        }
    }

    /** The hosts that the transition waits for have their rows, or do not answer: lifts its restrictions. */
    private void endTransition(Rollout next) {
        if (next == rollout && settledModel != bound) {
            Transitions left = transitions;
            settledModel = bound;
            transitions = new Transitions(settledModel, settledModel);
            switches.all().stream()
                    .filter(c -> place(c).map(p -> !left.of(p).isNone()).orElse(false))
                    .forEach(this::program);
        }
    }

    /** Other controllers have come or gone: bridges get other OpenFlow targets; any thread. */
    public void retarget() {
        modelThread.execute(() -> hosts.want(captures.added(model()), version()));
    }

    private void refresh(Capture capture) {
        modelThread.execute(() -> hosts.refresh(capture.host(), captures.added(model()), version()));
    }

    /** A switch as apps see it, under a version of the network. */
    public static SwitchView view(NetworkModel model, SwitchConnection connection) {
        return view(model, connection, Transition.NONE);
    }

    private static SwitchView view(NetworkModel model, SwitchConnection connection, Transition transition) {
        Map<String, Integer> real = numbers(connection.ports());
        return model.byDatapathId(connection.datapathId())
                .map(p -> Blueprint.view(model, p, real, transition))
                .orElseGet(() -> new SwitchView(model, Optional.empty(), real));
    }

    private static Map<String, Integer> numbers(Map<String, SwitchPort> ports) {
        Map<String, Integer> numbers = new HashMap<>();
        ports.values().forEach(p -> numbers.put(p.name(), p.number()));
        return numbers;
    }

    /** Compiles a switch's program; any thread. Reuses parts of current programs. */
    public FlowProgram compile(SwitchView view) {
        return programs.compile(view);
    }

    /** A switch has connected; any thread. */
    void connected(SwitchConnection connection) {
        pending.request(connection, 0);
    }

    /** A switch's ports have changed; any thread. */
    void portsChanged(SwitchConnection connection) {
        pending.request(
                connection, isDeclared(connection.datapathId()) ? PORTS_PAUSE_MILLIS : GUEST_PORTS_PAUSE_MILLIS);
    }

    /** Whether the network in force names a switch; any thread. */
    boolean isDeclared(long datapathId) {
        return model().byDatapathId(datapathId).isPresent();
    }

    /** Why a connection may not have its datapath id; empty if it may. Any thread. */
    Optional<String> refusal(SwitchConnection connection) {
        return place(connection)
                .flatMap(p -> connection
                        .address()
                        .flatMap(from -> hosts.refusal(p.host(), new Claims.Peer(from, connection.certificate()))))
                .map(why -> "datapath id " + SwitchConnection.format(connection.datapathId()) + ": " + why);
    }

    /** Closes the connections that may no longer speak for a host's bridges: more is known of the host now. */
    private void recheck(String name) {
        Host host = model().hosts().get(name);
        if (host != null) {
            host.bridges()
                    .values()
                    .forEach(b -> switches.find(b.datapathId())
                            .ifPresent(c -> refusal(c).ifPresent(c::refuse)));
        }
    }

    /** @return done when the switch has confirmed or refused, or has disconnected */
    private CompletableFuture<Void> program(SwitchConnection connection) {
        long id = connection.datapathId();
        Rollout of = rollout;
        Rollout.Delivery delivery = of.deliver(id);
        try {
            Transition transition = place(connection).map(transitions::of).orElse(Transition.NONE);
            SwitchView view = view(model(), connection, transition);
            Programs.Made made = programs.of(id, view);
            FlowProgram program = captures.program(model(), id).orElse(made.program());
            long begun = System.nanoTime();
            connection.want(program, made.learning(), made.routed(), new FlowSync.Listener() {
                @Override
                public void confirmed(FlowSync.State state) {
                    of.confirmed(id, delivery, !transition.isNone());
                }

                @Override
                public void answered(FlowSync.State state) {
                    if (!state.inSync()) {
                        of.refused(id, delivery, refusal(program, state, name(id)));
                    }
                    reconciled.add(System.nanoTime() - begun);
                }
            });
        } catch (RuntimeException e) {
            journal.add("failed", name(id), "cannot compile the flow entries of this switch: " + e.getMessage());
            of.failed(id, delivery, "cannot compile the flow entries of this switch: " + e.getMessage());
        }
        return delivery.answered();
    }

    /** The refused entry: the switch's error, the entry's reason, and the place of that reason in the network file. */
    private String refusal(FlowProgram program, FlowSync.State state, String bridge) {
        return state.error()
                + state.refused()
                        .flatMap(e -> program.reason(e.cookie()))
                        .map(r -> ": the reason for this entry is " + r.text()
                                + declared()
                                        .places()
                                        .of(r, bridge)
                                        .map(p -> " (" + p + ")")
                                        .orElse(""))
                        .orElse("");
    }

    /** The bridge of the file that a switch implements. */
    public Optional<NetworkModel.Place> place(SwitchConnection connection) {
        return model().byDatapathId(connection.datapathId());
    }

    /** The name of a switch for people; any thread. */
    public String name(long datapathId) {
        return model().byDatapathId(datapathId)
                .map(Object::toString)
                .orElseGet(() -> SwitchConnection.format(datapathId));
    }

    /** Whether a switch has confirmed the version in force; any thread. */
    public boolean isCurrent(long datapathId) {
        return switches.find(datapathId).isPresent() && rollout.isConfirmed("switch " + name(datapathId));
    }

    /** A connection has ended; any thread. */
    void forget(SwitchConnection connection) {
        pending.forget(connection);
    }

    /** A switch has disconnected; any thread. */
    void gone(SwitchConnection connection) {
        programs.forget(connection.datapathId());
        rollout.gone(connection.datapathId());
    }
}
