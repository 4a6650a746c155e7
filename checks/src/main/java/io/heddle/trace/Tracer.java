package io.heddle.trace;

import io.heddle.check.Topology;
import io.heddle.check.Wires;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Link;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Vtep;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;
import io.heddle.flows.simulate.Connections;
import io.heddle.flows.simulate.Frame;
import io.heddle.flows.simulate.Simulator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Follows one frame through the tables of every switch on its path. Pure: the caller gives the switches' entries. */
public final class Tracer {
    private static final int MOST_HOPS = 256;

    private final NetworkFile.Declared declared;
    private final NetworkModel model;
    private final Function<String, Station> stations;
    private final KnownHosts known;
    private final Topology topology;
    private final List<Trace.Hop> hops = new ArrayList<>();
    /** Each end with the reason of the flow entry that ended the frame, if one did. */
    private final Map<Trace.End, Optional<Reason>> ends = new LinkedHashMap<>();

    private final Map<String, Arrived> arrived = new LinkedHashMap<>();
    /** The connections that an earlier frame has begun, by host and zone. */
    private final Map<String, Map<Integer, Connections.Begun>> earlier;
    /** Likewise, of those that this frame begins. */
    private final Map<String, Map<Integer, Connections.Begun>> committed = new HashMap<>();

    private final Routes routes = new Routes();
    private final Set<String> seen = new HashSet<>();
    private final Deque<Arrival> arrivals = new ArrayDeque<>();

    /**
     * A frame that is about to come in.
     *
     * @param device the name of the interface where it comes in
     * @param bonds the bonds by which it has left bridges; a bond does not take it back by another member
     */
    private record Arrival(String bridge, String device, Frame frame, Via via, Set<String> bonds) {}

    /** A frame as it has left by a port behind which hosts are. */
    record Arrived(NetworkModel.At at, Frame frame) {}

    /** The connection by which a frame gets to a switch. @param kind see {@link Trace.Hop} */
    private record Via(String from, String kind, String text) {
        static final Via NONE = new Via("", "", "");
    }

    /** @param stations by {@code host/bridge}; null for an unknown bridge, where a frame ends */
    public Tracer(NetworkFile.Declared declared, Function<String, Station> stations, KnownHosts known) {
        this(declared, stations, known, Map.of());
    }

    /** Follows the answer to a frame. @param earlier what {@link #committed} is for that frame */
    Tracer(
            NetworkFile.Declared declared,
            Function<String, Station> stations,
            KnownHosts known,
            Map<String, Map<Integer, Connections.Begun>> earlier) {
        this.earlier = earlier;
        this.declared = declared;
        this.model = declared.model();
        this.stations = stations;
        this.known = known;
        this.topology = new Topology(model);
    }

    /** Follows a frame. */
    public Trace follow(Origin.Frame origin) {
        arrivals.add(
                new Arrival(origin.place().toString(), origin.device(), Frame.of(origin.header()), Via.NONE, Set.of()));
        while (!arrivals.isEmpty() && hops.size() < MOST_HOPS) {
            arrive(arrivals.remove());
        }
        List<Trace.End> all = List.copyOf(ends.keySet());
        return new Trace(
                origin.header().without(Field.IN_PORT).toString(),
                origin.notes(),
                hops,
                all,
                routes.sentence() + Sentence.of(ends, origin.target()));
    }

    /** The ports by which the frame has left for hosts, by name. */
    Map<String, Arrived> arrived() {
        return arrived;
    }

    /** The connections that the frame has begun, by host and zone. */
    Map<String, Map<Integer, Connections.Begun>> committed() {
        return committed;
    }

    private void arrive(Arrival a) {
        Station station = stations.apply(a.bridge);
        if (isEnd(station, a)) {
            return;
        }
        int number = station.view().port(a.device).orElse(0);
        Frame in = a.frame.with(Field.IN_PORT, Masked.exact(Field.IN_PORT, number & 0xffffffffL));
        String host = station.place().host().name();
        Simulator.Outcome outcome =
                station.simulator().send(in, Connections.answered(earlier.getOrDefault(host, Map.of())));
        committed.computeIfAbsent(host, h -> new HashMap<>()).putAll(outcome.commits());
        routes.add(station, outcome.path());
        List<Trace.Step> steps =
                outcome.path().stream().map(e -> step(station, e)).toList();
        List<String> did = new ArrayList<>();
        for (Simulator.Emission e : outcome.emissions()) {
            if (e.port() == PortNumber.NORMAL) {
                normal(station, a, e.frame(), did);
            } else if (e.port() == PortNumber.IN_PORT) {
                answered(a, steps, did);
            } else if (e.port() != PortNumber.CONTROLLER) {
                leave(station, a, station.name(e.port()), e.frame(), did);
            }
        }
        outcome.lost().ifPresent(what -> {
            did.add("meets an entry that Heddle cannot read");
            end(Trace.Fate.LOST, a.bridge, "unreadable", "cannot see past this entry, which is not Heddle's: " + what);
        });
        if (outcome.dropped()) {
            dropped(station, a, outcome.path(), did);
        }
        hops.add(new Trace.Hop(a.bridge, a.device, a.via.from, a.via.kind, a.via.text, steps, String.join("; ", did)));
    }

    /** Whether a frame ends where it arrives, before the switch looks at it. */
    private boolean isEnd(Station station, Arrival a) {
        String tag = Long.toString(a.frame.get(Field.VLAN_VID));
        if (station == null || !seen.add(a.bridge + " " + a.device + " " + tag)) {
            end(
                    station == null ? Trace.Fate.OUTSIDE : Trace.Fate.LOOPED,
                    a.bridge + "/" + a.device,
                    "",
                    station == null ? "reaches an unknown bridge" : "returns to an earlier bridge: a loop");
            return true;
        }
        if (station.port(a.device)
                .filter(p -> a.bonds.contains(a.bridge + "/" + p.name()))
                .isPresent()) {
            end(Trace.Fate.DROPPED, a.bridge, "bond", "comes back by another member of the bond that it left by");
            return true;
        }
        return false;
    }

    private void answered(Arrival a, List<Trace.Step> steps, List<String> did) {
        did.add("answers by " + a.device);
        end(
                Trace.Fate.ANSWERED,
                a.bridge,
                "",
                "the switch answers by itself: "
                        + (steps.isEmpty() ? "" : steps.get(steps.size() - 1).reason()));
    }

    private Trace.Step step(Station station, FlowEntry e) {
        Optional<Reason> reason = station.reason(e);
        return new Trace.Step(
                Table.label(e.table()),
                station.text(e),
                reason.map(Reason::kind).orElse(""),
                reason.map(Reason::label).orElse(""),
                place(station, reason));
    }

    private String place(Station station, Optional<Reason> reason) {
        return reason.flatMap(r -> declared.places().of(r, station.place().toString()))
                .orElse("");
    }

    private void end(Trace.Fate fate, String at, String kind, String why) {
        ends.put(new Trace.End(fate, at, kind, why, ""), Optional.empty());
    }

    private void dropped(Station station, Arrival a, List<FlowEntry> path, List<String> did) {
        did.add("drops it");
        FlowEntry last = path.isEmpty() ? null : path.get(path.size() - 1);
        if (last != null && isHanded(last)) {
            did.set(did.size() - 1, "hands it to the controller");
            Reason why = station.reason(last).orElseThrow();
            end(Trace.Fate.ANSWERED, a.bridge, why.kind(), "the controller sees to it: " + why.text());
            return;
        }
        if (last != null && last.instructions().apply().contains(new Action.DecTtl())) {
            end(Trace.Fate.DROPPED, a.bridge, "ttl", "its TTL is used up");
            return;
        }
        if (last == null || !last.instructions().isDrop()) {
            end(
                    Trace.Fate.DROPPED,
                    a.bridge,
                    "no-entry",
                    "no flow entry of table "
                            + (last == null ? 0 : last.instructions().next()) + " matches it");
            return;
        }
        Reason reason = station.reason(last).orElseGet(() -> Reason.drop("flow", "flow " + station.text(last)));
        ends.put(
                new Trace.End(
                        Trace.Fate.DROPPED,
                        a.bridge,
                        reason.kind(),
                        reason.text(),
                        place(station, Optional.of(reason))),
                Optional.of(reason));
    }

    /** Whether an entry hands whole frames to the controller, and lets them go nowhere else. */
    private static boolean isHanded(FlowEntry entry) {
        return entry.instructions().nextTable().isEmpty()
                && entry.instructions().copies().anyMatch(c -> c.maxLength() == Action.Copy.WHOLE);
    }

    private void normal(Station station, Arrival a, Frame frame, List<String> did) {
        Bridge bridge = station.place().bridge();
        // A routed frame comes from no port.
        boolean routed = frame.get(Field.IN_PORT) == (PortNumber.CONTROLLER & 0xffff_ffffL);
        Optional<Port> in = routed ? Optional.empty() : station.port(a.device);
        Optional<Port> home =
                known.port(station.place(), frame.get(Field.ETH_DST)).map(bridge.ports()::get);
        Normal.Verdict verdict = new Normal(model, bridge).forward(frame, in, home);
        did.add(verdict.why());
        if (verdict.exits().isEmpty()) {
            end(Trace.Fate.DROPPED, a.bridge, "normal", verdict.why());
        }
        for (Normal.Exit exit : verdict.exits()) {
            Masked vid = Masked.exact(Field.VLAN_VID, exit.tag() == 0 ? 0 : Field.VLAN_PRESENT | exit.tag());
            leave(station, a, exit.port().interfaces().get(0), frame.with(Field.VLAN_VID, vid), did);
        }
    }

    /** Sends a frame out by an interface, and queues its arrival at the other ends. */
    private void leave(Station from, Arrival a, String device, Frame frame, List<String> did) {
        NetworkModel.Place place = from.place();
        if (device.equals(model.tunnelPort(place.bridge()))) {
            tunnel(from, a, frame, did);
            return;
        }
        Optional<Port> port = from.port(device);
        long vid = frame.get(Field.VLAN_VID);
        String tag = tag(vid);
        String name = port.map(Port::name).orElse(device);
        did.add("sends it out by " + name + ", " + tag);
        boolean bond = port.flatMap(Port::bond).isPresent();
        Set<String> bonds = new HashSet<>(a.bonds);
        if (bond) {
            bonds.add(place + "/" + name);
        }
        Exit exit = new Exit(place, name, onWire(frame), bonds);
        boolean joined = port.isPresent()
                && (port.get().type() == Port.Type.PATCH || topology.isLinked(place.toString(), port.get()));
        if (port.isPresent() && !joined) {
            arrived.put(exit.at(), new Arrived(new NetworkModel.At(place, port.get()), exit.frame));
        }
        if (port.filter(p -> p.type() == Port.Type.PATCH).isPresent()) {
            byPatch(exit, port.get().peer());
        } else if (port.isPresent() && topology.isLinked(place.toString(), port.get())) {
            List<Link> links = topology.links(place.toString(), port.get());
            // A bond sends a frame by one of its members. The trace takes the first link.
            byLinks(exit, bond ? links.subList(0, 1) : links);
        } else if (port.filter(Port::uplink).isPresent()) {
            end(Trace.Fate.OUTSIDE, exit.at(), "", "leaves by uplink " + name + ", " + tag);
            Via via = new Via(exit.at(), "outside", "through the network outside, from " + exit.at());
            others(place, vid).forEach(e -> into(e, exit, via));
        } else {
            end(Trace.Fate.DELIVERED, exit.at(), "", tag);
        }
    }

    /** A frame on its way out of a bridge. @param bonds the bonds that it has left by */
    private record Exit(NetworkModel.Place place, String port, Frame frame, Set<String> bonds) {
        String at() {
            return place + "/" + port;
        }
    }

    private void byPatch(Exit exit, String peer) {
        Via via = new Via(exit.at(), "patch", "by patch " + exit.port);
        exit.place.host().bridges().values().stream()
                .filter(b -> b.ports().containsKey(peer))
                .findFirst()
                .ifPresent(b -> arrivals.add(
                        new Arrival(exit.place.host().name() + "/" + b.name(), peer, exit.frame, via, exit.bonds)));
    }

    private void byLinks(Exit exit, List<Link> links) {
        Via via = new Via(exit.at(), "link", "by the link from " + exit.at());
        links.stream()
                .flatMap(link -> link.ends().stream())
                .filter(e -> !e.toString().equals(exit.at()))
                .forEach(e -> into(e, exit, via));
    }

    private static String tag(long vid) {
        return (vid & Field.VLAN_PRESENT) != 0 ? "VLAN " + (vid & 0xfff) : "untagged";
    }

    private void into(Link.End end, Exit exit, Via via) {
        Port port = model.hosts()
                .get(end.host())
                .bridges()
                .get(end.bridge())
                .ports()
                .get(end.port());
        String bridge = end.host() + "/" + end.bridge();
        arrivals.add(new Arrival(bridge, port.interfaces().get(0), exit.frame, via, exit.bonds));
    }

    /** The uplinks of other bridges that, as Heddle assumes, the network outside joins. */
    private List<Link.End> others(NetworkModel.Place place, long vid) {
        List<Link.End> out = new ArrayList<>();
        for (NetworkModel.Place p : model.places()) {
            for (Port port : p.bridge().ports().values()) {
                boolean carries =
                        Wires.network(model, port, (int) (vid & 0xfff)).isPresent();
                if (port.uplink()
                        && !p.toString().equals(place.toString())
                        && carries
                        && !topology.isLinked(p.toString(), port)) {
                    out.add(new Link.End(p.host().name(), p.bridge().name(), port.name()));
                }
            }
        }
        return out;
    }

    private void tunnel(Station from, Arrival a, Frame frame, List<String> did) {
        Host local = from.place().host();
        for (Host peer : model.hosts().values()) {
            Optional<Vtep> vtep = peer.vtep();
            if (vtep.isEmpty() || peer.equals(local) || !goesTo(frame, vtep.get())) {
                continue;
            }
            did.add("sends it to " + peer.name() + " by tunnel, VNI " + frame.get(Field.TUN_ID));
            peer.bridges().values().stream()
                    .filter(b -> !model.overlays(peer, b).isEmpty())
                    .findFirst()
                    .ifPresent(b -> arrivals.add(new Arrival(
                            peer.name() + "/" + b.name(),
                            model.tunnelPort(b),
                            fromTunnel(frame, local.vtep().orElseThrow()),
                            new Via(
                                    from.place() + "/"
                                            + model.tunnelPort(from.place().bridge()),
                                    "tunnel",
                                    "by tunnel from " + local.name()),
                            a.bonds)));
            return;
        }
        end(Trace.Fate.DROPPED, from.place().toString(), "no-peer", "its tunnel's far end is no host of the file");
    }

    private static boolean goesTo(Frame frame, Vtep vtep) {
        Action.SetField to = (Action.SetField) vtep.to();
        return frame.matches(Match.ALL.with(to.field(), to.value()));
    }

    /** The frame on the wire, without the pipeline's metadata and tunnel fields. */
    private static Frame onWire(Frame frame) {
        Frame out = frame;
        for (Field f : List.of(
                Field.METADATA, Field.TUN_ID, Field.TUN_SRC, Field.TUN_DST, Field.TUN_IPV6_SRC, Field.TUN_IPV6_DST)) {
            out = out.with(f, Masked.exact(f, 0));
        }
        return out;
    }

    private static Frame fromTunnel(Frame frame, Vtep sender) {
        Frame out = onWire(frame).with(Field.TUN_ID, Masked.exact(Field.TUN_ID, frame.get(Field.TUN_ID)));
        for (Map.Entry<Field, Masked> e : sender.from().fields().entrySet()) {
            out = out.with(e.getKey(), e.getValue());
        }
        return out;
    }
}
