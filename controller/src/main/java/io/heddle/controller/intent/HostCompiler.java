package io.heddle.controller.intent;

import io.heddle.flows.model.Bond;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.ovsdb.HostState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a host's database should say, from the declared network. Pure. Column names and meanings:
 * ovs-vswitchd.conf.db(5).
 */
public final class HostCompiler {
    /** Heddle speaks 1.3; the others let ovs-ofctl on the host work without options. */
    private static final Set<Object> PROTOCOLS =
            new TreeSet<>(Set.of("OpenFlow10", "OpenFlow13", "OpenFlow14", "OpenFlow15"));

    private HostCompiler() {
    }

    /**
     * Compiles one host.
     *
     * @param target the OpenFlow target for its bridges, such as {@code tcp:192.0.2.1:6653}
     */
    public static HostState compile(NetworkModel model, Host host, String target) {
        Map<String, HostState.Bridge> bridges = new LinkedHashMap<>();
        host.bridges().forEach((name, bridge) -> bridges.put(name,
                new HostState.Bridge(columns(bridge), Optional.of(target), ports(model, host, bridge))));
        return new HostState(bridges);
    }

    private static Map<String, Object> columns(Bridge bridge) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("datapath_type", bridge.netdev() ? "netdev" : "system");
        columns.put("fail_mode", bridge.secure() ? "secure" : "standalone");
        columns.put("protocols", PROTOCOLS);
        columns.put("other_config", Map.of(
                "datapath-id", String.format("%016x", bridge.datapathId()),
                "mac-aging-time", Integer.toString(bridge.macAgingTime())));
        return columns;
    }

    private static Map<String, HostState.Port> ports(NetworkModel model, Host host, Bridge bridge) {
        Map<String, HostState.Port> ports = new LinkedHashMap<>();
        bridge.ports().forEach((name, port) -> {
            Map<String, HostState.Interface> interfaces = new LinkedHashMap<>();
            port.interfaces().forEach(i -> interfaces.put(i, new HostState.Interface(device(port))));
            Map<String, Object> columns = vlans(model, port);
            columns.putAll(bond(port.bond()));
            ports.put(name, new HostState.Port(columns, interfaces));
        });
        if (!model.overlays(host, bridge).isEmpty()) {
            String name = NetworkModel.tunnelPort(bridge);
            ports.put(name, new HostState.Port(vlanColumns(Set.of(), Set.of(), Set.of()),
                    Map.of(name, new HostState.Interface(Map.of("type", "vxlan", "options", Map.of(
                            "remote_ip", "flow", "key", "flow", "local_ip", host.tunnelIp().orElseThrow()))))));
        }
        return ports;
    }

    private static Map<String, Object> device(Port port) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("type", port.type().ovsdb());
        if (port.type() == Port.Type.PATCH) {
            columns.put("options", Map.of("peer", port.peer()));
        }
        return columns;
    }

    private static Map<String, Object> vlans(NetworkModel model, Port port) {
        if (port.vlans() instanceof Port.Access a) {
            return vlanColumns(model.networks().get(a.network()).vlan(), Set.of(), Set.of());
        }
        if (!(port.vlans() instanceof Port.Trunk t)) {
            return vlanColumns(Set.of(), Set.of(), Set.of());
        }
        Set<Object> trunks = new TreeSet<>();
        t.networks().forEach(n -> trunks.add((long) model.networks().get(n).vlan()));
        Network untagged = t.nativeNetwork() == null ? null : model.networks().get(t.nativeNetwork());
        return untagged == null ? vlanColumns(Set.of(), trunks, "trunk")
                : vlanColumns(untagged.vlan(), trunks, t.nativeTagged() ? "native-tagged" : "native-untagged");
    }

    private static Map<String, Object> vlanColumns(Object tag, Set<Object> trunks, Object mode) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("tag", tag instanceof Integer i ? Long.valueOf(i) : tag);
        columns.put("trunks", trunks);
        columns.put("vlan_mode", mode);
        return columns;
    }

    /** All bond columns, empty for a port that is none: one that was a bond must lose them. */
    private static Map<String, Object> bond(Optional<Bond> bond) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("bond_mode", bond.<Object>map(b -> b.mode().text()).orElse(Set.of()));
        columns.put("lacp", bond.<Object>map(b -> b.lacp().name().toLowerCase(Locale.ROOT)).orElse(Set.of()));
        columns.put("bond_updelay", (long) bond.map(Bond::updelay).orElse(0));
        columns.put("bond_downdelay", (long) bond.map(Bond::downdelay).orElse(0));
        columns.put("other_config", bond.filter(Bond::lacpFast).map(b -> Map.of("lacp-time", "fast"))
                .orElse(Map.of()));
        return columns;
    }
}
