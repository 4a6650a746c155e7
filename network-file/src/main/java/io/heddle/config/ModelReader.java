package io.heddle.config;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Expectation;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Link;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Tunnels;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Builds the model from documents after the schema check, and checks their cross-references. */
final class ModelReader {
    private static final int OVSDB_PORT = 6640;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

    private final List<Yaml> documents;
    private final Map<String, String> texts;
    private final Basis basis;
    private final List<Problem> problems;
    private final List<Problem> notes;
    private final Map<String, Network> networks = new LinkedHashMap<>();
    private final Map<Integer, String> vnis = new HashMap<>();
    private final Map<Long, String> datapathIds = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();
    private final Map<String, String> machines = new HashMap<>();
    private AddressNames names = AddressNames.NONE;
    /** The earlier reading, if it had the same networks. */
    private final Supplier<Optional<Basis>> sameNetworks;

    /**
     * @param texts all files, also those of addresses
     * @param notes receives remarks on what is allowed but worth knowing
     */
    ModelReader(
            List<Yaml> documents, Map<String, String> texts, Basis basis, List<Problem> problems, List<Problem> notes) {
        this.documents = documents;
        this.texts = texts;
        this.basis = basis;
        this.notes = notes;
        this.problems = problems;
        this.sameNetworks = Suppliers.memoize(() -> Optional.of(basis).filter(b -> networks.equals(b.networks())));
    }

    NetworkModel read() {
        Map<String, Yaml> networkPlaces = section("networks");
        networkPlaces.forEach((name, y) -> networks.put(name, network(name, y)));
        Map<String, Yaml> routerPlaces = section("routers");
        Map<String, Router> routers = new RouterReader(networks, problems).read(routerPlaces);
        Map<String, Host> hosts = new LinkedHashMap<>();
        Map<String, Yaml> hostPlaces = section("hosts");
        hostPlaces.forEach((name, y) -> hosts.put(name, host(name, y)));
        Map<String, Yaml> portPlaces = section("ports");
        Map<String, Port> roaming =
                new PortReader(networks, Optional.empty(), problems, notes).readRoaming(portPlaces, hosts);
        Tunnels tunnels = TunnelsReader.read(documents, networks.values(), problems);
        NetworkModel withoutAcls =
                new NetworkModel(networks, routers, hosts, roaming, List.of(), tunnels, List.of(), List.of());
        new OverlayCheck(withoutAcls, problems, notes).check(hostPlaces, networkPlaces);
        new PortCheck(withoutAcls, problems, notes).check(hostPlaces, portPlaces);
        new RouterCheck(withoutAcls, problems).check(routerPlaces);
        new RelayCheck(withoutAcls, problems).check(networkPlaces);
        new RouterMacCheck(withoutAcls, problems).check(hostPlaces);
        names = new AddressNamesReader(withoutAcls, texts, basis, problems, notes)
                .read(networkPlaces, section("address-sets"), section("groups"));
        List<Acl> acls = new ArrayList<>();
        AclReader reader = new AclReader(withoutAcls, basis, names, problems);
        for (Yaml document : documents) {
            document.get("acls").map(Yaml::items).orElse(List.of()).forEach(y -> acls.add(reader.read(y)));
        }
        List<Link> links = new ArrayList<>();
        LinkReader linkReader = new LinkReader(withoutAcls, problems);
        List<Expectation> expectations = new ArrayList<>();
        ExpectReader expectReader = new ExpectReader(withoutAcls, names, problems);
        for (Yaml document : documents) {
            document.get("links")
                    .map(Yaml::items)
                    .orElse(List.of())
                    .forEach(y -> linkReader.read(y).ifPresent(links::add));
            document.get("expect")
                    .map(Yaml::items)
                    .orElse(List.of())
                    .forEach(y -> expectReader.read(y).ifPresent(expectations::add));
        }
        return new NetworkModel(networks, routers, hosts, roaming, reader.ordered(acls), tunnels, links, expectations);
    }

    /** The names for addresses, after {@link #read}. */
    AddressNames names() {
        return names;
    }

    /** A section of all documents together. Only one document may declare a name. */
    private Map<String, Yaml> section(String name) {
        Map<String, Yaml> all = new LinkedHashMap<>();
        for (Yaml document : documents) {
            document.get(name).map(Yaml::entries).orElse(Map.of()).forEach((key, value) -> {
                Yaml first = all.putIfAbsent(key, value);
                if (first != null) {
                    problems.add(value.problem("is already declared in " + first.file()));
                }
            });
        }
        return all;
    }

    private Network network(String name, Yaml y) {
        checkName(name, y, problems);
        int vlan = number(y, "vlan", 0);
        OptionalInt vni = y.get("vni").isPresent() ? OptionalInt.of(number(y, "vni", 0)) : OptionalInt.empty();
        if (vni.isPresent()) {
            String other = vnis.putIfAbsent(vni.getAsInt(), name);
            if (other != null) {
                problems.add(y.get("vni")
                        .get()
                        .problem("VNI " + vni.getAsInt() + " is already that of network " + other
                                + ": give each network its own"));
            }
        }
        OptionalInt mtu = y.get("mtu").isPresent() ? OptionalInt.of(number(y, "mtu", 0)) : OptionalInt.empty();
        SubnetReader addresses = new SubnetReader(problems);
        List<Prefix> subnets = addresses.subnets(y);
        List<InetAddress> gateways = addresses.gateways(y, subnets);
        return new Network(
                name,
                vlan,
                vni,
                mtu,
                subnets,
                gateways,
                new DhcpReader(problems).read(y, subnets, gateways),
                new RelayReader(problems).read(y, subnets, gateways),
                new DnsReader(problems).read(y, gateways));
    }

    private Host host(String name, Yaml y) {
        checkName(name, y, problems);
        Optional<String> tunnelIp = y.get("tunnel-ip").map(Yaml::text);
        tunnelIp.ifPresent(ip -> {
            Yaml at = y.get("tunnel-ip").get();
            String other = addresses.putIfAbsent(ip, name);
            if (!InetAddresses.isInetAddress(ip)) {
                problems.add(at.problem("expected an IP address such as 172.31.0.1 or fd00::1, found \"" + ip + "\""));
            } else if (other != null) {
                problems.add(at.problem(ip + " is already the tunnel-ip of " + other));
            }
        });
        Map<String, Bridge> bridges = new LinkedHashMap<>();
        Map<String, Yaml> places =
                new LinkedHashMap<>(y.get("bridges").map(Yaml::entries).orElse(Map.of()));
        PortReader ports = new PortReader(networks, sameNetworks.get(), problems, notes);
        places.forEach((bridge, at) -> bridges.put(bridge, bridge(name, bridge, at, ports)));
        ports.checkPatches(bridges, places);
        y.get("controller").filter(c -> c.text().equals("none")).ifPresent(c -> {
            tunnelIp.ifPresent(ip -> problems.add(y.get("tunnel-ip")
                    .get()
                    .problem("a host with controller: none takes no part in the tunnels"
                            + " between hosts, which need flow entries: leave it out,"
                            + " or give the bridges ports of type: vxlan")));
            notes.add(c.problem("what needs flow entries does not hold on this host: access lists,"
                    + " private ports, limits, port security"));
        });
        return new Host(
                name,
                distinct(name, ovsdb(y), y),
                tunnelIp.filter(InetAddresses::isInetAddress),
                number(y, "underlay-mtu", 1500),
                y.get("controller").map(Yaml::text),
                connectsFrom(y),
                bridges);
    }

    private List<Prefix> connectsFrom(Yaml y) {
        List<Prefix> out = new ArrayList<>();
        for (Yaml item : y.get("connects-from").map(Yaml::items).orElse(List.of())) {
            try {
                out.add(Prefix.of(item.text()));
            } catch (IllegalArgumentException e) {
                problems.add(item.problem(
                        "expected an IP address or prefix such as 10.0.0.0/24, found \"" + item.text() + "\""));
            }
        }
        return out;
    }

    /** No two hosts may be the same machine: each would remove what the other one has. */
    private Host.Ovsdb distinct(String name, Host.Ovsdb ovsdb, Yaml y) {
        String other = machines.putIfAbsent(
                ovsdb instanceof Host.Dial d ? d.address() + ":" + d.port() : ovsdb.toString(), name);
        if (other != null) {
            problems.add(
                    y.get("ovsdb").or(() -> y.get("system-id")).orElse(y).problem("is already that of host " + other));
        }
        return ovsdb;
    }

    private Host.Ovsdb ovsdb(Yaml y) {
        Optional<Yaml> dial = y.get("ovsdb");
        Optional<Yaml> dialsIn = y.get("system-id");
        if (dial.isPresent() == dialsIn.isPresent()) {
            problems.add(
                    y.problem(
                            dial.isPresent()
                                    ? "has both ovsdb and system-id: keep ovsdb if Heddle dials the host,"
                                            + " system-id if it dials in"
                                    : "needs ovsdb: tcp:ADDRESS:6640 or ssl:ADDRESS:6640, or system-id: \"…\" for a host that dials in"));
        }
        if (dial.isEmpty()) {
            return new Host.DialsIn(dialsIn.map(Yaml::text).orElse(""));
        }
        boolean tls = dial.get().text().startsWith("ssl:");
        String target = dial.get().text().replaceFirst("^(tcp|ssl):", "");
        int colon = target.endsWith("]") ? -1 : target.lastIndexOf(':');
        String address = (colon < 0 ? target : target.substring(0, colon)).replaceAll("[\\[\\]]", "");
        try {
            int port = colon < 0 ? OVSDB_PORT : Integer.parseInt(target.substring(colon + 1));
            if (port < 1 || port > 0xffff) {
                problems.add(dial.get().problem("port " + port + " is out of range, expected 1 to 65535"));
            }
            return new Host.Dial(address, port, tls);
        } catch (NumberFormatException e) {
            return new Host.Dial(address, OVSDB_PORT, tls);
        }
    }

    private Bridge bridge(String host, String name, Yaml y, PortReader ports) {
        checkDevice(name, y, problems);
        long id = Bridge.defaultDatapathId(host, name);
        Optional<String> given = y.get("datapath-id").map(Yaml::text).filter(t -> t.matches("[0-9a-fA-F]{16}"));
        if (given.isPresent()) {
            id = Long.parseUnsignedLong(given.get(), 16);
        }
        String other = datapathIds.putIfAbsent(id, host + "/" + name);
        if (other != null) {
            problems.add(y.get("datapath-id")
                    .orElse(y)
                    .problem("datapath id " + String.format("%016x", id) + " is already that of " + other));
        }
        Map<String, Port> read = ports.read(name, y);
        Bridge bridge = new Bridge(
                        name,
                        id,
                        y.text("datapath", "system").equals("netdev"),
                        !y.text("fail-mode", "secure").equals("standalone"),
                        number(y, "mac-aging-time", Bridge.DEFAULT_MAC_AGING),
                        number(y, "mac-limit", 1024),
                        number(y, "learning-rate", Bridge.DEFAULT_LEARNING_RATE),
                        read,
                        new MirrorReader(networks, problems).read(y, read),
                        OvsdbSettings.read(y, "bridge"))
                .withAll(networks);
        if (bridge.settings().isOn("Bridge.rstp_enable") && bridge.settings().isOn("Bridge.stp_enable")) {
            problems.add(y.get("stp").orElse(y).problem("a bridge runs either rstp or stp: keep rstp"));
        }
        checkVlans(bridge, y);
        return bridge;
    }

    /** NORMAL distinguishes networks only by VLAN, so two networks of one bridge must not share a number. */
    private void checkVlans(Bridge bridge, Yaml y) {
        Map<Integer, String> byVlan = new HashMap<>();
        for (String name : bridge.networks()) {
            Network n = networks.get(name);
            String other = n == null ? null : byVlan.putIfAbsent(n.vlan(), name);
            if (other != null) {
                problems.add(y.problem("carries networks " + other + " and " + name + ", both VLAN " + n.vlan()
                        + ": give one of them another number, or a bridge of its own"));
            }
        }
    }

    static void checkName(String name, Yaml y, List<Problem> problems) {
        if (!NAME.matcher(name).matches()) {
            problems.add(y.problem("\"" + name + "\" is not a name: use letters, digits, '.', '_' and '-'"));
        }
    }

    /** Device names follow Linux: at most 15 characters, no slash, no space. */
    static void checkDevice(String name, Yaml y, List<Problem> problems) {
        if (!DEVICE.matcher(name).matches()) {
            problems.add(y.problem("\"" + name + "\" is not a device name: use letters, digits, '.', '_' and '-', "
                    + "at most 15 characters (this has " + name.length() + ")"));
        }
    }

    /** The number of a key; another one if there is none, or no number, which the schema check reports. */
    static int number(Yaml y, String key, int otherwise) {
        try {
            return y.get(key).map(v -> (int) v.integer()).orElse(otherwise);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
