package io.heddle.apps.l2learning;

import com.carrotsearch.hppc.IntHashSet;
import com.carrotsearch.hppc.IntObjectHashMap;
import com.google.common.net.InetAddresses;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Vtep;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.Match;
import java.util.List;

/**
 * The ports of a switch as MAC learning needs them: the bond that each belongs to, its networks and its MAC limit.
 * Immutable. Every packet-in reads it, so its maps hold no boxed numbers.
 */
public final class LearningPorts {
    /** The MAC limit of ports without a limit in the network file: the maximum of mac-table-size in OVS. */
    private static final int UNLIMITED = 1_000_000;
    /** Seconds; the default of mac-aging-time in OVS. */
    private static final int DEFAULT_AGING = 300;

    private record Attachment(int number, IntHashSet networks, int limit, boolean roaming) {}

    private final IntObjectHashMap<Attachment> ports;
    private final boolean named;
    private final int aging;
    private final boolean uplinks;
    /** Peers with IPv6 addresses, by id. */
    private final IntObjectHashMap<Vtep> v6;
    /** The bridge's tunnel port to all other hosts; 0 for none. */
    private final int overlay;

    private LearningPorts(
            IntObjectHashMap<Attachment> ports,
            boolean named,
            int aging,
            boolean uplinks,
            IntObjectHashMap<Vtep> v6,
            int overlay) {
        this.overlay = overlay;
        this.v6 = v6;
        this.uplinks = uplinks;
        this.ports = ports;
        this.named = named;
        this.aging = aging;
    }

    /** Reads the ports from a switch's view. */
    public static LearningPorts of(SwitchView view) {
        IntObjectHashMap<Attachment> ports = new IntObjectHashMap<>();
        if (view.bridge().isEmpty()) {
            return new LearningPorts(ports, false, DEFAULT_AGING, false, new IntObjectHashMap<>(), 0);
        }
        Bridge bridge = view.bridge().get();
        for (Port port : bridge.ports().values()) {
            List<Integer> numbers = view.numbers(port);
            IntHashSet networks = new IntHashSet();
            port.networks()
                    .forEach(n -> networks.add(view.model().networks().get(n).number()));
            boolean edge = port.vlans() instanceof Port.Access;
            numbers.stream()
                    .min(Integer::compareUnsigned)
                    .ifPresent(first -> numbers.forEach(n -> ports.put(
                            n,
                            new Attachment(first, networks, edge ? bridge.macLimit() : UNLIMITED, port.isRoaming()))));
        }
        view.tunnelPort()
                .ifPresent(t -> ports.put(
                        t,
                        new Attachment(
                                t,
                                IntHashSet.from(view.overlays().stream()
                                        .mapToInt(Network::number)
                                        .toArray()),
                                UNLIMITED,
                                false)));
        IntObjectHashMap<Vtep> v6 = new IntObjectHashMap<>();
        view.model().peers(view.host().orElseThrow(), bridge).stream()
                .map(h -> h.vtep().orElseThrow())
                .filter(Vtep::isV6)
                .forEach(v -> v6.put(v.id(), v));
        return new LearningPorts(
                ports,
                true,
                bridge.macAgingTime(),
                !bridge.uplinks().isEmpty(),
                v6,
                view.tunnelPort().orElse(0));
    }

    /** Seconds after which learning forgets a silent MAC. */
    public int aging() {
        return aging;
    }

    /** Whether the network file names this switch. */
    public boolean named() {
        return named;
    }

    /** Whether some of the ports lead to other switches. */
    public boolean hasUplinks() {
        return uplinks;
    }

    /** The id of the peer that a frame came from; 0 unless the port is the bridge's tunnel port to all other hosts. */
    public int peer(int inPort, int tunSrc) {
        return inPort == overlay ? tunSrc : 0;
    }

    /** Whether a port is the bridge's tunnel port to all other hosts. */
    public boolean isOverlay(int port) {
        return overlay != 0 && port == overlay;
    }

    /** Whether a tunnel's far end has an IPv6 address. */
    public boolean isV6(int vtep) {
        return v6.containsKey(vtep);
    }

    /** Matches frames from the tunnel peer with this id; matches all frames for 0, which means no tunnel. */
    public Match from(int vtep) {
        return vtep == 0
                ? Match.ALL
                : isV6(vtep) ? v6.get(vtep).from() : new Vtep(InetAddresses.fromInteger(vtep)).from();
    }

    /** The number that a port is known by: its own, or that of a bond's lowest member. */
    public int attachment(int inPort) {
        Attachment a = ports.get(inPort);
        return a == null ? inPort : a.number;
    }

    /** The highest number of MACs that may be learnt from a port. */
    public int limit(int inPort) {
        Attachment a = ports.get(inPort);
        return a == null ? UNLIMITED : a.limit;
    }

    /** Whether a port is one that may move to another host. */
    public boolean isRoaming(int inPort) {
        Attachment a = ports.get(inPort);
        return a != null && a.roaming;
    }

    /** Whether MACs of a network may be learnt from a port. */
    public boolean carries(int inPort, int network) {
        if (!named) {
            return (network & LearntFlows.UNNAMED) != 0;
        }
        Attachment a = ports.get(inPort);
        return a != null && a.networks.contains(network);
    }

    /** The target bits for a MAC, see {@link Metadata}. */
    public static long target(MacTable.Entry e) {
        return e.vtep() != 0 ? Metadata.vtep(e.vtep()) : Metadata.port(e.attachment());
    }
}
