package io.heddle.controller;

import io.heddle.apps.Apps;
import io.heddle.apps.SwitchView;
import io.heddle.apps.l2learning.LearningPorts;
import io.heddle.controller.capture.Capture;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.events.Journal;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.intent.VlanFaults;
import io.heddle.controller.openflow.SwitchConnection;
import io.heddle.controller.openflow.SwitchListener;
import io.heddle.controller.openflow.SwitchPort;
import io.heddle.controller.openflow.SwitchRegistry;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.FlowText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The network in force and everything it is imposed on. The model has a single writer, the model thread; it compiles
 * what each switch and host should have and hands that to their own threads.
 */
public final class Fleet implements SwitchListener {
    /** For so long a fault that goes on is not told again. */
    private static final long QUIET_NANOS = 60_000_000_000L;

    private final ScheduledExecutorService modelThread;
    private final Journal journal;
    private final SwitchRegistry switches;
    private final Map<Long, Integer> syncedSwitches = new ConcurrentHashMap<>();
    private final Captures captures = new Captures();
    private final Map<String, Long> told = new ConcurrentHashMap<>();
    private Hosts hosts;
    private volatile NetworkModel model = NetworkModel.EMPTY;
    private volatile int version;

    Fleet(ScheduledExecutorService modelThread, Journal journal) {
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

    /** The network in force; any thread. */
    public NetworkModel model() {
        return model;
    }

    /** The number of the version in force, 0 for none; any thread. */
    public int version() {
        return version;
    }

    /** Puts a version in force; any thread. */
    public void impose(NetworkModel now, int number) {
        modelThread.execute(() -> {
            model = now;
            hosts.want(captures.added(now), number);
            // Last of all: whoever sees this number sees hosts and switches that have been told.
            version = number;
            switches.all().forEach(this::program);
        });
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
        return new SwitchView(model, model.byDatapathId(connection.datapathId()), numbers(connection.ports()));
    }

    private static Map<String, Integer> numbers(Map<String, SwitchPort> ports) {
        Map<String, Integer> numbers = new HashMap<>();
        ports.values().forEach(p -> numbers.put(p.name(), p.number()));
        return numbers;
    }

    private void program(SwitchConnection connection) {
        try {
            SwitchView view = view(model, connection);
            FlowProgram program = captures.program(model, connection.datapathId()).orElseGet(() -> Apps.compile(view));
            LearningPorts ports = LearningPorts.of(view);
            int number = version;
            connection.loop().execute(() -> connection.sync().want(program, ports, state -> {
                if (state.inSync()) {
                    syncedSwitches.put(connection.datapathId(), number);
                }
            }));
        } catch (RuntimeException e) {
            journal.add("failed", SwitchConnection.format(connection.datapathId()),
                    "its flow entries cannot be compiled: " + e.getMessage());
        }
    }

    /** The bridge of the file that a switch is. */
    public Optional<NetworkModel.Place> place(SwitchConnection connection) {
        return model.byDatapathId(connection.datapathId());
    }

    /** The version that a switch has confirmed, -1 for none. */
    public int syncedVersion(long datapathId) {
        return syncedSwitches.getOrDefault(datapathId, -1);
    }

    @Override
    public void connected(SwitchConnection connection) {
        modelThread.execute(() -> program(connection));
    }

    @Override
    public void portsChanged(SwitchConnection connection) {
        modelThread.execute(() -> program(connection));
    }

    @Override
    public void untagged(SwitchConnection connection, int inPort, long mac, int ipv4) {
        place(connection).ifPresent(place -> portOf(connection, place, inPort).ifPresent(port ->
                VlanFaults.untagged(model, port, mac, ipv4).ifPresent(text -> tell("native-mismatch",
                        place + "/" + port.name(), text))));
    }

    @Override
    public void reflected(SwitchConnection connection, int network, long mac, String port, long frames) {
        place(connection).ifPresent(place -> {
            String name = model.networks().values().stream().filter(n -> n.number() == network).map(Network::name)
                    .findFirst().orElse("?");
            journal.add("reflected", place.toString(), FlowText.mac(mac) + " of network " + name + " is at home "
                    + (port.isEmpty() ? "on this bridge" : "behind port " + port) + ", but " + frames
                    + " of its frames came back by an uplink: the upstream sends a host's own broadcasts back to it. They are dropped, and the host stays where it is");
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
        syncedSwitches.remove(connection.datapathId());
    }
}
