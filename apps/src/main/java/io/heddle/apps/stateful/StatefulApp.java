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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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
        sink.add(Table.TRACK_FROM, ANY, Match.ALL, next(Table.TRACK_FROM), skip);
        sink.add(Table.TRACK_TO, ANY, Match.ALL, next(Table.TRACK_TO), skip);
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
            Reason passes = Reason.note("not-a-connection", "acl: neighbour discovery, multicast groups or DHCP");
            for (Table table : new Table[] {Table.TRACK_FROM, Table.TRACK_TO}) {
                Connectionless.ALL.forEach(m -> sink.add(table, UNTRACKED, m, next(table), passes));
            }
            admit(sink, Table.FROM, Table.ADMIT_FROM, Table.TRACK_TO);
            admit(sink, Table.TO, Table.ADMIT_TO, Table.LEARN);
            judge(view, sink, place, zones);
        }
    }

    private static Instructions next(Table table) {
        return Instructions.go(table.next().number());
    }

    private static void track(SwitchView view, FlowSink sink, Port port, int network, int zone) {
        Match inNetwork = Match.ALL.with(Field.METADATA, Metadata.inNetwork(network));
        for (int number : view.numbers(port)) {
            track(sink, Table.TRACK_FROM, inNetwork.with(Field.IN_PORT, number & 0xffff_ffffL), port, zone);
        }
        Set<Long> macs = new HashSet<>(port.endpoint().sources());
        port.endpoint().mac().ifPresent(macs::add);
        for (long mac : macs) {
            track(sink, Table.TRACK_TO, inNetwork.with(Field.ETH_DST, mac), port, zone);
        }
        Reason disguised = Reason.dropOfPort(
                "unicast-in-broadcast", port.name(), "IP packet for port " + port.name() + " in a frame for all");
        for (InetAddress address : port.endpoint().addresses()) {
            if (address instanceof Inet4Address) {
                Match to = Protocols.IPV4.with(Field.IPV4_DST, Masked.address(Field.IPV4_DST, address));
                add(sink, Table.TRACK_TO, TRACKED, inNetwork.and(MULTICAST), to, Instructions.DROP, disguised);
            }
        }
    }

    private static void track(FlowSink sink, Table table, Match frames, Port port, int zone) {
        Reason tracked = Reason.ofPort("tracked", port.name(), "acl: finds the connection of port " + port.name());
        Instructions find =
                Instructions.apply(Action.Ct.track(zone, values(table, 1).number()));
        IP.forEach(ip -> add(sink, table, TRACKED, Optional.of(frames), ip, find, tracked));
    }

    private static Table values(Table table, int later) {
        return Table.values()[table.ordinal() + later];
    }

    private static void add(
            FlowSink sink,
            Table table,
            int priority,
            Optional<Match> frames,
            Match also,
            Instructions does,
            Reason why) {
        frames.flatMap(f -> f.and(also)).ifPresent(m -> sink.add(table, priority, m, does, why));
    }

    /** The entries of a stage that all ports share. */
    private static void admit(FlowSink sink, Table judges, Table admits, Table then) {
        sink.add(
                judges,
                FIRST,
                Match.ALL.with(Field.CT_STATE, state(CtState.TRACKED | CtState.INVALID, 0)),
                Instructions.DROP,
                Reason.drop("no-connection", "acl: belongs to no connection"));
        // A switch sees no ports in them. Conntrack has seen the whole packet, of which they are no use without the
        // first
        // fragment. The search for a connection holds fragments back until all are there, so all take the same way.
        Masked later = Masked.exact(Field.IP_FRAG, Field.FRAGMENT | Field.LATER_FRAGMENT);
        for (Match ip : IP) {
            sink.add(
                    judges,
                    FIRST,
                    ip.with(Field.CT_STATE, state(CtState.TRACKED, CtState.INVALID))
                            .with(Field.IP_FRAG, later),
                    Instructions.go(admits.number()),
                    Reason.note("later-fragment", "acl: the first fragment is judged"));
            sink.add(
                    admits,
                    NEW,
                    ip.with(Field.CT_STATE, state(CtState.TRACKED | CtState.NEW, 0)),
                    Instructions.apply(new Action.Ct(true, Action.Zone.TRACKED, OptionalInt.of(then.number()))),
                    Reason.note("new-connection", "acl: remembers the connection"));
        }
        sink.add(
                judges,
                ANY,
                Match.ALL,
                Instructions.go(admits.number()),
                Reason.note("no-stateful-rule", "acl: no rule decides"));
        sink.add(
                admits,
                ANY,
                Match.ALL,
                Instructions.go(then.number()),
                Reason.note("known-connection", "acl: a known connection"));
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
            stage(to ? Table.TO : Table.FROM, 0);
            stage(to ? Table.FROM : Table.TO, CtState.REPLY);
        }

        /** @param reply {@link CtState#REPLY} for frames against the direction in which the connection began, else 0 */
        private void stage(Table table, long reply) {
            Match here = Match.ALL
                    .with(Field.CT_ZONE, zone)
                    .with(Field.CT_STATE, state(CtState.TRACKED | reply, CtState.INVALID | (CtState.REPLY & ~reply)));
            Instructions allow = Instructions.go(values(table, 1).number());
            for (int b = 0; b < acl.blocks().size(); b++) {
                List<Acl.Rule> rules = acl.blocks().get(b).rules();
                Acl.Slots slots = acl.order().blocks().get(b);
                for (int i = 0; i < rules.size(); i++) {
                    Acl.Rule rule = rules.get(i);
                    Reason reason = new Reason.AclRule(acl.name(), b * Acl.Block.SIZE + i + 1, rule.drop());
                    int priority = slots.priority(i);
                    int number = slots.number(i);
                    rule.matches().stream()
                            .flatMap(m -> Tuple.of(m).stream())
                            .map(m -> here.and(m).orElseThrow())
                            .distinct()
                            .forEach(m -> sink.judge(table, priority, m, rule.verdict(), allow, reason, list, number));
                }
            }
            if (acl.dropRest()) {
                sink.judge(table, acl.order().rest(), here, acl.rest(), allow, new Reason.AclDefault(acl.name()));
            }
        }
    }
}
