package io.heddle.importing.host;

import io.heddle.config.InvalidNetworkException;
import io.heddle.config.Problem;
import io.heddle.config.YamlValue;
import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads files of netplan. See netplan(5). Files in the order of their names, as netplan reads them. */
final class Netplan {
    static final Pattern SHAPE = Pattern.compile("(?m)\\A(\\s|#.*$|---)*[\"']?network[\"']?\\s*:");

    /** Settings of the host that have no part in a network file. */
    private static final Set<String> HOST = Set.of(
            "nameservers",
            "match",
            "set-name",
            "optional",
            "wakeonlan",
            "renderer",
            "link-local",
            "accept-ra",
            "dhcp4-overrides",
            "dhcp6-overrides",
            "dhcp-identifier",
            "critical",
            "id",
            "link",
            "interfaces",
            "parameters",
            "openvswitch",
            "ipv6-privacy",
            "optional-addresses",
            "ignore-carrier",
            "activation-mode",
            "neigh-suppress",
            "mac-learning",
            "port",
            "mode",
            "local",
            "remote",
            "remotes",
            "key",
            "keys",
            "ttl");

    private static final Map<String, String> BOND = Map.of(
            "lacp-rate",
            "lacp_rate",
            "mii-monitor-interval",
            "miimon",
            "min-links",
            "min_links",
            "up-delay",
            "updelay",
            "down-delay",
            "downdelay",
            "arp-interval",
            "arp_interval",
            "ad-actor-system",
            "ad_actor_system",
            "transmit-hash-policy",
            "xmit_hash_policy");

    private final String file;
    private final Machine machine;
    /** The names of devices by their ids in the files. */
    private final Map<String, String> names = new HashMap<>();

    private Netplan(String file, Machine machine) {
        this.file = file;
        this.machine = machine;
    }

    static void read(String file, String text, Machine machine) throws HostFileException {
        Netplan netplan = new Netplan(file, machine);
        Optional<YamlValue> network = parse(file, text).flatMap(r -> r.get("network"));
        if (network.isPresent()) {
            netplan.network(network.get());
        }
        machine.programs.add("netplan");
    }

    /** Reads YAML or JSON. */
    static Optional<YamlValue> parse(String file, String text) throws HostFileException {
        try {
            return YamlValue.read(file, text);
        } catch (InvalidNetworkException e) {
            Problem p = e.problems().get(0);
            throw new Place(p.file(), p.line()).error(p.message());
        }
    }

    private Place at(YamlValue v) {
        return new Place(file, v.line());
    }

    private Value value(YamlValue v) {
        return new Value(v.text(), at(v));
    }

    private void network(YamlValue network) throws HostFileException {
        if (!network.isMap()) {
            throw at(network)
                    .error("expected settings such as ethernets: and bridges:, found \"" + network.text() + "\"");
        }
        Map<String, YamlValue> sections = network.entries();
        for (String s :
                List.of("ethernets", "bonds", "bridges", "vlans", "tunnels", "dummy-devices", "virtual-ethernets")) {
            Optional<YamlValue> section = Optional.ofNullable(sections.get(s));
            for (Map.Entry<String, YamlValue> e :
                    section.map(YamlValue::entries).orElse(Map.of()).entrySet()) {
                names.put(e.getKey(), named(e.getKey(), e.getValue()));
                device(s, machine.device(names.get(e.getKey()), at(e.getValue())), e.getValue());
            }
        }
        if (sections.containsKey("openvswitch")) {
            ports(sections.get("openvswitch"));
        }
        for (Map.Entry<String, YamlValue> e : sections.entrySet()) {
            if (e.getKey().matches("wifis|modems|vrfs|nm-devices")) {
                machine.stays(at(e.getValue()), e.getKey());
            }
        }
    }

    private String named(String id, YamlValue v) {
        Optional<YamlValue> match = v.get("match");
        String name =
                v.text("set-name").isEmpty() ? match.map(m -> m.text("name")).orElse("") : v.text("set-name");
        if (match.isPresent() && (name.isEmpty() || name.matches(".*[*?\\[].*"))) {
            machine.left(
                    at(v),
                    "name of " + id,
                    "the file finds the NIC by other marks than its name: write in its place" + " what ip link shows");
            return id;
        }
        return name.isEmpty() ? id : name;
    }

    /** Patches: each item of ports joins two names. */
    private void ports(YamlValue ovs) throws HostFileException {
        for (YamlValue pair : ovs.get("ports").map(YamlValue::items).orElse(List.of())) {
            List<YamlValue> ends = pair.items();
            if (ends.size() == 2) {
                for (int i = 0; i < 2; i++) {
                    Device d = machine.device(ends.get(i).text(), at(ends.get(i)));
                    d.kind = Kind.PATCH;
                    d.peer = value(ends.get(1 - i));
                }
            }
        }
        for (String key : ovs.entries().keySet()) {
            if (!key.equals("ports")) {
                machine.stays(at(ovs), key + " of openvswitch");
            }
        }
    }

    private void device(String section, Device d, YamlValue v) throws HostFileException {
        switch (section) {
            case "bonds" -> d.kind = Kind.BOND;
            case "bridges" -> d.kind = Kind.BRIDGE;
            case "vlans" ->
                d.vlanOf(
                        v.get("link")
                                .map(l -> new Value(names.getOrDefault(l.text(), l.text()), at(l)))
                                .orElseThrow(() -> at(v).error("VLAN " + d.name + " needs link: the device below it")),
                        v.get("id").isPresent() ? value(v.get("id").get()).number("id", 1, VlanSet.LAST) : 0);
            case "tunnels" -> tunnel(d, v);
            case "dummy-devices", "virtual-ethernets" -> d.kind = Kind.SOFT;
            default -> {
                // NICs.
            }
        }
        d.ovs |= v.get("openvswitch").isPresent() || v.text("renderer").equals("openvswitch");
        for (YamlValue member : v.get("interfaces").map(YamlValue::items).orElse(List.of())) {
            machine.device(names.getOrDefault(member.text(), member.text()), at(member)).master =
                    new Value(d.name, at(member));
        }
        for (Map.Entry<String, YamlValue> p :
                v.get("parameters").map(YamlValue::entries).orElse(Map.of()).entrySet()) {
            parameter(d, p.getKey(), value(p.getValue()));
        }
        for (Map.Entry<String, YamlValue> p :
                v.get("openvswitch").map(YamlValue::entries).orElse(Map.of()).entrySet()) {
            openvswitch(d, p.getKey(), p.getValue());
        }
        for (Map.Entry<String, YamlValue> p : v.entries().entrySet()) {
            setting(d, p.getKey(), p.getValue());
        }
    }

    private void setting(Device d, String key, YamlValue v) throws HostFileException {
        switch (key) {
            case "addresses" -> {
                for (YamlValue a : v.items()) {
                    String text = a.isMap()
                            ? String.join(
                                    "",
                                    new ArrayList<>(a.entries().keySet())
                                            .subList(0, Math.min(1, a.entries().size())))
                            : a.text();
                    d.addresses.add(Addresses.withLength(new Value(text, at(a)), null));
                }
            }
            case "gateway4", "gateway6" -> d.gateways.add(Addresses.address(value(v)));
            case "routes" -> routes(d, v);
            case "dhcp4", "dhcp6" -> d.dhcp = value(v).isYes() ? at(v) : d.dhcp;
            case "mtu" -> d.mtu = value(v);
            case "macaddress" -> d.mac = value(v);
            default -> {
                if (!HOST.contains(key)) {
                    machine.stays(at(v), key + " of " + d.name);
                }
            }
        }
    }

    private void routes(Device d, YamlValue v) throws HostFileException {
        for (YamlValue r : v.items()) {
            String to = r.text("to");
            Optional<YamlValue> via = r.get("via");
            if (via.isEmpty()) {
                machine.stays(at(r), "route to " + to);
            } else if (to.matches("default|0\\.0\\.0\\.0/0|::/0")) {
                Value gateway = Addresses.address(value(via.get()));
                if (r.get("table").isEmpty()) {
                    d.gateways.add(gateway);
                }
            } else if (Addresses.isPrefix(to) && Addresses.isAddress(via.get().text())) {
                machine.routes.add(new Machine.Route(to, via.get().text(), at(r)));
            } else {
                throw at(r).error(
                                "expected a route such as {to: 10.99.0.0/24, via: 10.0.0.1}, found to \"" + to + "\"");
            }
        }
    }

    private void parameter(Device d, String key, Value v) {
        if (d.is(Kind.BOND)) {
            d.bond.put(BOND.getOrDefault(key, key.replace('-', '_')), v);
            return;
        }
        switch (key) {
            case "stp" -> d.bridge.put("stp", v);
            case "ageing-time", "aging-time" -> d.bridge.put("ageing", new Value(Spans.seconds(v.text()), v.place()));
            case "priority" -> d.bridge.put("stp-priority", v);
            case "forward-delay", "hello-time", "max-age" -> {
                // The defaults of a spanning tree, which is mostly off.
            }
            default ->
                machine.left(
                        v.place(), key + " of " + d.name, "see docs/reference.md for what the network file calls it");
        }
    }

    private void openvswitch(Device d, String key, YamlValue v) {
        switch (key) {
            case "lacp" -> d.bond.put("lacp", value(v));
            case "fail-mode" -> d.bridge.put("fail-mode", value(v));
            case "mcast-snooping" -> d.bridge.put("mcast_snooping", value(v));
            case "rstp" -> d.bridge.put("rstp", value(v));
            case "other-config" ->
                v.entries()
                        .forEach((k, o) -> OvsOptions.bridge(
                                new Value("other_config:" + k + "=" + o.text().replaceAll("\\s", ""), at(o)),
                                d,
                                machine));
            default -> machine.left(at(v), key + " of " + d.name, "Heddle sets it, or leaves it as it is");
        }
    }

    private void tunnel(Device d, YamlValue v) throws HostFileException {
        d.kind = Kind.TUNNEL;
        String mode = v.text("mode");
        d.tunnel.put("type", new Value(mode.equals("gretap") ? "gre" : mode, at(v)));
        if (mode.matches("gre|sit|ipip|wireguard|vti.*|isatap|ip6gre|ip6ip6|ipip6")) {
            d.kind = Kind.OTHER;
            machine.stays(at(v), "tunnel " + d.name + " of mode " + mode);
        }
        v.get("id").ifPresent(i -> d.tunnel.put("id", value(i)));
        v.get("key").ifPresent(i -> d.tunnel.put("id", value(i)));
        v.get("local").ifPresent(l -> d.tunnel.put("local", value(l)));
        v.get("port").ifPresent(p -> d.tunnel.put("dstport", value(p)));
        v.get("link").ifPresent(l -> d.parent = new Value(names.getOrDefault(l.text(), l.text()), at(l)));
        if (v.get("remote").isPresent()) {
            Value remote = value(v.get("remote").get());
            if (remote.text().matches("2[23]\\d\\..*|[fF][fF].*:.*")) {
                d.tunnel.put("group", remote);
            } else {
                d.remotes.add(Addresses.address(remote));
            }
        }
    }
}
