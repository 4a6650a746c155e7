package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Bond;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Endpoint;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Roaming;
import io.heddle.flows.model.Settings;
import io.heddle.flows.program.Nearest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads the ports of one host's bridges. A device name is unique on its host, so only one bridge can have the port. */
final class PortReader {
    private static final List<String> TUNNEL_SETTINGS =
            List.of("remote-ip", "local-ip", "key", "dst-port", "tos", "ttl", "df-default", "csum");

    /** The keys that only ports without a host have. */
    private static final List<String> ROAMING =
            List.of(Roaming.IFACE_ID, Roaming.ATTACHED_MAC, Roaming.INTERFACE, "hosts");
    /** The keys that ports without a host cannot have. */
    private static final List<String> OF_HOSTS =
            List.of("type", "peer", "bond", "uplink", "ofport-request", "remote-ip");

    private final Map<String, Network> networks;
    private final Optional<Basis> basis;
    private final List<Problem> problems;
    private final VlanReader vlans;
    private final BondReader bonds;
    private final Rates rates;
    private final EndpointReader endpoints;
    private final Map<String, String> devices = new HashMap<>();

    /** @param basis an earlier reading with the same networks: ports that have not changed since are not read again */
    PortReader(Map<String, Network> networks, Optional<Basis> basis, List<Problem> problems, List<Problem> notes) {
        this.networks = networks;
        this.basis = basis;
        this.problems = problems;
        this.vlans = new VlanReader(networks, problems);
        this.bonds = new BondReader(problems, notes);
        this.rates = new Rates(problems);
        this.endpoints = new EndpointReader(problems);
    }

    /**
     * Reads the ports that are declared without a host.
     *
     * @param places by name
     * @param hosts the hosts of the files
     */
    Map<String, Port> readRoaming(Map<String, Yaml> places, Map<String, Host> hosts) {
        Map<String, Port> ports = new LinkedHashMap<>();
        Map<String, String> owners = new HashMap<>();
        places.forEach((name, y) -> {
            ModelReader.checkName(name, y, problems);
            String knownBy = knownBy(y);
            String other = owners.putIfAbsent(knownBy, name);
            if (other != null && !knownBy.isEmpty()) {
                problems.add(y.problem(knownBy + " is already that of port " + other));
            }
            for (String key : OF_HOSTS) {
                y.get(key)
                        .ifPresent(k -> problems.add(
                                k.problem("is for ports of a bridge: the interface of a port without a host is there"
                                        + " already, and one guest is behind it")));
            }
            y.get("macvlan")
                    .filter(m -> List.of("vepa", "passthru").contains(m.text()))
                    .ifPresent(m -> problems.add(m.problem("needs an uplink of a certain bridge, and this port may be"
                            + " on any: use bridge, private or source")));
            Port port = checked("", name, y);
            ports.put(name, port.roaming(new Roaming(knownBy, hosts(y, hosts))));
        });
        return ports;
    }

    /** What the interface of a port without a host is known by; "" after an error. */
    private String knownBy(Yaml y) {
        List<String> keys = Stream.of(Roaming.IFACE_ID, Roaming.ATTACHED_MAC, Roaming.INTERFACE)
                .filter(k -> y.get(k).isPresent())
                .toList();
        if (keys.size() != 1) {
            problems.add(y.problem("a port without a host needs exactly one of iface-id, attached-mac and interface, by"
                    + " which its interface is known; found "
                    + (keys.isEmpty() ? "none" : String.join(", ", keys))));
            return "";
        }
        String value = y.text(keys.get(0), "");
        return switch (keys.get(0)) {
            case Roaming.IFACE_ID -> Roaming.byIfaceId(value);
            case Roaming.ATTACHED_MAC -> Roaming.byAttachedMac(value);
            default -> Roaming.byInterface(value);
        };
    }

    private List<String> hosts(Yaml y, Map<String, Host> known) {
        List<Yaml> items = y.get("hosts").map(Yaml::items).orElse(List.of());
        items.stream()
                .filter(h -> !known.containsKey(h.text()))
                .forEach(h -> problems.add(h.problem(Nearest.unknown("host", h.text(), known.keySet()))));
        return items.stream().map(Yaml::text).toList();
    }

    Map<String, Port> read(String bridge, Yaml y) {
        Map<String, Port> ports = new LinkedHashMap<>();
        y.get("ports")
                .map(Yaml::entries)
                .orElse(Map.of())
                .forEach((name, at) -> ports.put(name, port(bridge, name, at)));
        return ports;
    }

    private Port port(String bridge, String name, Yaml y) {
        Optional<Port> known = basis.flatMap(b -> b.port(bridge, name, y.node()));
        if (known.isPresent()) {
            claim(name, bridge + "/" + name, y);
            return known.get();
        }
        ModelReader.checkDevice(name, y, problems);
        for (String key : ROAMING) {
            y.get(key)
                    .ifPresent(k -> problems.add(k.problem("is for ports without a host: declare the port in ports at"
                            + " the top of the file, and not here")));
        }
        return checked(bridge, name, y);
    }

    private Port checked(String bridge, String name, Yaml y) {
        boolean roaming = bridge.isEmpty();
        AutoAddresses.check(y, networks, problems);
        Port.Type type = Port.Type.valueOf(
                known(y.text("type", "system"), "system", "internal", "patch", "tap", "vxlan", "geneve", "gre"));
        Optional<Bond> bond = y.get("bond").filter(Yaml::isMap).map(b -> bonds.read(name, b));
        if (roaming) {
            // Its interface is known later.
        } else if (bond.isEmpty()) {
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
            problems.add(y.problem(
                    peer == null
                            ? "a patch port needs peer: the port at the other end"
                            : "peer is for ports of type: patch"));
        }
        tunnel(type, y);
        Port.Vlans carried = vlans.read(y);
        boolean uplink = y.get("uplink")
                .map(u -> u.text().equals("true"))
                .orElse(bond.isPresent()
                        || type.isTunnel()
                        || !roaming && type == Port.Type.SYSTEM && carried instanceof Port.Trunk);
        Settings settings = OvsdbSettings.read(y, "port")
                .and(y.get("bond").map(b -> OvsdbSettings.read(b, "bond")).orElse(Settings.NONE));
        Endpoint endpoint = endpoints.read(y, carried, uplink || name.equals(bridge));
        OptionalInt mtu = y.get("mtu-request")
                .filter(Yaml::isInteger)
                .map(m -> OptionalInt.of((int) m.integer()))
                .orElse(OptionalInt.empty());
        return new Port(
                name,
                type,
                peer,
                bond,
                carried,
                uplink,
                policy(y),
                endpoint,
                rates.read(y),
                mtu,
                settings,
                Labels.read(y, problems));
    }

    private void tunnel(Port.Type type, Yaml y) {
        Optional<Yaml> remote = y.get("remote-ip");
        if (type.isTunnel()
                && remote.filter(r -> InetAddresses.isInetAddress(r.text())).isEmpty()) {
            problems.add(remote.orElse(y).problem("a tunnel port needs remote-ip: the IP address of its far end"));
        }
        for (String key : TUNNEL_SETTINGS) {
            if (!type.isTunnel() && y.get(key).isPresent()) {
                problems.add(y.get(key).get().problem("is for ports of type: vxlan, geneve or gre"));
            }
        }
    }

    private void claim(String device, String owner, Yaml y) {
        String other = devices.putIfAbsent(device, owner);
        if (other != null) {
            problems.add(y.problem(
                    "device " + device + " is already used by " + other + ": a device can be in one port only"));
        }
    }

    /** The enum constant's name for a word; the first of {@code allowed} for a word that the schema check reported. */
    private static String known(String word, String... allowed) {
        String use = List.of(allowed).contains(word) ? word : allowed[0];
        return use.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private Port.Policy policy(Yaml y) {
        String word = y.text("macvlan", "bridge");
        if (word.equals("source")) {
            if (y.get("source").isEmpty()) {
                problems.add(y.get("macvlan").orElseThrow().problem("needs source: the MAC addresses that may send"));
            }
            return Port.Policy.BRIDGE;
        }
        Port.Policy policy = Port.Policy.valueOf(known(word, "bridge", "private", "vepa", "passthru"));
        if (policy == Port.Policy.VEPA
                && (y.get("mac").isEmpty() || y.get("access").isEmpty())) {
            problems.add(y.get("macvlan")
                    .orElseThrow()
                    .problem("vepa needs access: the network, and mac: the address of"
                            + " the host behind the port, to tell its own frames from others when they come back"));
        }
        return policy;
    }

    /** Both ends of a patch must name each other, on two bridges of one host. */
    void checkPatches(Map<String, Bridge> bridges, Map<String, Yaml> places) {
        bridges.forEach((bridgeName, bridge) -> bridge.ports().values().stream()
                .filter(p -> p.type() == Port.Type.PATCH && p.peer() != null)
                .forEach(p -> {
                    boolean joined = bridges.entrySet().stream()
                            .anyMatch(b -> !b.getKey().equals(bridgeName)
                                    && b.getValue().ports().containsKey(p.peer())
                                    && p.name()
                                            .equals(b.getValue()
                                                    .ports()
                                                    .get(p.peer())
                                                    .peer()));
                    if (!joined) {
                        Yaml at = places.get(bridgeName)
                                .get("ports")
                                .get()
                                .get(p.name())
                                .get();
                        problems.add(at.problem("peer " + p.peer() + " is not a patch port of another bridge of this"
                                + " host whose peer is " + p.name()));
                    }
                }));
    }
}
