package io.heddle.controller.telemetry;

import com.google.common.net.InetAddresses;
import io.heddle.apps.SwitchView;
import io.heddle.controller.intent.VlanFaults;
import io.heddle.events.Journal;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Reason;
import io.heddle.flows.simulate.FrameBytes;
import io.heddle.openflow.FrameCount;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.SwitchPort;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Stores the counters and samples that switches report, and adds the events that follow from them. Any thread. */
public final class Telemetry {
    /** Minimum interval between reports of a persistent fault. */
    private static final long QUIET_NANOS = 60_000_000_000L;

    private static final int MOST_OWNERS = 1_000_000;

    private final Journal journal;
    private final Drops drops = new Drops();
    private final DecisionLog log = new DecisionLog();
    private final Traffic traffic = new Traffic();
    private final Map<String, Long> lastReported = new ConcurrentHashMap<>();
    private final Map<Address, Long> owners = new ConcurrentHashMap<>();

    /** An IPv4 address in a network. @param datapathId of the bridge if the network is local to it, otherwise 0 */
    private record Address(long datapathId, int network, int ipv4) {}

    public Telemetry(Journal journal) {
        this.journal = journal;
    }

    /** Traffic of ports. */
    public Traffic traffic() {
        return traffic;
    }

    /** Dropped frames by switch and reason. */
    public Drops drops() {
        return drops;
    }

    /** What access lists log. */
    public DecisionLog log() {
        return log;
    }

    /** A switch has sent a frame that an access list logs. @param view the switch's bridge and ports */
    public void logged(
            SwitchView view, String where, SwitchConnection connection, long cookie, int inPort, byte[] frame) {
        if (connection.state().program().reason(cookie).orElse(null) instanceof Reason.OfList reason) {
            String action = Cookies.isReject(cookie) ? "reject" : reason.isDrop() ? "drop" : "allow";
            String port = name(connection, port(view, inPort), inPort);
            log.add(new DecisionLog.Line(
                    Instant.now(), where, port, reason.list(), reason.rule(), action, FrameBytes.read(frame)));
        }
    }

    private static Optional<Port> port(SwitchView view, int number) {
        return view.bridge()
                .flatMap(b -> b.ports().values().stream()
                        .filter(p -> view.numbers(p).contains(number))
                        .findFirst());
    }

    private static String name(SwitchConnection connection, Optional<Port> port, int number) {
        return port.map(Port::name)
                .orElseGet(() -> connection.ports().values().stream()
                        .filter(p -> p.number() == number)
                        .map(SwitchPort::name)
                        .findFirst()
                        .orElse(Integer.toUnsignedString(number)));
    }

    /** A switch has sent a sample of a dropped frame. @param view the switch's bridge and ports */
    public void dropped(SwitchView view, SwitchConnection connection, long cookie, int inPort, byte[] frame) {
        Optional<Port> port = port(view, inPort);
        String name = name(connection, port, inPort);
        Optional<Reason> reason = drops.sampled(connection, cookie, name, frame);
        if (port.isPresent() && reason.orElse(null) instanceof Reason.UntaggedOnTrunk) {
            VlanFaults.untagged(view.model(), port.get(), FrameBytes.read(frame))
                    .ifPresent(text -> report("native-mismatch", view.place().orElseThrow() + "/" + name, text));
        }
    }

    /** The counters of a switch's dropped frames. @param name the name of the switch for people */
    public void counted(
            SwitchConnection connection, String name, Map<Long, FrameCount> dropped, Map<Integer, FrameCount> meters) {
        drops.counted(connection, dropped, meters)
                .forEach((limit, more) -> report(
                        "storm-limited",
                        name,
                        limit.limit() + ": the switch dropped " + more + " frames above this in the last seconds"));
    }

    /** A MAC has sent a frame from an IPv4 address. @param name the name of the switch for people */
    public void sighted(long datapathId, String name, int network, long mac, int ipv4) {
        // A network with a VNI spans the fleet; any other network may be local to its bridge.
        boolean everywhere = Metadata.isByVni(network);
        Long other = owners.put(new Address(everywhere ? 0 : datapathId, network, ipv4), mac);
        if (other != null && other != mac) {
            report(
                    "duplicate-address",
                    name,
                    InetAddresses.fromInteger(ipv4).getHostAddress()
                            + " belonged to " + FlowText.mac(other) + ", and now " + FlowText.mac(mac)
                            + " sends from it: the address has moved, or two hosts use it");
        }
        if (owners.size() > MOST_OWNERS) {
            owners.clear();
        }
    }

    /** An uplink has sent a host's own frames back. @param port the port that the host is behind, "" if unknown */
    public void reflected(
            NetworkModel model, NetworkModel.Place place, int network, long mac, String port, long frames) {
        String name = model.networks().values().stream()
                .filter(n -> n.number() == network)
                .map(Network::name)
                .findFirst()
                .orElse("?");
        journal.add(
                "reflected",
                place.toString(),
                FlowText.mac(mac) + " of network " + name + " is attached to "
                        + (port.isEmpty() ? "this bridge" : "port " + port) + ", but an uplink returned " + frames
                        + " of its frames: the upstream switch sends a host's own broadcasts back. Heddle drops the"
                        + " returned frames and keeps the host's location");
    }

    /** Adds an event, but a persistent fault only once a minute. */
    private void report(String kind, String subject, String text) {
        long now = System.nanoTime();
        Long last = lastReported.get(kind + subject);
        if (last == null || now - last > QUIET_NANOS) {
            lastReported.put(kind + subject, now);
            journal.add(kind, subject, text);
        }
    }

    /** A switch has disconnected. */
    public void forget(long datapathId) {
        drops.forget(datapathId);
        traffic.forget(datapathId);
    }
}
