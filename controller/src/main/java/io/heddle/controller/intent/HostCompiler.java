package io.heddle.controller.intent;

import com.google.common.collect.Sets;
import io.heddle.apps.Blueprint;
import io.heddle.apps.stateful.Zones;
import io.heddle.config.OvsdbSettings;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Bond;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.FlowText;
import io.heddle.ovsdb.HostState;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Compiles the desired rows of a host's database from the declared network. Pure. Column names and meanings:
 * ovs-vswitchd.conf.db(5).
 */
public final class HostCompiler {
    /** Heddle uses 1.3; the other versions let ovs-ofctl on the host work without options. */
    private static final Set<Object> PROTOCOLS =
            new TreeSet<>(Set.of("OpenFlow10", "OpenFlow13", "OpenFlow14", "OpenFlow15"));

    /** The key that records an internal port's addresses, for tools that configure the host. */
    private static final String ADDRESS = "heddle-address";

    private static final HostState.Default NOTHING = new HostState.Default(Set.of());

    private static final String QUEUE_SIZE = "controller-queue-size";
    /**
     * The packets that may wait for the controller, as many as Open vSwitch takes. Of its default of 100, a thousand
     * DHCP clients that start at once lost every second message.
     */
    private static final String LONGEST_QUEUE = "511";

    private HostCompiler() {}

    /**
     * Compiles one host.
     *
     * @param targets the OpenFlow targets for its bridges, such as {@code tcp:192.0.2.1:6653}
     */
    public static HostState compile(NetworkModel model, Host host, Set<String> targets) {
        Map<String, HostState.Bridge> bridges = new LinkedHashMap<>();
        host.bridges()
                .forEach((name, bridge) -> bridges.put(
                        name,
                        new HostState.Bridge(
                                columns(host, bridge),
                                host.hasController() ? targets : Set.of(),
                                host.hasController() ? Set.of() : targets,
                                ports(model, host, bridge),
                                rows(bridge),
                                MirrorCompiler.rows(bridge))));
        Map<String, Set<String>> keys = new HashMap<>(OvsdbSettings.mapKeys());
        keys.merge(
                "Bridge.other_config",
                host.hasController() ? Set.of("datapath-id", "mac-aging-time", QUEUE_SIZE) : Set.of("mac-aging-time"),
                Sets::union);
        keys.put("Interface.external_ids", Set.of(ADDRESS));
        keys.put("Open_vSwitch.other_config", Set.of());
        return new HostState(root(host), bridges, keys, zones(model, host));
    }

    /** The limits of the connections of ports that stateful lists judge. */
    private static Map<String, Map<Integer, HostState.Zone>> zones(NetworkModel model, Host host) {
        Map<String, Map<Integer, HostState.Zone>> zones = new TreeMap<>();
        if (model.acls().stream().noneMatch(a -> a.options().connectionLimit() != Acl.Options.UNLIMITED)) {
            return zones;
        }
        Map<Zones.Key, Integer> numbers = Zones.of(model, host);
        for (Bridge bridge : host.bridges().values()) {
            Zones.limits(model, new NetworkModel.Place(host, bridge))
                    .forEach((key, limit) -> zones.computeIfAbsent(
                                    bridge.netdev() ? "netdev" : "system", type -> new TreeMap<>())
                            .put(
                                    numbers.get(key),
                                    new HostState.Zone(
                                            "port " + bridge.name() + "/" + key.portName() + " in " + key.network(),
                                            limit)));
        }
        return zones;
    }

    /** With a dot1q-tunnel port, the datapath must parse two VLAN tags. Other hosts avoid the cost. */
    private static Map<String, Object> root(Host host) {
        boolean two = host.bridges().values().stream()
                .flatMap(b -> b.ports().values().stream())
                .anyMatch(p -> p.vlans() instanceof Port.Dot1qTunnel);
        return two ? Map.of("other_config", Map.of("vlan-limit", "2")) : Map.of();
    }

    private static Map<String, Object> columns(Host host, Bridge bridge) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("datapath_type", bridge.netdev() ? "netdev" : new HostState.Alike("system", Set.of("")));
        columns.put("fail_mode", bridge.secure() ? "secure" : new HostState.Alike("standalone", Set.of(Set.of())));
        if (host.hasController()) {
            columns.put("protocols", PROTOCOLS);
        }
        columns.putAll(OvsdbSettings.columns("Bridge", bridge.settings()));
        Map<String, String> config = new TreeMap<>();
        ((Map<?, ?>) columns.get("other_config")).forEach((k, v) -> config.put((String) k, (String) v));
        if (host.hasController()) {
            config.put("datapath-id", String.format("%016x", bridge.datapathId()));
            config.putIfAbsent(QUEUE_SIZE, LONGEST_QUEUE);
        }
        if (host.hasController() || bridge.macAgingTime() != Bridge.DEFAULT_MAC_AGING) {
            config.put("mac-aging-time", Integer.toString(bridge.macAgingTime()));
        }
        // Sets the MAC of the bridge's own port. If the file has none, one set by hand stays.
        Optional.ofNullable(bridge.ports().get(bridge.name()))
                .map(p -> p.endpoint().mac())
                .ifPresent(mac -> mac.ifPresent(m -> config.put("hwaddr", FlowText.mac(m))));
        columns.put("other_config", config);
        return columns;
    }

    private static Map<String, HostState.Row> rows(Bridge bridge) {
        Map<String, HostState.Row> rows = new LinkedHashMap<>();
        OvsdbSettings.rows(bridge.settings())
                .forEach((column, row) -> rows.put(
                        column, new HostState.Row(row.getKey(), OvsdbSettings.columns(row.getKey(), row.getValue()))));
        return rows;
    }

    private static Map<String, HostState.Port> ports(NetworkModel model, Host host, Bridge bridge) {
        Map<String, HostState.Port> ports = new LinkedHashMap<>();
        bridge.ports().forEach((name, port) -> {
            Map<String, HostState.Interface> interfaces = new LinkedHashMap<>();
            port.interfaces().forEach(i -> interfaces.put(i, new HostState.Interface(device(model, bridge, port))));
            Map<String, Object> columns = vlans(model, port);
            columns.putAll(OvsdbSettings.columns("Port", port.settings()));
            columns.putAll(bond(port.bond()));
            columns.put("protected", port.policy() == Port.Policy.PRIVATE ? true : new HostState.Default(false));
            // The row of a roaming port has the name of its interface.
            ports.put(
                    port.isRoaming() ? port.interfaces().get(0) : name,
                    new HostState.Port(columns, interfaces, qos(port), port.isRoaming()));
        });
        ports.putAll(TunnelCompiler.ports(model, host, bridge));
        bridge.mirrors().forEach(m -> ports.putAll(MirrorCompiler.port(m)));
        ports.replaceAll((name, port) -> numbered(new NetworkModel.Place(host, bridge), port));
        return ports;
    }

    /** Adds to each interface a request for the port number that flow entries already use for it. */
    private static HostState.Port numbered(NetworkModel.Place place, HostState.Port port) {
        Map<String, HostState.Interface> interfaces = new LinkedHashMap<>();
        port.interfaces().forEach((device, i) -> {
            Map<String, Object> columns = new LinkedHashMap<>(i.columns());
            boolean open = columns.getOrDefault("ofport_request", NOTHING) instanceof HostState.Default;
            if (open && !device.equals(place.bridge().name())) {
                columns.put("ofport_request", new HostState.Initial((long) Blueprint.request(place, device)));
            }
            interfaces.put(device, new HostState.Interface(columns));
        });
        return new HostState.Port(port.columns(), interfaces, port.rows(), port.found());
    }

    /** A token bucket for egress; every kernel and the userspace datapath support {@code linux-htb}. */
    private static Map<String, HostState.Row> qos(Port port) {
        return port.limits()
                .egress()
                .map(r -> Map.of(
                        "qos",
                        new HostState.Row(
                                "QoS",
                                Map.of(
                                        "type",
                                        "linux-htb",
                                        "other_config",
                                        Map.of("max-rate", Long.toString(r.perSecond()))))))
                .orElse(Map.of());
    }

    private static Map<String, Object> device(NetworkModel model, Bridge bridge, Port port) {
        Map<String, Object> columns = new LinkedHashMap<>();
        // What device a guest has is the business of the platform that runs it.
        if (!port.isRoaming()) {
            columns.put(
                    "type",
                    port.type() == Port.Type.SYSTEM
                            ? new HostState.Alike("", Set.of("system"))
                            : port.type().ovsdb());
        }
        columns.putAll(OvsdbSettings.columns("Interface", port.settings()));
        columns.put(
                "mtu_request",
                mtu(model, port).isPresent() ? (long) mtu(model, port).getAsInt() : NOTHING);
        boolean internal = port.type() == Port.Type.INTERNAL;
        OptionalLong mac = port.endpoint().mac();
        boolean own = bridge.name().equals(port.name());
        columns.put("mac", internal && !own && mac.isPresent() ? FlowText.mac(mac.getAsLong()) : NOTHING);
        columns.put(
                "external_ids",
                internal && !port.endpoint().addresses().isEmpty()
                        ? Map.of(
                                ADDRESS,
                                port.endpoint().addresses().stream()
                                        .map(InetAddress::getHostAddress)
                                        .collect(Collectors.joining(",")))
                        : Map.of());
        if (port.type() == Port.Type.PATCH) {
            columns.put("options", Map.of("peer", port.peer()));
        }
        return columns;
    }

    /** Only access ports of hosts take the MTU of their network; uplinks and patches do not. */
    private static OptionalInt mtu(NetworkModel model, Port port) {
        boolean follows = port.vlans() instanceof Port.Access && !port.uplink() && port.type() != Port.Type.PATCH;
        return port.mtu().isPresent() || !follows
                ? port.mtu()
                : model.mtu(model.networks().get(((Port.Access) port.vlans()).network()));
    }

    static Map<String, Object> vlans(NetworkModel model, Port port) {
        if (port.vlans() instanceof Port.Access a) {
            return vlanColumns(
                    model.networks().get(a.network()).vlan(),
                    Set.of(),
                    new HostState.Alike(Set.of(), Set.of("access")));
        }
        if (port.vlans() instanceof Port.Dot1qTunnel q) {
            Map<String, Object> columns =
                    vlanColumns(model.networks().get(q.network()).vlan(), Set.of(), "dot1q-tunnel");
            columns.put(
                    "cvlans", q.customerVlans().stream().map(Integer::longValue).collect(Collectors.toSet()));
            return columns;
        }
        if (!(port.vlans() instanceof Port.Trunk t)) {
            return vlanColumns(Set.of(), Set.of(), Set.of());
        }
        Set<Object> trunks = new TreeSet<>();
        t.networks().forEach(n -> trunks.add((long) model.networks().get(n).vlan()));
        t.unnamed().forEach(r -> LongStream.rangeClosed(r.first(), r.last()).forEach(trunks::add));
        if (t.unnamed().contains(Port.VlanRange.ALL)) {
            trunks.clear();
        }
        Network untagged = t.nativeNetwork() == null ? null : model.networks().get(t.nativeNetwork());
        if (untagged == null) {
            return vlanColumns(Set.of(), trunks, new HostState.Alike("trunk", Set.of(Set.of())));
        }
        Set<Object> withoutNative = new TreeSet<>(trunks);
        withoutNative.remove((long) untagged.vlan());
        Object carried = withoutNative.isEmpty() ? trunks : new HostState.Alike(trunks, Set.of(withoutNative));
        return vlanColumns(untagged.vlan(), carried, t.nativeTagged() ? "native-tagged" : "native-untagged");
    }

    static Map<String, Object> vlanColumns(Object tag, Object trunks, Object mode) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("tag", tag instanceof Integer i ? Long.valueOf(i) : tag);
        columns.put("trunks", trunks);
        columns.put("vlan_mode", mode);
        columns.put("cvlans", Set.of());
        return columns;
    }

    /** A value that is Open vSwitch's default may also be absent in an existing row. */
    private static Object orNothing(String value, String otherwise) {
        return value.equals(otherwise) ? new HostState.Alike(value, Set.of(Set.of())) : value;
    }

    /** The bond columns; empty for a port that is no bond, so that a former bond loses them. */
    private static Map<String, Object> bond(Optional<Bond> bond) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put(
                "bond_mode",
                bond.map(b -> orNothing(b.mode().text(), "active-backup")).orElse(Set.of()));
        columns.put(
                "lacp",
                bond.map(b -> orNothing(b.lacp().name().toLowerCase(Locale.ROOT), "off"))
                        .orElse(Set.of()));
        return columns;
    }
}
