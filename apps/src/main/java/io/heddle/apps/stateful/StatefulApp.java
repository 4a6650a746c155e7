package io.heddle.apps.stateful;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.CtState;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Stateful access lists. The switch tracks the connections of each port that they judge in a zone of the port's own.
 *
 * <p>An entry judges a frame by the tuple of its connection: the addresses and ports of the connection's first frame. So
 * one rule holds for all frames of a connection, in both directions, and for ICMP errors about it. Nothing needs to be
 * remembered but which side began: a rule that is taken away ends the connections that it allowed at once, no other rule
 * notices, and one that is put back lets them go on.
 *
 * <p>A frame from a port passes {@link Table#TRACK_FROM} to {@link Table#ADMIT_FROM}, a frame to a port
 * {@link Table#TRACK_TO} to {@link Table#ADMIT_TO}. Frames between two ports of a bridge pass both.
 *
 * <p>Source: ovs-fields(7), "Connection Tracking Fields".
 */
public final class StatefulApp implements FlowContributor {
    private static final int INVALID = 65_200;
    private static final int FORGED = 65_100;
    private static final int FIRST = 65_000;
    private static final int UNTRACKED = 300;
    private static final int TRACKED = 200;
    private static final int NEW = 100;
    private static final int ANY = 0;
    private static final List<Match> IP = List.of(Protocols.IPV4, Protocols.IPV6);
    /** Ethernet types of a second tag: IEEE 802.1Q and 802.1ad. */
    private static final long[] TAGS = {0x8100, 0x88a8};

    private static final Match MULTICAST_6 =
            Protocols.IPV6.with(Field.IPV6_DST, new Masked(0xff00L << 48, 0, 0xff00L << 48, 0));
    private static final Match MULTICAST =
            Match.ALL.with(Field.ETH_DST, Masked.of(Field.ETH_MULTICAST, Field.ETH_MULTICAST));

    /** The tables for frames of one direction. */
    private enum Stage {
        FROM(1, Table.TRACK_FROM, Table.FROM, Table.ADMIT_FROM, Table.TRACK_TO),
        TO(2, Table.TRACK_TO, Table.TO, Table.ADMIT_TO, Table.LEARN);

        /** The mark of connections that begin with a frame of this direction. */
        private final int mark;

        private final Table track;
        private final Table judge;
        private final Table admit;
        private final Instructions leave;

        Stage(int mark, Table track, Table judge, Table admit, Table then) {
            this.mark = mark;
            this.track = track;
            this.judge = judge;
            this.admit = admit;
            this.leave = Instructions.go(then.number());
        }

        Instructions allow() {
            return Instructions.go(admit.number());
        }
    }

    @Override
    public String name() {
        return "acl";
    }

    @Override
    public int number() {
        return 11;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        Reason skip = Reason.note("not-tracked", "acl: no stateful list");
        for (Stage stage : Stage.values()) {
            sink.add(stage.track, ANY, Match.ALL, stage.leave, skip);
        }
        if (view.place().isEmpty()) {
            return;
        }
        NetworkModel.Place place = view.place().get();
        Map<Zones.Key, Integer> zones = Zones.of(view.model(), place.host());
        Tracking tracking = new Tracking(view, sink);
        for (Port port : place.bridge().ports().values()) {
            for (String network : port.networks()) {
                Integer zone = zones.get(new Zones.Key(place + "/" + port.name(), network));
                if (zone != null) {
                    tracking.add(port, view.model().networks().get(network).number(), zone);
                }
            }
        }
        if (tracking.finish()) {
            for (Stage stage : Stage.values()) {
                shared(sink, stage);
            }
            judge(view, sink, place, zones);
        }
    }

    /** The entries of a stage that all ports share. */
    private static void shared(FlowSink sink, Stage stage) {
        Reason passes = Reason.note("not-a-connection", "acl: neighbour discovery, multicast groups or DHCP");
        List<Match> connectionless = stage == Stage.FROM ? Connectionless.FROM : Connectionless.TO;
        connectionless.forEach(m -> sink.add(stage.track, UNTRACKED, m, stage.leave, passes));
        // Also without the bit of tracked frames: so fragments leave that have waited too long for the others.
        Match invalid = Match.ALL.with(Field.CT_STATE, state(CtState.INVALID, 0));
        Reason unknown = Reason.drop("no-connection", "acl: belongs to no connection");
        for (Table table : new Table[] {stage.judge, Table.byNumber(stage.leave.next())}) {
            sink.add(table, INVALID, invalid, Instructions.DROP, unknown);
        }
        forged(sink, stage);
        // A switch sees no ports in them. Conntrack has seen the whole packet, of which they are no use without the
        // first
        // fragment. The search for a connection holds fragments back until all are there, so all take the same way.
        Masked later = Masked.exact(Field.IP_FRAG, Field.FRAGMENT | Field.LATER_FRAGMENT);
        Masked valid = state(CtState.TRACKED, CtState.INVALID);
        Reason follows = Reason.note("later-fragment", "acl: the first fragment is judged");
        Reason remembers = Reason.note("new-connection", "acl: remembers the connection");
        Instructions commit = Instructions.apply(new Action.Ct(
                true, Action.Zone.TRACKED, OptionalInt.of(stage.leave.next()), OptionalInt.of(stage.mark)));
        Masked fresh = state(CtState.TRACKED | CtState.NEW, 0);
        for (Match ip : IP) {
            Match fragment = ip.with(Field.CT_STATE, valid).with(Field.IP_FRAG, later);
            sink.add(stage.judge, FIRST, fragment, stage.allow(), follows);
            sink.add(stage.admit, NEW, ip.with(Field.CT_STATE, fresh), commit, remembers);
        }
        Reason undecided = Reason.note("no-stateful-rule", "acl: no rule decides");
        sink.add(stage.judge, ANY + 1, Match.ALL.with(Field.CT_STATE, valid), stage.allow(), undecided);
        sink.add(stage.judge, ANY, Match.ALL, Instructions.DROP, unknown);
        Reason known = Reason.note("known-connection", "acl: a known connection");
        sink.add(stage.admit, ANY, Match.ALL, stage.leave, known);
    }

    /**
     * Drops frames that come from the wrong side of their connection. A packet with a forged source that a list allows
     * would make the forbidden connection its reply.
     */
    private static void forged(FlowSink sink, Stage stage) {
        Reason reason = Reason.drop("wrong-side", "acl: comes from the wrong side of its connection");
        for (Stage began : Stage.values()) {
            long reply = began == stage ? CtState.REPLY : 0;
            Masked state = state(CtState.TRACKED | reply, CtState.INVALID | (CtState.REPLY & ~reply));
            Match match = Match.ALL.with(Field.CT_STATE, state).with(Field.CT_MARK, began.mark);
            sink.add(stage.judge, FORGED, match, Instructions.DROP, reason);
        }
    }

    private static Masked state(long with, long without) {
        return Masked.of(with, with | without);
    }

    private static void judge(SwitchView view, FlowSink sink, NetworkModel.Place place, Map<Zones.Key, Integer> zones) {
        Set<Integer> numbers = new HashSet<>();
        for (Acl acl : view.model().acls()) {
            if (!acl.stateful()) {
                continue;
            }
            int list = Cookies.list(acl.name());
            while (!numbers.add(list)) {
                list = (list + 1) % Cookies.LISTS;
            }
            for (Port port : place.bridge().ports().values()) {
                for (String network : acl.networks(place, port)) {
                    int zone = zones.get(new Zones.Key(place + "/" + port.name(), network));
                    for (Acl.Direction direction : acl.directions()) {
                        new Judgement(sink, acl, list, zone, direction).contribute();
                    }
                }
            }
        }
    }

    /** The entries that look connections up. */
    private static final class Tracking {
        private final SwitchView view;
        private final FlowSink sink;
        /** The zones of the ports with a MAC. */
        private final Map<Long, Set<Integer>> zones = new TreeMap<>();

        private final Map<Long, Port> owners = new TreeMap<>();
        private final Set<Integer> networks = new TreeSet<>();
        private final Set<Match> disguised = new HashSet<>();

        Tracking(SwitchView view, FlowSink sink) {
            this.view = view;
            this.sink = sink;
        }

        void add(Port port, int network, int zone) {
            Match inNetwork = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network));
            networks.add(network);
            for (int number : view.numbers(port)) {
                track(Stage.FROM, inNetwork.with(Field.IN_PORT, number & 0xffff_ffffL), port, zone);
            }
            Set<Long> macs = new TreeSet<>(port.endpoint().sources());
            port.endpoint().mac().ifPresent(macs::add);
            for (long mac : macs) {
                track(Stage.TO, inNetwork.with(Field.ETH_DST, mac), port, zone);
                zones.computeIfAbsent(mac, m -> new TreeSet<>()).add(zone);
                owners.putIfAbsent(mac, port);
            }
            for (InetAddress address : port.endpoint().addresses()) {
                if (address instanceof Inet4Address) {
                    inFrameForAll(
                            inNetwork,
                            Protocols.IPV4.with(Field.IPV4_DST, Masked.address(Field.IPV4_DST, address)),
                            TRACKED);
                }
            }
        }

        private void track(Stage stage, Match frames, Port port, int zone) {
            Reason tracked = Reason.ofPort("tracked", port.name(), "acl: finds the connection of port " + port.name());
            Instructions find = Instructions.apply(Action.Ct.track(zone, stage.judge.number()));
            for (Match ip : IP) {
                sink.add(stage.track, TRACKED, frames.and(ip).orElseThrow(), find, tracked);
            }
            Reason hidden = Reason.dropOfPort(
                    "second-tag", port.name(), "acl: a second tag hides a packet of port " + port.name());
            for (long tag : TAGS) {
                sink.add(stage.track, TRACKED, frames.with(Field.ETH_TYPE, tag), Instructions.DROP, hidden);
            }
        }

        private void inFrameForAll(Match inNetwork, Match packets, int priority) {
            Match match = inNetwork.and(MULTICAST).flatMap(m -> m.and(packets)).orElseThrow();
            if (disguised.add(match)) {
                Reason reason = Reason.drop("unicast-in-broadcast", "acl: packet for one host in a frame for all");
                sink.add(Stage.TO.track, priority, match, Instructions.DROP, reason);
            }
        }

        /** Adds what the ports share. @return whether there is any port */
        boolean finish() {
            for (int network : networks) {
                Match inNetwork = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network));
                Match group = inNetwork
                        .and(MULTICAST)
                        .flatMap(m -> m.and(MULTICAST_6))
                        .orElseThrow();
                Reason passes = Reason.note("multicast", "acl: multicast is not judged");
                sink.add(Stage.TO.track, TRACKED + 1, group, Stage.TO.leave, passes);
                inFrameForAll(inNetwork, Protocols.IPV6, TRACKED);
            }
            // What comes from ports and VLANs that the file does not name may still reach the port, by NORMAL.
            zones.forEach((mac, of) -> {
                Match frames =
                        Match.ALL.with(Field.METADATA, Metadata.inNetwork(0)).with(Field.ETH_DST, mac);
                if (of.size() == 1) {
                    track(Stage.TO, frames, owners.get(mac), of.iterator().next());
                } else {
                    Reason which = Reason.drop("no-network", "acl: from a port or VLAN without a network");
                    IP.forEach(ip ->
                            sink.add(Stage.TO.track, TRACKED, frames.and(ip).orElseThrow(), Instructions.DROP, which));
                }
            });
            return !networks.isEmpty();
        }
    }

    /**
     * One list for one port: connections that begin in one direction.
     *
     * @param list the number of the list in cookies
     */
    private record Judgement(FlowSink sink, Acl acl, int list, int zone, Acl.Direction begins) {
        void contribute() {
            boolean to = begins == Acl.Direction.TO;
            stage(to ? Stage.TO : Stage.FROM, 0);
            stage(to ? Stage.FROM : Stage.TO, CtState.REPLY);
        }

        /** @param reply {@link CtState#REPLY} for frames against the direction in which the connection began, else 0 */
        private void stage(Stage stage, long reply) {
            Match here = Match.ALL
                    .with(Field.CT_ZONE, zone)
                    .with(Field.CT_STATE, state(CtState.TRACKED | reply, CtState.INVALID | (CtState.REPLY & ~reply)));
            for (int b = 0; b < acl.blocks().size(); b++) {
                block(stage, here, b);
            }
            if (acl.dropRest()) {
                Reason reason = new Reason.AclDefault(acl.name());
                sink.judge(stage.judge, acl.order().rest(), here, acl.rest(), stage.allow(), reason);
            }
        }

        private void block(Stage stage, Match here, int number) {
            List<Acl.Rule> rules = acl.blocks().get(number).rules();
            Acl.Slots slots = acl.order().blocks().get(number);
            for (int i = 0; i < rules.size(); i++) {
                Acl.Rule rule = rules.get(i);
                int item = slots.number(i);
                int priority = slots.priority(i);
                Reason reason = new Reason.AclRule(acl.name(), number * Acl.Block.SIZE + i + 1, rule.drop());
                rule.matches().stream()
                        .flatMap(m -> Tuple.of(m).flatMap(here::and).stream())
                        .distinct()
                        .forEach(m -> sink.judge(
                                stage.judge, priority, m, rule.verdict(), stage.allow(), reason, list, item));
            }
        }
    }
}
