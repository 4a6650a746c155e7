package io.heddle.check;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Link;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
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

/**
 * The paths of each network's frames between bridges: through tunnels, patch ports and links, and through the network
 * outside. Heddle assumes that the network outside joins all uplinks of a network that are in no link.
 */
public final class Topology {
    /** How two bridges are joined. */
    public enum Kind {
        TUNNEL,
        PATCH,
        LINK,
        OUTSIDE
    }

    /**
     * A network on a bridge, or a joint of several of them.
     *
     * @param bridge {@code host/bridge}, "" for a joint
     * @param network the network's name there
     * @param joint the name of the joint, "" for a bridge
     */
    public record Vertex(String bridge, String network, String joint) {
        boolean isBridge() {
            return joint.isEmpty();
        }

        @Override
        public String toString() {
            return isBridge() ? bridge : joint;
        }
    }

    /** A directed edge. @param port the port by which frames enter {@code to}, "" if that is a joint */
    record Edge(Vertex to, String port, Kind kind) {}

    /** A bridge on the path of a frame. @param port the port by which the frame enters it */
    record Hop(Vertex at, String port) {}

    private final NetworkModel model;
    private final Map<Vertex, List<Edge>> edges = new LinkedHashMap<>();
    private final Map<Vertex, Vertex> parts = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, List<Link>> linksByPort = new HashMap<>();

    public Topology(NetworkModel model) {
        this.model = model;
        for (NetworkModel.Place place : model.places()) {
            place.bridge().networks().forEach(n -> vertex(place.toString(), n));
        }
        for (Link link : model.links()) {
            link.ends()
                    .forEach(e -> linksByPort
                            .computeIfAbsent(e.toString(), k -> new ArrayList<>())
                            .add(link));
        }
        tunnels();
        patches();
        links();
        outside();
    }

    /** Errors and warnings: networks that are lost or mixed on the path, and loops. */
    List<Finding> findings() {
        return findings;
    }

    /** The vertices that are bridges. */
    List<Vertex> bridges() {
        return edges.keySet().stream().filter(Vertex::isBridge).toList();
    }

    /** An uplink by which the network of a vertex leaves the network that the file describes, if there is one. */
    Optional<String> uplink(Vertex v) {
        for (NetworkModel.Place place : model.places()) {
            for (Port port : place.bridge().ports().values()) {
                Vertex there = new Vertex(place.toString(), v.network(), "");
                if (port.uplink()
                        && !isLinked(place.toString(), port)
                        && port.networks().contains(v.network())
                        && part(there).equals(part(v))) {
                    return Optional.of(place + "/" + port.name());
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a port is an end of a link. */
    public boolean isLinked(String bridge, Port port) {
        return linksByPort.containsKey(bridge + "/" + port.name());
    }

    /** The links that a port is an end of. */
    public List<Link> links(String bridge, Port port) {
        return linksByPort.getOrDefault(bridge + "/" + port.name(), List.of());
    }

    /** The vertex that stands for the connected part of a vertex: the same for all joined vertices. */
    Vertex part(Vertex v) {
        Vertex up = parts.get(v);
        return up.equals(v) ? v : part(up);
    }

    /**
     * For every bridge that frames from {@code from} reach: the bridges on the shortest path after {@code from}, in
     * order, up to that bridge itself.
     */
    Map<Vertex, List<Hop>> paths(Vertex from) {
        Map<Vertex, List<Hop>> paths = new LinkedHashMap<>();
        if (!edges.containsKey(from)) {
            return paths;
        }
        paths.put(from, List.of());
        Deque<Vertex> queue = new ArrayDeque<>(List.of(from));
        while (!queue.isEmpty()) {
            Vertex at = queue.remove();
            for (Edge edge : edges.get(at)) {
                if (!paths.containsKey(edge.to)) {
                    List<Hop> path = new ArrayList<>(paths.get(at));
                    if (edge.to.isBridge()) {
                        path.add(new Hop(edge.to, edge.port));
                    }
                    paths.put(edge.to, path);
                    queue.add(edge.to);
                }
            }
        }
        paths.keySet().removeIf(v -> !v.isBridge());
        return paths;
    }

    private Vertex vertex(String bridge, String network) {
        return add(new Vertex(bridge, network, ""));
    }

    private Vertex add(Vertex v) {
        edges.computeIfAbsent(v, k -> new ArrayList<>());
        parts.putIfAbsent(v, v);
        return v;
    }

    /** Joins two vertices; {@code portA} is the port at {@code a}. */
    private void join(Vertex a, String portA, Vertex b, String portB, Kind kind) {
        if (part(a).equals(part(b))) {
            loop(a, portA, b, portB, kind);
        }
        parts.put(part(a), part(b));
        edges.get(a).add(new Edge(b, portB, kind));
        edges.get(b).add(new Edge(a, portA, kind));
    }

    private void tunnels() {
        for (NetworkModel.Place place : model.places()) {
            for (Network network : model.overlays(place.host(), place.bridge())) {
                Vertex mesh = add(new Vertex("", network.name(), "the tunnels of " + network.name()));
                join(vertex(place.toString(), network.name()), model.tunnelPort(place.bridge()), mesh, "", Kind.TUNNEL);
            }
        }
    }

    private void patches() {
        for (NetworkModel.Place place : model.places()) {
            for (Port port : place.bridge().ports().values()) {
                if (port.type() != Port.Type.PATCH) {
                    continue;
                }
                for (Bridge other : place.host().bridges().values()) {
                    Port peer = other.ports().get(port.peer());
                    boolean first = place.bridge().name().compareTo(other.name()) < 0;
                    if (peer != null && first && port.name().equals(peer.peer())) {
                        wire(place, port, new NetworkModel.Place(place.host(), other), peer, Kind.PATCH);
                    }
                }
            }
        }
    }

    private void links() {
        Set<String> bonds = new HashSet<>();
        for (Link link : model.links()) {
            for (int i = 0; i < link.ends().size(); i++) {
                for (int j = i + 1; j < link.ends().size(); j++) {
                    Link.End a = link.ends().get(i);
                    Link.End b = link.ends().get(j);
                    // Cables of a bond to one bridge count as one, because the bond sends each frame by one of them.
                    boolean bond = port(a).bond().isPresent() || port(b).bond().isPresent();
                    String pair = (port(a).bond().isPresent() ? a.toString() : a.host() + "/" + a.bridge()) + " "
                            + (port(b).bond().isPresent() ? b.toString() : b.host() + "/" + b.bridge());
                    // A star joins the ends of a link: the first end is the middle.
                    if (i == 0 && (!bond || bonds.add(pair))) {
                        wire(place(a), port(a), place(b), port(b), Kind.LINK);
                    }
                }
            }
        }
    }

    private NetworkModel.Place place(Link.End end) {
        Host host = model.hosts().get(end.host());
        return new NetworkModel.Place(host, host.bridges().get(end.bridge()));
    }

    private Port port(Link.End end) {
        return place(end).bridge().ports().get(end.port());
    }

    /** Joins the networks that two ports carry, tag by tag. */
    private void wire(NetworkModel.Place a, Port portA, NetworkModel.Place b, Port portB, Kind kind) {
        if (portA.vlans() instanceof Port.Plain || portB.vlans() instanceof Port.Plain) {
            return;
        }
        carried(a, portA, b, portB, kind, true);
        carried(b, portB, a, portA, kind, false);
    }

    private void carried(NetworkModel.Place a, Port portA, NetworkModel.Place b, Port portB, Kind kind, boolean joins) {
        for (String name : portA.networks()) {
            int tag = portA.tag(model.networks().get(name));
            Optional<String> there = Wires.network(model, portB, tag);
            String here = "port " + a + "/" + portA.name();
            String other = b + "/" + portB.name();
            if (there.isEmpty()) {
                findings.add(Finding.warning(
                        "vlan-mismatch",
                        here,
                        "network " + name + " leaves " + here.substring(5) + " "
                                + (tag == 0 ? "untagged" : "with VLAN " + tag) + ", which " + other
                                + " at the other end does not carry: its frames are dropped there"));
            } else if (!there.get().equals(name)) {
                if (joins || portB.tag(model.networks().get(there.get())) != tag) {
                    findings.add(Finding.error(
                            "vlan-leak",
                            here,
                            "network " + name + " leaves " + here.substring(5) + " "
                                    + (tag == 0 ? "untagged" : "with VLAN " + tag) + ", which is network " + there.get()
                                    + " at "
                                    + other + ": the two are one"));
                    join(
                            vertex(a.toString(), name),
                            portA.name(),
                            vertex(b.toString(), there.get()),
                            portB.name(),
                            kind);
                }
            } else if (joins) {
                join(vertex(a.toString(), name), portA.name(), vertex(b.toString(), name), portB.name(), kind);
            }
        }
    }

    private void outside() {
        Map<String, List<Runnable>> joins = new LinkedHashMap<>();
        for (NetworkModel.Place place : model.places()) {
            for (Port port : place.bridge().ports().values()) {
                if (!port.uplink() || isLinked(place.toString(), port)) {
                    continue;
                }
                for (String name : port.networks()) {
                    Vertex outside = new Vertex("", name, "the network outside");
                    joins.computeIfAbsent(name, n -> new ArrayList<>())
                            .add(() ->
                                    join(vertex(place.toString(), name), port.name(), add(outside), "", Kind.OUTSIDE));
                }
            }
        }
        joins.values().stream().filter(l -> l.size() > 1).forEach(l -> l.forEach(Runnable::run));
    }

    private void loop(Vertex a, String portA, Vertex b, String portB, Kind kind) {
        List<Vertex> path = between(b, a);
        String round = String.join(" – ", path.stream().map(Vertex::toString).toList()) + " – "
                + (b.isBridge() ? b : b.joint());
        boolean trees = path.stream()
                .filter(Vertex::isBridge)
                .anyMatch(v -> model.places().stream()
                        .anyMatch(p ->
                                p.toString().equals(v.bridge()) && p.bridge().hasSpanningTree()));
        boolean guessed =
                kind == Kind.OUTSIDE || path.stream().anyMatch(v -> v.joint().equals("the network outside"));
        String text = "frames of network " + a.network() + " can go round: " + round
                + (guessed
                        ? "; Heddle assumes that the network outside joins these uplinks:"
                                + " declare with links: which ports are joined,"
                                + " or with uplink: false that a machine is behind one"
                        : "");
        String where = "port " + a.bridge() + "/" + portA;
        if (trees) {
            findings.add(Finding.note("loop", where, text + "; a spanning tree is there to cut it"));
        } else if (guessed) {
            findings.add(Finding.warning("loop", where, text + "; otherwise carry it by one of the edges only"));
        } else {
            findings.add(
                    Finding.error("loop", where, text + "; take one of the ways out, or let the bridges run rstp"));
        }
    }

    private List<Vertex> between(Vertex from, Vertex to) {
        Map<Vertex, Vertex> before = new HashMap<>(Map.of(from, from));
        Deque<Vertex> queue = new ArrayDeque<>(List.of(from));
        while (!queue.isEmpty() && !before.containsKey(to)) {
            Vertex at = queue.remove();
            for (Edge edge : edges.get(at)) {
                if (before.putIfAbsent(edge.to, at) == null) {
                    queue.add(edge.to);
                }
            }
        }
        List<Vertex> path = new ArrayList<>(List.of(to));
        for (Vertex v = to; !v.equals(from); v = before.get(v)) {
            path.add(0, before.get(v));
        }
        return path;
    }
}
