package io.heddle.apps.stateful;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The entries that look connections up. */
final class Lookups {
    private static final int TRACKED = 200;

    /** Ethernet types of a second tag: IEEE 802.1Q and 802.1ad. */
    private static final long[] TAGS = {0x8100, 0x88a8};

    private static final Match MULTICAST_6 =
            Protocols.IPV6.with(Field.IPV6_DST, new Masked(0xff00L << 48, 0, 0xff00L << 48, 0));
    private static final Match MULTICAST =
            Match.ALL.with(Field.ETH_DST, Masked.of(Field.ETH_MULTICAST, Field.ETH_MULTICAST));

    private final SwitchView view;
    private final FlowSink sink;
    private final Judges judges;
    /** By MAC, the ports that have it, each with the networks in which it is judged. */
    private final Map<Long, List<Judged>> owners = new TreeMap<>();

    private final Set<Integer> networks = new TreeSet<>();
    private final Set<Match> disguised = new HashSet<>();

    /** A port in one of its networks. @param zone the zone of its connections @param key how zones and judges call it */
    private record Judged(Port port, int zone, Zones.Key key) {}

    Lookups(SwitchView view, FlowSink sink, Judges judges) {
        this.view = view;
        this.sink = sink;
        this.judges = judges;
    }

    void add(Port port, int network, int zone, Zones.Key key) {
        Judged judged = new Judged(port, zone, key);
        Match inNetwork = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network));
        networks.add(network);
        for (int number : view.numbers(port)) {
            track(Stage.FROM, inNetwork.with(Field.IN_PORT, number & 0xffff_ffffL), judged);
        }
        Set<Long> macs = new TreeSet<>(port.endpoint().sources());
        port.endpoint().mac().ifPresent(macs::add);
        for (long mac : macs) {
            track(Stage.TO, inNetwork.with(Field.ETH_DST, mac), judged);
            owners.computeIfAbsent(mac, m -> new ArrayList<>(1)).add(judged);
        }
        for (InetAddress address : port.endpoint().addresses()) {
            if (address instanceof Inet4Address) {
                inFrameForAll(inNetwork, Protocols.IPV4.with(Field.IPV4_DST, Masked.address(Field.IPV4_DST, address)));
            }
        }
    }

    private void track(Stage stage, Match frames, Judged judged) {
        Port port = judged.port;
        Reason tracked = Reason.ofPort("tracked", port.name(), "acl: finds the connection of port " + port.name());
        List<Action> actions = judges.marks(judged.key);
        actions.add(Action.Ct.track(judged.zone, stage.judge.number()));
        Instructions find = Instructions.apply(actions.toArray(Action[]::new));
        for (Match ip : Protocols.IP) {
            sink.add(stage.track, TRACKED, frames.and(ip).orElseThrow(), find, tracked);
        }
        Reason hidden =
                Reason.dropOfPort("second-tag", port.name(), "acl: a second tag hides a packet of port " + port.name());
        for (long tag : TAGS) {
            sink.add(stage.track, TRACKED, frames.with(Field.ETH_TYPE, tag), Instructions.DROP, hidden);
        }
    }

    private void inFrameForAll(Match inNetwork, Match packets) {
        Match match = inNetwork.and(MULTICAST).flatMap(m -> m.and(packets)).orElseThrow();
        if (disguised.add(match)) {
            Reason reason = Reason.drop("unicast-in-broadcast", "acl: packet for one host in a frame for all");
            sink.add(Stage.TO.track, TRACKED, match, Instructions.DROP, reason);
        }
    }

    /** Adds what the ports share. @return whether there is any port */
    boolean finish() {
        for (int network : networks) {
            Match inNetwork = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network));
            Match group =
                    inNetwork.and(MULTICAST).flatMap(m -> m.and(MULTICAST_6)).orElseThrow();
            Reason passes = Reason.note("multicast", "acl: multicast is not judged");
            sink.add(Stage.TO.track, TRACKED + 1, group, Stage.TO.leave, passes);
            inFrameForAll(inNetwork, Protocols.IPV6);
        }
        // What comes from ports and VLANs that the file does not name may still reach the port, by NORMAL.
        owners.forEach((mac, of) -> {
            Match frames = Match.ALL.with(Field.METADATA, Metadata.inNetwork(0)).with(Field.ETH_DST, mac);
            if (of.size() == 1) {
                track(Stage.TO, frames, of.get(0));
            } else {
                Reason which = Reason.drop("no-network", "acl: from a port or VLAN without a network");
                Protocols.IP.forEach(ip ->
                        sink.add(Stage.TO.track, TRACKED, frames.and(ip).orElseThrow(), Instructions.DROP, which));
            }
        });
        return !networks.isEmpty();
    }
}
