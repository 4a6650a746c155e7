package io.heddle.controller.api;

import io.heddle.controller.changes.Trials;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.openflow.FlowSync;
import io.heddle.openflow.SwitchConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The state of the controller, its hosts, bridges and switches, as lists of flat objects. */
final class Views {
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
        int version;
        Optional<Trials.Trial> trial;
        // Of one moment: a version that goes back must not look like one that somebody has kept.
        do {
            version = fleet.version();
            trial = services.changes().trial(version);
        } while (version != fleet.version());
        return Row.of("version", version)
                .and(ChangeRequests.row(trial))
                .and(
                        "hosts",
                        Row.of("declared", model.hosts().size())
                                .and(
                                        "connected",
                                        hosts.stream()
                                                .filter(Hosts.Status::connected)
                                                .count())
                                .and(
                                        "inSync",
                                        hosts.stream().filter(this::isCurrent).count())
                                .map())
                .and(
                        "bridges",
                        Row.of("declared", bridges).and("inSync", inSync).map())
                .and(
                        "switches",
                        Row.of("connected", fleet.switches().all().size())
                                .and(
                                        "unnamed",
                                        fleet.switches().all().stream()
                                                .filter(c -> fleet.place(c).isEmpty())
                                                .count())
                                .map())
                .and("networks", model.networks().size())
                .and("acls", model.acls().size())
                .and("counters", services.counters().snapshot())
                .map();
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

    /** Whether a bridge has confirmed the version in force, in a word. */
    String state(Bridge bridge) {
        if (isCurrent(bridge.datapathId())) {
            return "in-sync";
        }
        return fleet.switches().find(bridge.datapathId()).isPresent() ? "changing" : "pending";
    }

    List<Map<String, Object>> hosts() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (Hosts.Status s : fleet.hosts().status()) {
            Host host = fleet.model().hosts().get(s.name());
            out.add(Row.of("name", s.name())
                    .and("ovsdb", host == null ? "" : host.ovsdb().toString())
                    .and("state", isCurrent(s) ? "in-sync" : s.connected() ? "changing" : "pending")
                    .and("bridges", host == null ? 0 : host.bridges().size())
                    .and("address", s.address())
                    .and("trouble", s.error() == null ? "" : s.error())
                    .and("waiting", s.waiting().stream().map(Object::toString).toList())
                    .map());
        }
        return out;
    }

    List<Map<String, Object>> bridges() {
        List<Map<String, Object>> out = new ArrayList<>();
        fleet.model().places().forEach(p -> out.add(bridge(p.host(), p.bridge())));
        return out;
    }

    private Map<String, Object> bridge(Host host, Bridge bridge) {
        return Row.of("host", host.name())
                .and("name", bridge.name())
                .and("datapathId", SwitchConnection.format(bridge.datapathId()))
                .and("state", state(bridge))
                .and("ports", bridge.ports().size())
                .and("networks", List.copyOf(bridge.networks()))
                .and(
                        "flows",
                        fleet.switches()
                                .find(bridge.datapathId())
                                .map(c -> c.state().program().size())
                                .orElse(0))
                .map();
    }

    List<Map<String, Object>> switches() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (SwitchConnection c : fleet.switches().all()) {
            FlowSync.State state = c.state();
            out.add(Row.of("datapathId", SwitchConnection.format(c.datapathId()))
                    .and("bridge", fleet.place(c).map(Object::toString).orElse(""))
                    .and("address", c.remote())
                    .and("ports", c.ports().size())
                    .and("state", state.inSync() ? "in-sync" : "changing")
                    .and("flows", state.program().size())
                    .and("trouble", state.error() == null ? "" : state.error())
                    .map());
        }
        out.sort((a, b) ->
                a.get("datapathId").toString().compareTo(b.get("datapathId").toString()));
        return out;
    }
}
