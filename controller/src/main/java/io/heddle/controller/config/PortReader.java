package io.heddle.controller.config;

import io.heddle.flows.model.Bond;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the ports of one host's bridges: device names are the host's, so a port may stand on one bridge only. */
final class PortReader {
    private final Map<String, Network> networks;
    private final List<Problem> problems;
    private final Map<String, String> devices = new HashMap<>();

    PortReader(Map<String, Network> networks, List<Problem> problems) {
        this.networks = networks;
        this.problems = problems;
    }

    Map<String, Port> read(String bridge, Yaml y) {
        Map<String, Port> ports = new LinkedHashMap<>();
        y.get("ports").map(Yaml::entries).orElse(Map.of())
                .forEach((name, at) -> ports.put(name, port(bridge, name, at)));
        return ports;
    }

    private Port port(String bridge, String name, Yaml y) {
        ModelReader.checkDevice(name, y, problems);
        Port.Type type = Port.Type.valueOf(known(y.text("type", "system"), "system", "internal", "patch"));
        Optional<Bond> bond = y.get("bond").filter(Yaml::isMap).map(b -> bond(name, b));
        if (bond.isEmpty()) {
            claim(name, bridge + "/" + name, y);
        } else {
            if (y.get("type").isPresent()) {
                problems.add(y.problem("a bond has no type: leave it out"));
            }
            for (Yaml m : y.get("bond").get().get("members").map(Yaml::items).orElse(List.of())) {
                claim(m.text(), bridge + "/" + name, m);
            }
        }
        if (name.equals(bridge) && type != Port.Type.INTERNAL) {
            problems.add(y.problem("is the bridge's own port: write type: internal"));
        }
        String peer = y.text("peer", null);
        if ((type == Port.Type.PATCH) != (peer != null)) {
            problems.add(y.problem(peer == null ? "a patch port needs peer: the port at the other end"
                    : "peer is for ports of type: patch"));
        }
        return new Port(name, type, peer, bond, vlans(y));
    }

    private void claim(String device, String owner, Yaml y) {
        String other = devices.putIfAbsent(device, owner);
        if (other != null) {
            problems.add(y.problem("device " + device + " is already used by " + other
                    + ": a device can be in one port only"));
        }
    }

    private Bond bond(String name, Yaml y) {
        List<String> members = y.texts("members");
        Bond.Mode mode = Bond.Mode.valueOf(known(y.text("mode", "active-backup"), "active-backup", "balance-slb",
                "balance-tcp"));
        Bond.Lacp lacp = Bond.Lacp.valueOf(known(y.text("lacp", "off"), "off", "passive", "active"));
        if (mode == Bond.Mode.BALANCE_TCP && lacp == Bond.Lacp.OFF) {
            problems.add(y.problem("balance-tcp carries nothing without LACP: add lacp: active, or use balance-slb"));
        }
        if (members.contains(name)) {
            problems.add(y.problem("bond " + name + " cannot be its own member"));
        }
        return new Bond(members, mode, lacp, y.text("lacp-time", "slow").equals("fast"),
                delay(y, "bond-updelay"), delay(y, "bond-downdelay"));
    }

    private static int delay(Yaml y, String key) {
        return y.get(key).filter(v -> v.text().matches("\\d{1,6}")).map(v -> (int) v.integer()).orElse(0);
    }

    /** The constant's name for one of {@code allowed}; the first of them for a word that the schema check reported. */
    private static String known(String word, String... allowed) {
        String use = List.of(allowed).contains(word) ? word : allowed[0];
        return use.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private Port.Vlans vlans(Yaml y) {
        Optional<Yaml> access = y.get("access");
        Optional<Yaml> trunk = y.get("trunk");
        Optional<Yaml> nativeNetwork = y.get("native");
        if (access.isPresent() && (trunk.isPresent() || nativeNetwork.isPresent())) {
            problems.add(access.get().problem("a port is either access or trunk: for tagged networks beside an"
                    + " untagged one write trunk: […] and native: " + access.get().text()));
        }
        if (y.get("vlan-mode").isPresent() && nativeNetwork.isEmpty()) {
            problems.add(y.get("vlan-mode").get().problem("needs native: the network it is about"));
        }
        if (access.isPresent()) {
            refer(access.get());
            return new Port.Access(access.get().text());
        }
        if (trunk.isEmpty() && nativeNetwork.isEmpty()) {
            return new Port.Plain();
        }
        nativeNetwork.ifPresent(this::refer);
        for (Yaml t : trunk.map(Yaml::items).orElse(List.of())) {
            refer(t);
            Network n = networks.get(t.text());
            if (n != null && n.vlan() == 0) {
                problems.add(t.problem("network " + n.name() + " has no VLAN, so a trunk cannot tag it: write native: "
                        + n.name() + ", or give the network a vlan"));
            }
        }
        List<String> tagged = y.texts("trunk").stream().distinct().toList();
        return new Port.Trunk(tagged, nativeNetwork.map(Yaml::text).orElse(null),
                y.text("vlan-mode", "").equals("native-tagged"));
    }

    private void refer(Yaml name) {
        if (!networks.containsKey(name.text())) {
            problems.add(name.problem(ModelReader.unknown("network", name.text(), networks.keySet())));
        }
    }

    /** Both ends of a patch must name each other, on two bridges of one host. */
    void checkPatches(Map<String, Bridge> bridges, Map<String, Yaml> places) {
        bridges.forEach((bridgeName, bridge) -> bridge.ports().values().stream()
                .filter(p -> p.type() == Port.Type.PATCH && p.peer() != null).forEach(p -> {
                    boolean joined = bridges.entrySet().stream().anyMatch(b -> !b.getKey().equals(bridgeName)
                            && b.getValue().ports().containsKey(p.peer())
                            && p.name().equals(b.getValue().ports().get(p.peer()).peer()));
                    if (!joined) {
                        Yaml at = places.get(bridgeName).get("ports").get().get(p.name()).get();
                        problems.add(at.problem("peer " + p.peer() + " is not a patch port of another bridge of this"
                                + " host whose peer is " + p.name()));
                    }
                }));
    }
}
