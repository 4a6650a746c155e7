package io.heddle.controller.api;

import io.heddle.controller.concurrent.Futures;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.hosts.Bonds;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Traffic;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Roaming;
import io.heddle.openflow.codec.PortCount;
import io.heddle.ovsdb.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Ports and bonds, with the state of their devices and their traffic, as lists of flat objects. */
final class PortViews {
    private static final PortCount NO_TRAFFIC = new PortCount(0, 0, 0, 0, 0, 0, 0, 0);

    private final Services services;
    private final Fleet fleet;
    private final Views views;

    PortViews(Services services, Views views) {
        this.services = services;
        this.fleet = services.fleet();
        this.views = views;
    }

    /** The ports of some hosts. */
    List<Map<String, Object>> ports(Predicate<Host> wanted) {
        // One network for all: a port that moves meanwhile must be neither missing nor in two places.
        NetworkModel model = fleet.model();
        List<Host> hosts = model.hosts().values().stream().filter(wanted).toList();
        // Sends all requests before it waits for the first answer.
        Map<String, CompletableFuture<Map<String, Map<String, Object>>>> devices = new LinkedHashMap<>();
        hosts.forEach(h -> devices.put(h.name(), fleet.hosts().onDatabase(h.name(), PortViews::devices)));
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
                                    .forEach(device -> out.add(port(
                                            new NetworkModel.Place(host, bridge),
                                            p,
                                            device,
                                            known.get(device),
                                            state(model, p))))));
        }
        if (wanted.test(NetworkModel.NOWHERE.host())) {
            model.ports().stream()
                    .filter(at -> !at.isFound())
                    .forEach(at -> out.add(unbound(at.port(), state(model, at.port()))));
        }
        return out;
    }

    /** A port that no host has. */
    private Map<String, Object> unbound(Port p, String state) {
        Map<String, Object> row = port(NetworkModel.NOWHERE, p, "", null, state);
        row.put("host", "");
        row.put("bridge", "");
        return row;
    }

    /** What a port without a host does; "" for all others. */
    private static String state(NetworkModel model, Port p) {
        if (!p.isRoaming()) {
            return "";
        } else if (p.interfaces().isEmpty()) {
            return "unbound";
        } else if (p.roaming().orElseThrow().standby()) {
            return "standby";
        }
        boolean moving = model.places().stream()
                .map(place -> place.bridge().ports().get(p.name()))
                .anyMatch(other -> other != null
                        && other.roaming().filter(Roaming::standby).isPresent());
        return moving ? "moving" : "bound";
    }

    /** @param known what the database says of the device, or null @param state see {@link #state} */
    private Map<String, Object> port(
            NetworkModel.Place at, Port p, String device, Map<String, Object> known, String state) {
        Host host = at.host();
        Bridge bridge = at.bridge();
        Map<String, Object> row = Row.of("host", host.name())
                .and("bridge", bridge.name())
                .and("port", p.name())
                .and("interface", device)
                .and("networks", List.copyOf(p.networks()))
                .and("mode", p.vlans().getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .and("state", state)
                .map();
        row.putAll(
                known == null
                        ? Row.of("ofport", "")
                                .and("link", "")
                                .and("mac", "")
                                .and("mtu", "")
                                .and("error", "")
                                .map()
                        : known);
        String number = String.valueOf(row.get("ofport"));
        Optional<Traffic.Reading> traffic = number.matches("\\d+")
                ? services.telemetry().traffic().of(bridge.datapathId(), Integer.parseInt(number))
                : Optional.empty();
        PortCount c = traffic.map(Traffic.Reading::count).orElse(NO_TRAFFIC);
        row.putAll(Row.of("rxPackets", c.rxPackets())
                .and("txPackets", c.txPackets())
                .and("rxBytes", c.rxBytes())
                .and("txBytes", c.txBytes())
                .and("rxDropped", c.rxDropped())
                .and("txDropped", c.txDropped())
                .and("rxErrors", c.rxErrors())
                .and("txErrors", c.txErrors())
                .and("rxRate", Math.round(traffic.map(Traffic.Reading::rxBits).orElse(0.0)))
                .and("txRate", Math.round(traffic.map(Traffic.Reading::txBits).orElse(0.0)))
                .map());
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
        return Row.of("host", host)
                .and("bridge", bridge)
                .and("port", port)
                .and("state", views.state(of))
                .and("interfaces", rows)
                .map();
    }

    private static Map<String, Map<String, Object>> devices(Database db) {
        Map<String, Map<String, Object>> out = new LinkedHashMap<>();
        db.table(Database.INTERFACE)
                .values()
                .forEach(i -> out.put(
                        i.text("name"),
                        Row.of("ofport", i.text("ofport"))
                                .and("link", i.text("link_state"))
                                .and("mac", i.text("mac_in_use"))
                                .and("mtu", i.text("mtu"))
                                .and("error", i.text("error"))
                                .map()));
        return out;
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
        Map<String, Object> row = Row.of("host", host.name())
                .and("bridge", bridge.name())
                .and("bond", p.name())
                .and("mode", p.bond().get().mode().text())
                .and("members", List.copyOf(p.interfaces()))
                .map();
        row.putAll(new Futures()
                .await(fleet.hosts()
                        .onDatabase(
                                host.name(),
                                db -> Row.of("up", List.copyOf(Bonds.up(db, p)))
                                        .and("active", Bonds.active(db, p))
                                        .and("lacp", lacp)
                                        .and(
                                                "partner",
                                                lacp.equals("off") ? List.of() : List.copyOf(Bonds.partnered(db, p)))
                                        .map()))
                .orElseGet(() -> Row.of("up", List.of())
                        .and("active", "")
                        .and("lacp", lacp)
                        .and("partner", List.of())
                        .map()));
        return row;
    }
}
