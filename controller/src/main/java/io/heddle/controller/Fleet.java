package io.heddle.controller;

import com.google.common.net.InetAddresses;
import io.heddle.apps.Apps;
import io.heddle.apps.Parts;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.controller.capture.Capture;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.config.NetworkFile;
import io.heddle.controller.drops.Drops;
import io.heddle.controller.events.Counters;
import io.heddle.controller.events.Durations;
import io.heddle.controller.events.Journal;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.intent.Blueprint;
import io.heddle.controller.intent.Transitions;
import io.heddle.controller.intent.VlanFaults;
import io.heddle.controller.openflow.FrameCount;
import io.heddle.controller.openflow.PortCount;
import io.heddle.controller.openflow.SwitchConnection;
import io.heddle.controller.openflow.SwitchListener;
import io.heddle.controller.openflow.SwitchPort;
import io.heddle.controller.openflow.SwitchRegistry;
import io.heddle.controller.traffic.Traffic;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.simulate.FrameBytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The network in force and everything it is imposed on. The model has a single writer, the model thread; it compiles
 * what each switch and host should have and hands that to their own threads.
 */
public final class Fleet implements SwitchListener {
    /** For so long a fault that goes on is not told again. */
    private static final long QUIET_NANOS = 60_000_000_000L;
    private static final int SWITCH_SECONDS = 1;
    private static final int MOST_OWNERS = 1_000_000;
    private static final int HOST_SECONDS = 10;
    private static final int RESPONSE_SECONDS = 5;
    private static final int ARRIVAL_POLL_MILLIS = 5;

    private final ScheduledExecutorService modelThread;
    private final Journal journal;
    private final Durations reconciled;
    private final SwitchRegistry switches;
    private final Map<Long, Integer> syncedSwitches = new ConcurrentHashMap<>();
    private final Captures captures = new Captures();
    private final Map<String, Long> told = new ConcurrentHashMap<>();
    private final Drops drops = new Drops();
    private final Traffic traffic = new Traffic();
    /** What the switches' programs have in common, with each other and with what they were. */
    private final Parts parts = new Parts();
    private final Map<Address, Long> owners = new ConcurrentHashMap<>();
    private Hosts hosts;
    private volatile NetworkFile.Declared declared = NetworkFile.Declared.NOTHING;
    private volatile NetworkModel model = NetworkModel.EMPTY;
    private volatile int version;
    private volatile int toldHosts;
    /** The network that was in force before, until the hosts have taken up the one that is. */
    private volatile NetworkModel before = NetworkModel.EMPTY;
    /** On the model thread. */
    private Transitions transitions = new Transitions(NetworkModel.EMPTY, NetworkModel.EMPTY);
    private final Map<Long, Integer> toldSwitches = new ConcurrentHashMap<>();
    /** By switch, what waits for it to confirm or refuse what it was told last. */
    private final Map<Long, CompletableFuture<Void>> unanswered = new ConcurrentHashMap<>();

    /** An IPv4 address in a network. @param datapathId where the network is one bridge's own, otherwise 0 */
    private record Address(long datapathId, int network, int ipv4) {
    }

    Fleet(ScheduledExecutorService modelThread, Journal journal, Counters counters) {
        this.reconciled = counters.durations("switch_reconcile_seconds");
        this.modelThread = modelThread;
        this.journal = journal;
        this.switches = new SwitchRegistry(this, journal);
    }

    void attach(Hosts all) {
        this.hosts = all;
    }

    public SwitchRegistry switches() {
        return switches;
    }

    public Hosts hosts() {
        return hosts;
    }

    /** What the files in force declare; any thread. */
    public NetworkFile.Declared declared() {
        return declared;
    }

    /** The network in force; any thread. */
    public NetworkModel model() {
        return model;
    }

    /** The number of the version in force, 0 for none; any thread. */
    public int version() {
        return version;
    }

    /**
     * Puts a version in force; any thread. Entries go first, so that ports which are about to be made find them there,
     * and drops are never missing; then the hosts' rows; and last what had to wait for rows elsewhere, see
     * {@link Transitions}.
     */
    public void impose(NetworkFile.Declared files, int number) {
        modelThread.execute(() -> {
            // While the change before this one is still on its way, what stood before that is what counts.
            before = model == NetworkModel.EMPTY ? files.model() : before;
            declared = files;
            model = files.model();
            version = number;
            transitions = new Transitions(before, model);
            List<CompletableFuture<Void>> answers = switches.all().stream().map(this::program).toList();
            // One that does not answer in time must not keep the others waiting.
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .completeOnTimeout(null, SWITCH_SECONDS, TimeUnit.SECONDS)
                    .thenRunAsync(() -> imposeOnHosts(number), modelThread);
        });
    }

    private void imposeOnHosts(int number) {
        if (number == version) {
            hosts.want(captures.added(model), number);
            toldHosts = number;
            arrive(number, transitions.awaited(), System.nanoTime() + TimeUnit.SECONDS.toNanos(HOST_SECONDS));
        }
    }

    /** Ends the transition once the hosts that it waits for have their rows, or do not answer. */
    private void arrive(int number, Set<String> awaited, long deadline) {
        if (number != version || before == model) {
            return;
        }
        boolean waiting = hosts.status().stream().anyMatch(s -> awaited.contains(s.name()) && s.connected()
                && s.error() == null && s.syncedVersion() < number);
        if (waiting && System.nanoTime() < deadline) {
            modelThread.schedule(() -> arrive(number, awaited, deadline), ARRIVAL_POLL_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        Transitions left = transitions;
        before = model;
        transitions = new Transitions(model, model);
        switches.all().stream().filter(c -> place(c).map(p -> !left.of(p).isNone()).orElse(false)).forEach(this::program);
    }

    /** Begins to copy frames; any thread. */
    public void start(Capture capture) {
        captures.add(capture);
        refresh(capture);
    }

    /** A network with what the captures that run need on top. */
    public NetworkModel withCaptures(NetworkModel declared) {
        return captures.added(declared);
    }

    /** Ends a capture, unless it has ended; any thread. */
    public void stop(Capture capture) {
        if (captures.remove(capture)) {
            refresh(capture);
        }
    }

    private void refresh(Capture capture) {
        modelThread.execute(() -> hosts.refresh(capture.host(), captures.added(model), version));
    }

    /** What a switch is to have under a version of the network. */
    public static SwitchView view(NetworkModel model, SwitchConnection connection) {
        return view(model, connection, Transition.NONE);
    }

    private static SwitchView view(NetworkModel model, SwitchConnection connection, Transition transition) {
        Map<String, Integer> real = numbers(connection.ports());
        return model.byDatapathId(connection.datapathId()).map(p -> Blueprint.view(model, p, real, transition))
                .orElseGet(() -> new SwitchView(model, Optional.empty(), real));
    }

    private static Map<String, Integer> numbers(Map<String, SwitchPort> ports) {
        Map<String, Integer> numbers = new HashMap<>();
        ports.values().forEach(p -> numbers.put(p.name(), p.number()));
        return numbers;
    }

    /** What a switch should have; any thread. */
    public FlowProgram compile(SwitchView view) {
        return Apps.compile(view, parts);
    }

    /** @return done when the switch has confirmed or refused */
    private CompletableFuture<Void> program(SwitchConnection connection) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        try {
            Transition transition = place(connection).map(transitions::of).orElse(Transition.NONE);
            SwitchView view = view(model, connection, transition);
            FlowProgram program = captures.program(model, connection.datapathId()).orElseGet(() -> compile(view));
            LearningPorts ports = LearningPorts.of(view);
            int number = version;
            long begun = System.nanoTime();
            Optional.ofNullable(unanswered.put(connection.datapathId(), answered)).ifPresent(o -> o.complete(null));
            connection.loop().execute(() -> {
                connection.sync().want(program, ports, state -> {
                    if (state.inSync() && transition.isNone()) {
                        syncedSwitches.put(connection.datapathId(), number);
                    }
                    answered.complete(null);
                    reconciled.add(System.nanoTime() - begun);
                });
                toldSwitches.put(connection.datapathId(), number);
            });
        } catch (RuntimeException e) {
            journal.add("failed", name(connection.datapathId()),
                    "its flow entries cannot be compiled: " + e.getMessage());
            answered.complete(null);
        }
        return answered;
    }

    /** The bridge of the file that a switch is. */
    public Optional<NetworkModel.Place> place(SwitchConnection connection) {
        return model.byDatapathId(connection.datapathId());
    }

    /** How many tasks wait for the thread that every change goes through; any thread. */
    public int waiting() {
        return modelThread instanceof ThreadPoolExecutor pool ? pool.getQueue().size() : 0;
    }

    /** Whether the thread that every change goes through answers within seconds; any thread, may wait so long. */
    public boolean responds() {
        try {
            modelThread.submit(() -> { }).get(RESPONSE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The version that all hosts were told last; any thread. */
    public int toldHosts() {
        return toldHosts;
    }

    /** The version that a switch was told last, -1 for none. */
    public int toldVersion(long datapathId) {
        return toldSwitches.getOrDefault(datapathId, -1);
    }

    /** The version that a switch has confirmed, -1 for none. */
    public int syncedVersion(long datapathId) {
        return syncedSwitches.getOrDefault(datapathId, -1);
    }

    @Override
    public String name(long datapathId) {
        return model.byDatapathId(datapathId).map(Object::toString).orElseGet(() -> SwitchConnection.format(datapathId));
    }

    @Override
    public void connected(SwitchConnection connection) {
        modelThread.execute(() -> program(connection));
    }

    @Override
    public void portsChanged(SwitchConnection connection) {
        modelThread.execute(() -> program(connection));
    }

    /** What ports carry; any thread. */
    public Traffic traffic() {
        return traffic;
    }

    /** What was dropped, by switch and reason; any thread. */
    public Drops drops() {
        return drops;
    }

    @Override
    public void dropped(SwitchConnection connection, long cookie, int inPort, byte[] frame) {
        Optional<NetworkModel.Place> place = place(connection);
        Optional<Port> port = place.flatMap(p -> portOf(connection, p, inPort));
        String name = port.map(Port::name).orElseGet(() -> connection.ports().values().stream()
                .filter(p -> p.number() == inPort).map(SwitchPort::name).findFirst().orElse(Integer.toUnsignedString(inPort)));
        String reason = drops.sampled(connection, cookie, name, frame);
        if (port.isPresent() && reason.startsWith("untagged frame on trunk")) {
            VlanFaults.untagged(model, port.get(), FrameBytes.read(frame)).ifPresent(text ->
                    tell("native-mismatch", place.get() + "/" + name, text));
        }
    }

    @Override
    public void counted(SwitchConnection connection, Map<Long, FrameCount> counts, Map<Integer, FrameCount> meters) {
        drops.counted(connection, counts, meters).forEach((reason, more) -> tell("storm-limited",
                name(connection.datapathId()), reason.replaceFirst("^shaping: ", "") + ": " + more
                        + " frames beyond that were dropped in the last seconds"));
    }

    @Override
    public void carried(SwitchConnection connection, Map<Integer, PortCount> ports, Map<Long, FrameCount> tunnels,
                        Map<String, FrameCount> acls) {
        traffic.carried(connection.datapathId(), ports, tunnels, acls);
    }

    @Override
    public void sighted(SwitchConnection connection, int network, long mac, int ipv4) {
        // A network with a VNI is one in the whole fleet, another is a bridge's own as far as anybody knows.
        boolean everywhere = Metadata.isByVni(network);
        Long other = owners.put(new Address(everywhere ? 0 : connection.datapathId(), network, ipv4), mac);
        if (other != null && other != mac) {
            tell("duplicate-address", name(connection.datapathId()), InetAddresses.fromInteger(ipv4).getHostAddress()
                    + " was that of " + FlowText.mac(other) + ", and now " + FlowText.mac(mac)
                    + " sends from it: it moved there, or two hosts have it");
        }
        if (owners.size() > MOST_OWNERS) {
            owners.clear();
        }
    }

    @Override
    public void reflected(SwitchConnection connection, int network, long mac, String port, long frames) {
        place(connection).ifPresent(place -> {
            String name = model.networks().values().stream().filter(n -> n.number() == network).map(Network::name)
                    .findFirst().orElse("?");
            journal.add("reflected", place.toString(), FlowText.mac(mac) + " of network " + name + " is at home "
                    + (port.isEmpty() ? "on this bridge" : "behind port " + port) + ", but " + frames
                    + " of its frames came back by an uplink: the upstream sends a host's own broadcasts back to it. They are"
                    + " dropped, and the host stays where it is");
        });
    }

    private Optional<Port> portOf(SwitchConnection connection, NetworkModel.Place place, int number) {
        SwitchView view = view(model, connection);
        return place.bridge().ports().values().stream().filter(p -> view.numbers(p).contains(number)).findFirst();
    }

    /** What goes on for long is told once a minute. */
    private void tell(String kind, String subject, String text) {
        long now = System.nanoTime();
        Long last = told.get(kind + subject);
        if (last == null || now - last > QUIET_NANOS) {
            told.put(kind + subject, now);
            journal.add(kind, subject, text);
        }
    }

    @Override
    public void captured(SwitchConnection connection, byte[] frame, int length) {
        captures.captured(connection.datapathId(), frame, length);
    }

    @Override
    public void disconnected(SwitchConnection connection) {
        if (switches.find(connection.datapathId()).filter(c -> c != connection).isPresent()) {
            // It has come back already, by a connection that took the place of this one.
            return;
        }
        syncedSwitches.remove(connection.datapathId());
        toldSwitches.remove(connection.datapathId());
        Optional.ofNullable(unanswered.remove(connection.datapathId())).ifPresent(o -> o.complete(null));
        drops.forget(connection.datapathId());
        traffic.forget(connection.datapathId());
    }
}
