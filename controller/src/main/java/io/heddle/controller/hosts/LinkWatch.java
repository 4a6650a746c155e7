package io.heddle.controller.hosts;

import io.heddle.events.Journal;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.ovsdb.Database;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Adds events for changes of a host's bonds and monitored paths: members that lose their link or their LACP partner,
 * another active member, paths to peers that go down, ways out that fail. Confined to the session's event loop.
 */
final class LinkWatch {
    private final String host;
    private final Journal journal;
    private Map<String, String> known = Map.of();

    LinkWatch(String host, Journal journal) {
        this.host = host;
        this.journal = journal;
    }

    /** Compares the database with its previous state. */
    void look(Database db, NetworkModel model) {
        Host declared = model.hosts().get(host);
        if (declared == null) {
            return;
        }
        Map<String, String> before = known;
        Map<String, String> now = new HashMap<>();
        for (Bridge bridge : declared.bridges().values()) {
            bridge.ports().values().stream().filter(p -> p.bond().isPresent()).forEach(p -> bond(db, p, before, now));
            model.probed(declared, bridge).forEach(peer -> path(db, peer, before, now));
            WayOutProbe.from(model, declared, bridge).forEach(probe -> wayOut(db, probe, before, now));
        }
        known = now;
    }

    private void bond(Database db, Port bond, Map<String, String> before, Map<String, String> now) {
        String name = host + "/" + bond.name();
        for (String member : bond.interfaces()) {
            db.named(Database.INTERFACE, member).ifPresent(i -> {
                String link = i.text("link_state");
                if (changed(before, now, name + "/" + member, link)) {
                    journal.add(
                            link.equals("up") ? "bond-member-up" : "bond-member-down",
                            name,
                            "member " + member + (link.equals("up") ? " has its link again" : " has lost its link"));
                }
                String partner = i.text("lacp_current");
                if (changed(before, now, name + "/" + member + "/lacp", partner)) {
                    journal.add(
                            partner.equals("true") ? "bond-lacp-up" : "bond-lacp-down",
                            name,
                            "member " + member
                                    + (partner.equals("true")
                                            ? " receives LACP frames from its partner"
                                            : " no longer receives LACP frames from its partner"));
                }
            });
        }
        String active = Bonds.active(db, bond);
        if (changed(before, now, name, active)) {
            journal.add("bond-active", name, "the active member changed from " + before.get(name) + " to " + active);
        }
    }

    private void path(Database db, Host peer, Map<String, String> before, Map<String, String> now) {
        probe(db, NetworkModel.probePort(peer), before, now)
                .ifPresent(up -> journal.add(
                        up ? "tunnel-up" : "tunnel-down",
                        host,
                        "the path to " + peer.name() + " ("
                                + peer.tunnelIp().orElse("") + ") is "
                                + (up
                                        ? "up"
                                        : "down: BFD receives nothing from the peer; frames for its hosts are lost")));
    }

    private void wayOut(Database db, WayOutProbe probe, Map<String, String> before, Map<String, String> now) {
        String watched = probe.watched().name();
        probe(db, probe.port(), before, now)
                .ifPresent(up -> journal.add(
                        up ? "way-out-up" : "way-out-down",
                        host,
                        "the way out into " + probe.outside().name() + " on " + watched
                                + (up ? " works again" : " fails: " + watched + " is silent, or has no link there")));
    }

    /** Whether BFD on a port has come up or gone down. */
    private Optional<Boolean> probe(Database db, String port, Map<String, String> before, Map<String, String> now) {
        String state = db.named(Database.INTERFACE, port)
                .map(i -> i.map("bfd_status").getOrDefault("state", ""))
                .orElse("");
        String known = state.isEmpty() || state.equals("up") ? state : "down";
        return changed(before, now, host + ">" + port, known) ? Optional.of(known.equals("up")) : Optional.empty();
    }

    /** Stores a value. @return whether it differs from a known previous value; false for an empty value */
    private static boolean changed(Map<String, String> before, Map<String, String> now, String key, String value) {
        if (value.isEmpty()) {
            if (before.containsKey(key)) {
                now.put(key, before.get(key));
            }
            return false;
        }
        now.put(key, value);
        String old = before.get(key);
        return old != null && !old.equals(value);
    }
}
