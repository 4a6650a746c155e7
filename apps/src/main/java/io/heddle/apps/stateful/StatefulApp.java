package io.heddle.apps.stateful;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.RuleNumbers;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.CtState;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Stateful access lists. The switch tracks the connections of each port that they judge in a zone of the port's own.
 *
 * <p>An entry judges a frame by the tuple of its connection: the addresses and ports of the connection's first frame.
 * So one rule holds for all frames of a connection, in both directions, and for ICMP errors about it. Nothing needs to
 * be remembered but which side began: a rule that is taken away ends the connections that it allowed at once, no other
 * rule notices, and one that is put back lets them go on.
 *
 * <p>A frame from a port passes {@link Table#TRACK_FROM} to {@link Table#ADMIT_FROM}, a frame to a port
 * {@link Table#TRACK_TO} to {@link Table#ADMIT_TO}. Frames between two ports of a bridge pass both.
 *
 * <p>Source: ovs-fields(7), "Connection Tracking Fields".
 */
public final class StatefulApp implements FlowContributor {
    private static final int ADMITTED = 65_300;
    private static final int INVALID = 65_200;
    private static final int FULL = 65_150;
    private static final int FORGED = 65_100;
    private static final int FIRST = 65_000;
    private static final int UNTRACKED = 300;
    private static final int HELPED = 200;
    private static final int NEW = 100;
    private static final int ANY = 0;
    /** Tracked frames that belong to a connection. */
    static final Masked VALID = state(CtState.TRACKED, CtState.INVALID);
    /**
     * Conntrack lets a packet pass that begins a connection for which it has no room. The packet then has no mark.
     * Source: conn_not_found() in lib/conntrack.c of Open vSwitch 3.1 and 3.6.
     */
    private static final Match FORGOTTEN = Match.ALL
            .with(Field.CT_STATE, state(CtState.TRACKED | CtState.NEW, 0))
            .with(Field.CT_MARK, 0);
    /** First and later ones. */
    private static final Masked FRAGMENTS = Masked.of(Field.FRAGMENT, Field.FRAGMENT);

    @Override
    public String name() {
        return "acl";
    }

    @Override
    public int number() {
        return 11;
    }

    @Override
    public boolean readsLists() {
        return true;
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
        Judges judges = Judges.of(view.model(), place, zones);
        Lookups lookups = new Lookups(view, sink, judges);
        for (Port port : place.bridge().ports().values()) {
            for (String network : port.networks()) {
                Zones.Key key = new Zones.Key(place + "/" + port.name(), network);
                Integer zone = zones.get(key);
                if (zone != null) {
                    lookups.add(port, view.model().networks().get(network).number(), zone, key);
                }
            }
        }
        if (lookups.finish()) {
            LinkGroups.contribute(sink);
            for (Stage stage : Stage.values()) {
                shared(sink, stage);
            }
            Zones.limits(view.model(), place)
                    .keySet()
                    .forEach(key -> full(sink, key.portName(), Match.ALL.with(Field.CT_ZONE, zones.get(key))));
            RuleNumbers numbers = sink.numbers(view.model().acls());
            for (Judges.Judge judge : judges.all()) {
                Judgement.contribute(sink, judge, numbers.of(judge.acl()));
                options(sink, judge);
            }
        }
    }

    /** Names the port whose connections are as many as they may be. @param zone that of the port's connections */
    private static void full(FlowSink sink, String port, Match zone) {
        Reason full = Reason.dropOfPort("no-room-for-port", port, "acl: no room for more connections of port " + port);
        for (Stage stage : Stage.values()) {
            sink.add(
                    Table.byNumber(stage.leave.next()),
                    FULL,
                    FORGOTTEN.and(zone).orElseThrow(),
                    Instructions.DROP,
                    full);
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
        Reason full = Reason.drop("no-room", "acl: the host remembers no more connections");
        sink.add(Table.byNumber(stage.leave.next()), FORGED, FORGOTTEN, Instructions.DROP, full);
        Reason remembers = Reason.note("new-connection", "acl: remembers the connection");
        Masked fresh = state(CtState.TRACKED | CtState.NEW, 0);
        for (Match ip : Protocols.IP) {
            sink.add(stage.admit, NEW, ip.with(Field.CT_STATE, fresh), commit(stage, 0), remembers);
        }
        together(sink, stage);
        detours(sink, stage);
        Reason undecided = Reason.note("no-stateful-rule", "acl: no rule decides");
        for (Table table : List.of(stage.judge, stage.related)) {
            sink.add(table, ANY + 1, Match.ALL.with(Field.CT_STATE, VALID), stage.allow(), undecided);
            sink.add(table, ANY, Match.ALL, Instructions.DROP, unknown);
        }
        Reason known = Reason.note("known-connection", "acl: a known connection");
        sink.add(stage.admit, ANY, Match.ALL, stage.leave, known);
    }

    /**
     * Fragments look their connection up once more after the judgement, because the search holds them back until all
     * are there. Later ones do not tell their ports, so they may pass the judgement that their first one does not pass.
     * Those of new connections wait as well when the switch remembers the connection.
     */
    private static void together(FlowSink sink, Stage stage) {
        Reason together = Reason.note("all-fragments", "acl: fragments go on when all are allowed");
        Action again = new Action.Ct(false, Action.Zone.TRACKED, OptionalInt.of(stage.leave.next()));
        Match known = Match.ALL.with(Field.CT_STATE, state(CtState.TRACKED, CtState.NEW));
        for (Match ip : Protocols.IP) {
            Match fragments = known.and(ip).orElseThrow().with(Field.IP_FRAG, FRAGMENTS);
            sink.add(stage.admit, NEW, fragments, Instructions.apply(again), together);
        }
    }

    /**
     * Frames whose headers are not those of their connection. All others are judged by their headers: a switch keeps
     * few entries in its cache for these, because it knows which prefixes matter.
     */
    private static void detours(FlowSink sink, Stage stage) {
        Instructions detour = Instructions.go(stage.related.number());
        Reason looks = Reason.note("not-like-its-connection", "acl: judged by its connection");
        Masked related = state(CtState.TRACKED | CtState.RELATED, CtState.INVALID);
        sink.add(stage.judge, FIRST, Match.ALL.with(Field.CT_STATE, related), detour, looks);
        Masked reply = state(CtState.TRACKED | CtState.REPLY, CtState.INVALID);
        for (Match ip : Protocols.IP) {
            sink.add(stage.judge, FIRST, ip.with(Field.CT_STATE, VALID).with(Field.IP_FRAG, FRAGMENTS), detour, looks);
            Match icmp = ip.with(Field.IP_PROTO, ip == Protocols.IPV4 ? Tuple.ICMP : Tuple.ICMPV6);
            sink.add(stage.judge, FIRST, icmp.with(Field.CT_STATE, reply), detour, looks);
        }
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

    private static Instructions commit(Stage stage, int helper) {
        return Instructions.apply(
                new Action.Ct(true, Action.Zone.TRACKED, OptionalInt.of(stage.leave.next()), stage.mark, helper));
    }

    /** What few lists ask for. */
    private static void options(FlowSink sink, Judges.Judge judge) {
        Acl.Options options = judge.acl().options();
        for (Stage stage : Stage.values()) {
            if (options.admitInvalid()) {
                Match invalid = judge.frames().with(Field.CT_STATE, state(CtState.TRACKED | CtState.INVALID, 0));
                // Untracked, or the next tables would drop it.
                Instructions pass = Instructions.apply(new Action.CtClear()).then(stage.leave.next());
                Reason admitted = Reason.note(
                        "admitted-invalid", "acl " + judge.acl().name() + ": admits packets of no connection");
                sink.add(stage.judge, ADMITTED, invalid, pass, admitted);
            }
            for (Acl.Followed helper : options.helpers()) {
                Reason helped = Reason.note(
                        "helped-" + helper, "acl " + judge.acl().name() + ": follows " + helper + " connections");
                for (Match ip : Protocols.IP) {
                    Match begins = judge.frames()
                            .and(ip)
                            .orElseThrow()
                            .with(Field.IP_PROTO, helper.protocol())
                            .with(helper == Acl.Followed.FTP ? Field.TCP_DST : Field.UDP_DST, helper.port())
                            .with(Field.CT_STATE, state(CtState.TRACKED | CtState.NEW, 0));
                    sink.add(stage.admit, HELPED, begins, commit(stage, helper.port()), helped);
                }
            }
        }
    }

    private static Masked state(long with, long without) {
        return Masked.of(with, with | without);
    }
}
