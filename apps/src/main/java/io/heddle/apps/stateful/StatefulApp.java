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
    private static final int FIRST = 65_000;
    private static final int UNTRACKED = 300;
    private static final int TRACKED = 200;
    private static final int NEW = 100;
    private static final int ANY = 0;
    private static final List<Match> IP = List.of(Protocols.IPV4, Protocols.IPV6);
    private static final Match MULTICAST =
            Match.ALL.with(Field.ETH_DST, Masked.of(Field.ETH_MULTICAST, Field.ETH_MULTICAST));

    /** The tables for frames of one direction. */
    private enum Stage {
        FROM(Table.TRACK_FROM, Table.FROM, Table.ADMIT_FROM, Table.TRACK_TO),
        TO(Table.TRACK_TO, Table.TO, Table.ADMIT_TO, Table.LEARN);

        private final Table track;
        private final Table judge;
        private final Table admit;
        private final Instructions leave;

        Stage(Table track, Table judge, Table admit, Table then) {
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
        boolean any = false;
        for (Port port : place.bridge().ports().values()) {
            for (String network : port.networks()) {
                Integer zone = zones.get(new Zones.Key(place + "/" + port.name(), network));
                if (zone != null) {
                    track(view, sink, port, view.model().networks().get(network).number(), zone);
                    any = true;
                }
            }
        }
        if (any) {
            for (Stage stage : Stage.values()) {
                shared(sink, stage);
            }
            judge(view, sink, place, zones);
        }
    }

    private static void track(SwitchView view, FlowSink sink, Port port, int network, int zone) {
        Match inNetwork = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network));
        for (int number : view.numbers(port)) {
            track(sink, Stage.FROM, inNetwork.with(Field.IN_PORT, number & 0xffff_ffffL), port, zone);
        }
        Set<Long> macs = new TreeSet<>(port.endpoint().sources());
        port.endpoint().mac().ifPresent(macs::add);
        for (long mac : macs) {
            track(sink, Stage.TO, inNetwork.with(Field.ETH_DST, mac), port, zone);
        }
        Match forAll = inNetwork.and(MULTICAST).orElseThrow();
        Reason disguised = Reason.dropOfPort(
                "unicast-in-broadcast", port.name(), "IP packet for port " + port.name() + " in a frame for all");
        for (InetAddress address : port.endpoint().addresses()) {
            if (address instanceof Inet4Address) {
                Match to = Protocols.IPV4.with(Field.IPV4_DST, Masked.address(Field.IPV4_DST, address));
                sink.add(Stage.TO.track, TRACKED, forAll.and(to).orElseThrow(), Instructions.DROP, disguised);
            }
        }
    }

    private static void track(FlowSink sink, Stage stage, Match frames, Port port, int zone) {
        Reason tracked = Reason.ofPort("tracked", port.name(), "acl: finds the connection of port " + port.name());
        Instructions find = Instructions.apply(Action.Ct.track(zone, stage.judge.number()));
        for (Match ip : IP) {
            sink.add(stage.track, TRACKED, frames.and(ip).orElseThrow(), find, tracked);
        }
    }

    /** The entries of a stage that all ports share. */
    private static void shared(FlowSink sink, Stage stage) {
        Reason passes = Reason.note("not-a-connection", "acl: neighbour discovery, multicast groups or DHCP");
        Connectionless.ALL.forEach(m -> sink.add(stage.track, UNTRACKED, m, stage.leave, passes));
        sink.add(
                stage.judge,
                FIRST,
                Match.ALL.with(Field.CT_STATE, state(CtState.TRACKED | CtState.INVALID, 0)),
                Instructions.DROP,
                Reason.drop("no-connection", "acl: belongs to no connection"));
        // A switch sees no ports in them. Conntrack has seen the whole packet, of which they are no use without the
        // first
        // fragment. The search for a connection holds fragments back until all are there, so all take the same way.
        Masked later = Masked.exact(Field.IP_FRAG, Field.FRAGMENT | Field.LATER_FRAGMENT);
        Masked valid = state(CtState.TRACKED, CtState.INVALID);
        Reason follows = Reason.note("later-fragment", "acl: the first fragment is judged");
        Reason remembers = Reason.note("new-connection", "acl: remembers the connection");
        Instructions commit =
                Instructions.apply(new Action.Ct(true, Action.Zone.TRACKED, OptionalInt.of(stage.leave.next())));
        Masked fresh = state(CtState.TRACKED | CtState.NEW, 0);
        for (Match ip : IP) {
            Match fragment = ip.with(Field.CT_STATE, valid).with(Field.IP_FRAG, later);
            sink.add(stage.judge, FIRST, fragment, stage.allow(), follows);
            sink.add(stage.admit, NEW, ip.with(Field.CT_STATE, fresh), commit, remembers);
        }
        Reason undecided = Reason.note("no-stateful-rule", "acl: no rule decides");
        sink.add(stage.judge, ANY, Match.ALL, stage.allow(), undecided);
        Reason known = Reason.note("known-connection", "acl: a known connection");
        sink.add(stage.admit, ANY, Match.ALL, stage.leave, known);
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
