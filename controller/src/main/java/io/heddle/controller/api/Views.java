package io.heddle.controller.api;

import com.google.common.net.InetAddresses;
import io.heddle.apps.l2learning.MacTable;
import io.heddle.apps.overlay.OverlayApp;
import io.heddle.controller.concurrent.Futures;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.hosts.Bonds;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Traffic;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Vtep;
import io.heddle.flows.program.FlowText;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.codec.PortCount;
import io.heddle.ovsdb.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** The current state of the network as the API's answers: lists of flat objects. */
final class Views {
    private static final PortCount NO_TRAFFIC = new PortCount(0, 0, 0, 0, 0, 0, 0, 0);

    private final Services services;
    private final Fleet fleet;

    Views(Services services) {
        this.services = services;
        this.fleet = services.fleet();
    }

    Map<String, Object> status() {
        List<Hosts.Status> hosts = fleet.hosts().status();
        NetworkModel model = fleet.model();
        long bridges = model.hosts().values().stream()
                .mapToLong(h -> h.bridges().size())
                .sum();
        long inSync = model.hosts().values().stream()
                .flatMap(h -> h.bridges().values().stream())
                .filter(b -> isCurrent(b.datapathId()))
                .count();
        return row(
                "version",
                fleet.version(),
                "hosts",
                row(
                        "declared",
                        model.hosts().size(),
                        "connected",
                        hosts.stream().filter(Hosts.Status::connected).count(),
                        "inSync",
                        hosts.stream().filter(this::isCurrent).count()),
                "bridges",
                row("declared", bridges, "inSync", inSync),
                "switches",
                row(
                        "connected",
                        fleet.switches().all().size(),
                        "unnamed",
                        fleet.switches().all().stream()
                                .filter(c -> fleet.place(c).isEmpty())
                                .count()),
                "networks",
                model.networks().size(),
                "acls",
                model.acls().size(),
                "counters",
                services.counters().snapshot());
    }

    /** Whether a host has confirmed the version in force. */
    boolean isCurrent(Hosts.Status host) {
        return host.connected() && host.error() == null && host.syncedVersion() >= fleet.version();
    }

    /** Whether a switch has confirmed the version in force. */
    boolean isCurrent(long datapathId) {
        Optional<Host> leftAlone = fleet.model()
                .byDatapathId(datapathId)
                .map(NetworkModel.Place::host)
                .filter(h -> !h.hasController());
        if (leftAlone.isPresent()) {
            return fleet.hosts().status().stream()
                    .anyMatch(s -> s.name().equals(leftAlone.get().name()) && isCurrent(s));
        }
        return fleet.isCurrent(datapathId);
    }

    List<Map<String, Object>> hosts() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (Hosts.Status s : fleet.hosts().status()) {
            Host host = fleet.model().hosts().get(s.name());
            out.add(row(
                    "name",
                    s.name(),
                    "ovsdb",
                    host == null ? "" : host.ovsdb().toString(),
                    "state",
                    isCurrent(s) ? "in-sync" : s.connected() ? "changing" : "pending",
                    "bridges",
                    host == null ? 0 : host.bridges().size(),
                    "address",
                    s.address(),
                    "trouble",
                    s.error() == null ? "" : s.error(),
                    "waiting",
                    s.waiting().stream().map(Object::toString).toList()));
        }
        return out;
    }

    List<Map<String, Object>> bridges() {
        return each((host, bridge) -> row(
                "host",
                host.name(),
                "name",
                bridge.name(),
                "datapathId",
                SwitchConnection.format(bridge.datapathId()),
                "state",
                isCurrent(bridge.datapathId())
                        ? "in-sync"
                        : fleet.switches().find(bridge.datapathId()).isPresent() ? "changing" : "pending",
                "ports",
                bridge.ports().size(),
                "networks",
                String.join(",", bridge.networks()),
                "flows",
                fleet.switches()
                        .find(bridge.datapathId())
                        .filter(c -> c.sync() != null)
                        .map(c -> c.sync().state().program().size())
                        .orElse(0)));
    }

    /** The ports of some hosts. */
    List<Map<String, Object>> ports(Predicate<Host> wanted) {
        List<Host> hosts =
                fleet.model().hosts().values().stream().filter(wanted).toList();
        // Sends all requests before it waits for the first answer.
        Map<String, CompletableFuture<Map<String, Map<String, Object>>>> devices = new LinkedHashMap<>();
        hosts.forEach(h -> devices.put(h.name(), fleet.hosts().onDatabase(h.name(), Views::devices)));
        List<Map<String, Object>> out = new ArrayList<>();
        Futures within = new Futures();
        for (Host host : hosts) {
            Map<String, Map<String, Object>> known =
                    within.await(devices.get(host.name())).orElse(Map.of());
            host.bridges()
                    .values()
                    .forEach(bridge -> bridge.ports()
                            .values()
                            .forEach(p -> p.interfaces()
                                    .forEach(device -> out.add(port(host, bridge, p, device, known.get(device))))));
        }
        return out;
    }

    private Map<String, Object> port(Host host, Bridge bridge, Port p, String device, Map<String, Object> known) {
        Map<String, Object> row = row(
                "host",
                host.name(),
                "bridge",
                bridge.name(),
                "port",
                p.name(),
                "interface",
                device,
                "networks",
                String.join(",", p.networks()),
                "mode",
                p.vlans().getClass().getSimpleName().toLowerCase(Locale.ROOT));
        row.putAll(known == null ? row("ofport", "", "link", "", "mac", "", "mtu", "", "error", "") : known);
        String number = String.valueOf(row.get("ofport"));
        Optional<Traffic.Reading> traffic = number.matches("\\d+")
                ? services.telemetry().traffic().of(bridge.datapathId(), Integer.parseInt(number))
                : Optional.empty();
        PortCount c = traffic.map(Traffic.Reading::count).orElse(NO_TRAFFIC);
        row.putAll(row(
                "rxPackets",
                c.rxPackets(),
                "txPackets",
                c.txPackets(),
                "rxBytes",
                c.rxBytes(),
                "txBytes",
                c.txBytes(),
                "rxDropped",
                c.rxDropped(),
                "txDropped",
                c.txDropped(),
                "rxErrors",
                c.rxErrors(),
                "txErrors",
                c.txErrors(),
                "rxRate",
                Math.round(traffic.map(Traffic.Reading::rxBits).orElse(0.0)),
                "txRate",
                Math.round(traffic.map(Traffic.Reading::txBits).orElse(0.0))));
        return row;
    }

    /** One port, with a row for each of its interfaces. */
    Map<String, Object> port(String host, String bridge, String port) throws BadRequest {
        List<Map<String, Object>> rows = ports(h -> h.name().equals(host)).stream()
                .filter(r -> r.get("bridge").equals(bridge) && r.get("port").equals(port))
                .toList();
        Bridge of = Optional.ofNullable(fleet.model().hosts().get(host))
                .map(h -> h.bridges().get(bridge))
                .orElse(null);
        if (rows.isEmpty() || of == null) {
            throw new BadRequest(404, "there is no port " + host + "/" + bridge + "/" + port);
        }
        return row(
                "host",
                host,
                "bridge",
                bridge,
                "port",
                port,
                "state",
                isCurrent(of.datapathId())
                        ? "in-sync"
                        : fleet.switches().find(of.datapathId()).isPresent() ? "changing" : "pending",
                "interfaces",
                rows);
    }

    /** The declared networks, each with the number of its ports and learnt MACs. */
    List<Map<String, Object>> networks() {
        NetworkModel model = fleet.model();
        Map<String, Integer> macs = new LinkedHashMap<>();
        macs().forEach(m -> macs.merge((String) m.get("network"), 1, Integer::sum));
        List<Map<String, Object>> out = new ArrayList<>();
        for (Network n : model.networks().values()) {
            Set<String> hosts = new TreeSet<>();
            long ports = 0;
            for (Host host : model.carriers(n)) {
                hosts.add(host.name());
                ports += host.bridges().values().stream()
                        .flatMap(b -> b.ports().values().stream())
                        .filter(p -> p.networks().contains(n.name()))
                        .count();
            }
            out.add(row(
                    "name",
                    n.name(),
                    "vlan",
                    n.vlan(),
                    "vni",
                    n.vni().isPresent() ? n.vni().getAsInt() : "",
                    "mtu",
                    model.mtu(n).isPresent() ? model.mtu(n).getAsInt() : "",
                    "subnet",
                    n.subnet().map(Object::toString).orElse(""),
                    "hosts",
                    String.join(",", hosts),
                    "ports",
                    ports,
                    "macs",
                    macs.getOrDefault(n.name(), 0)));
        }
        return out;
    }

    private static Map<String, Map<String, Object>> devices(Database db) {
        Map<String, Map<String, Object>> out = new LinkedHashMap<>();
        db.table(Database.INTERFACE)
                .values()
                .forEach(i -> out.put(
                        i.text("name"),
                        row(
                                "ofport",
                                i.text("ofport"),
                                "link",
                                i.text("link_state"),
                                "mac",
                                i.text("mac_in_use"),
                                "mtu",
                                i.text("mtu"),
                                "error",
                                i.text("error"))));
        return out;
    }

    List<Map<String, Object>> switches() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (SwitchConnection c : fleet.switches().all()) {
            var state = Optional.ofNullable(c.sync()).map(s -> s.state());
            out.add(row(
                    "datapathId",
                    SwitchConnection.format(c.datapathId()),
                    "bridge",
                    fleet.place(c).map(Object::toString).orElse(""),
                    "address",
                    c.remote(),
                    "ports",
                    c.ports().size(),
                    "state",
                    state.map(s -> s.inSync() ? "in-sync" : "changing").orElse(""),
                    "flows",
                    state.map(s -> s.program().size()).orElse(0),
                    "trouble",
                    state.map(s -> s.error()).orElse("")));
        }
        out.sort((a, b) ->
                a.get("datapathId").toString().compareTo(b.get("datapathId").toString()));
        return out;
    }

    List<Map<String, Object>> macs() {
        List<Map<String, Object>> out = new ArrayList<>();
        Futures within = new Futures();
        for (SwitchConnection c : fleet.switches().all()) {
            List<Map.Entry<MacTable.Entry, Integer>> macs = within.await(CompletableFuture.supplyAsync(
                            () -> c.learning() == null
                                    ? List.<Map.Entry<MacTable.Entry, Integer>>of()
                                    : c.learning().macs().stream()
                                            .map(e -> Map.entry(e, c.learning().address(e.network(), e.mac())))
                                            .toList(),
                            c.loop()))
                    .orElse(List.of());
            Map<Integer, String> names = new LinkedHashMap<>();
            c.ports().values().forEach(p -> names.put(p.number(), p.name()));
            String where = fleet.place(c).map(Object::toString).orElse(SwitchConnection.format(c.datapathId()));
            for (Map.Entry<MacTable.Entry, Integer> known : macs) {
                MacTable.Entry e = known.getKey();
                out.add(row(
                        "switch",
                        where,
                        "network",
                        network(e.network()),
                        "mac",
                        FlowText.mac(e.mac()),
                        "port",
                        names.getOrDefault(e.inPort(), Integer.toUnsignedString(e.inPort())),
                        "via",
                        e.vtep() == 0 ? "" : vtep(e.vtep()),
                        "address",
                        known.getValue() == 0
                                ? ""
                                : InetAddresses.fromInteger(known.getValue()).getHostAddress()));
            }
        }
        return out;
    }

    /** The members of a network: its MACs at their home ports, with the frames that each switch forwarded to them. */
    List<Map<String, Object>> members(String network, IntFunction<Map<String, Map<String, Long>>> reached)
            throws BadRequest {
        Network n = Optional.ofNullable(fleet.model().networks().get(network))
                .orElseThrow(() -> new BadRequest(404, "there is no network " + network));
        Map<String, Map<String, Long>> frames = reached.apply(n.number());
        Set<String> uplinks = new TreeSet<>();
        fleet.model()
                .places()
                .forEach(p -> p.bridge().ports().values().stream()
                        .filter(Port::uplink)
                        .forEach(port -> port.interfaces().forEach(i -> uplinks.add(p + " " + i))));
        return macs().stream()
                .filter(m -> m.get("network").equals(network)
                        && m.get("via").equals("")
                        && !uplinks.contains(m.get("switch") + " " + m.get("port")))
                .map(m -> row(
                        "mac",
                        m.get("mac"),
                        "address",
                        m.get("address"),
                        "switch",
                        m.get("switch"),
                        "port",
                        m.get("port"),
                        "reachedFrom",
                        frames.getOrDefault(m.get("mac"), Map.of())))
                .toList();
    }

    private String vtep(int id) {
        return fleet.model().hosts().values().stream()
                .flatMap(h -> h.vtep().stream())
                .filter(v -> v.id() == id)
                .map(Vtep::toString)
                .findFirst()
                .orElseGet(() -> InetAddresses.fromInteger(id).getHostAddress());
    }

    private String network(int number) {
        return fleet.model().networks().values().stream()
                .filter(n -> n.number() == number)
                .map(Network::name)
                .findFirst()
                .orElseGet(() -> (number & 0x1000) == 0 ? "untagged" : "vlan " + (number & 0xfff));
    }

    /** The tunnels of some hosts: a full mesh of all hosts has many more. */
    List<Map<String, Object>> tunnels(Predicate<Host> wanted) {
        NetworkModel model = fleet.model();
        Map<String, Integer> mtus = new LinkedHashMap<>();
        model.networks().values().forEach(n -> mtus.put(n.name(), model.mtu(n).orElse(0)));
        List<Map<String, Object>> out = new ArrayList<>();
        for (Host host : model.hosts().values().stream().filter(wanted).toList()) {
            for (Bridge bridge : host.bridges().values()) {
                Map<Host, List<String>> byPeer = new LinkedHashMap<>();
                model.overlays(host, bridge)
                        .forEach(n -> model.peers(host, n)
                                .forEach(p -> byPeer.computeIfAbsent(p, x -> new ArrayList<>())
                                        .add(n.name())));
                Map<Host, String> states = model.tunnels().bfd()
                        ? database(host, db -> bfd(db, byPeer.keySet())).orElse(Map.of())
                        : Map.of();
                byPeer.forEach((peer, networks) -> {
                    Optional<Traffic.Sent> sent = peer.vtep()
                            .flatMap(v ->
                                    services.telemetry().traffic().sent(bridge.datapathId(), OverlayApp.cookie(v)));
                    out.add(row(
                            "host",
                            host.name(),
                            "bridge",
                            bridge.name(),
                            "port",
                            model.tunnelPort(bridge),
                            "type",
                            model.tunnels().type().ovsdb(),
                            "local",
                            host.tunnelIp().orElse(""),
                            "peer",
                            peer.name(),
                            "remote",
                            peer.tunnelIp().orElse(""),
                            "mtu",
                            networks.stream().mapToInt(mtus::get).max().orElse(0),
                            "networks",
                            String.join(",", networks),
                            "state",
                            states.getOrDefault(peer, ""),
                            "packets",
                            sent.map(s -> s.count().packets()).orElse(0L),
                            "bytes",
                            sent.map(s -> s.count().bytes()).orElse(0L),
                            "rate",
                            Math.round(sent.map(Traffic.Sent::bits).orElse(0.0))));
                });
            }
        }
        return out;
    }

    /** The BFD states of the paths to peers. */
    private static Map<Host, String> bfd(Database db, Collection<Host> peers) {
        Map<Host, String> states = new LinkedHashMap<>();
        peers.forEach(p -> db.named(Database.INTERFACE, NetworkModel.probePort(p))
                .ifPresent(i -> states.put(p, i.map("bfd_status").getOrDefault("state", ""))));
        return states;
    }

    List<Map<String, Object>> bonds() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (Host host : fleet.model().hosts().values()) {
            for (Bridge bridge : host.bridges().values()) {
                for (Port p : bridge.ports().values()) {
                    if (p.bond().isPresent()) {
                        out.add(bond(host, bridge, p));
                    }
                }
            }
        }
        return out;
    }

    private Map<String, Object> bond(Host host, Bridge bridge, Port p) {
        String lacp = p.bond().orElseThrow().lacp().name().toLowerCase(Locale.ROOT);
        Map<String, Object> row = row(
                "host",
                host.name(),
                "bridge",
                bridge.name(),
                "bond",
                p.name(),
                "mode",
                p.bond().get().mode().text(),
                "members",
                String.join(",", p.interfaces()));
        row.putAll(database(
                        host,
                        db -> row(
                                "up",
                                String.join(",", Bonds.up(db, p)),
                                "active",
                                Bonds.active(db, p),
                                "lacp",
                                lacp,
                                "partner",
                                lacp.equals("off") ? "" : String.join(",", Bonds.partnered(db, p))))
                .orElseGet(() -> row("up", "", "active", "", "lacp", lacp, "partner", "")));
        return row;
    }

    private List<Map<String, Object>> each(BiFunction<Host, Bridge, Map<String, Object>> view) {
        List<Map<String, Object>> out = new ArrayList<>();
        fleet.model().hosts().values().forEach(h -> h.bridges().values().forEach(b -> out.add(view.apply(h, b))));
        return out;
    }

    private <T> Optional<T> database(Host host, Function<Database, T> look) {
        return new Futures().await(fleet.hosts().onDatabase(host.name(), look));
    }

    /** A JSON object that keeps the order of its keys. */
    static Map<String, Object> row(Object... keysAndValues) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            out.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return out;
    }
}
