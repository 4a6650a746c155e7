package io.heddle.controller.intent;

import io.heddle.config.OvsdbSettings;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Tunnels;
import io.heddle.flows.model.WayOutProbe;
import io.heddle.ovsdb.HostState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compiles the tunnel ports of a bridge. One port serves all peers: flow entries set the remote address and the key.
 * BFD needs ports with a fixed remote address: one for each peer that is probed, and one for each host that may have the
 * way out of a router.
 */
final class TunnelCompiler {
    /** A VLAN that no frame can have: NORMAL never floods to a trunk that carries only this VLAN. */
    private static final long NO_VLAN = 4095;
    /**
     * Between two messages of BFD if a way out depends on it: three that are missing, 600 ms, move it. An operator who
     * turns on BFD sets the intervals.
     */
    private static final String MILLISECONDS = "200";

    private TunnelCompiler() {}

    static Map<String, HostState.Port> ports(NetworkModel model, Host host, Bridge bridge) {
        Map<String, HostState.Port> ports = new LinkedHashMap<>();
        if (model.overlays(host, bridge).isEmpty()) {
            return ports;
        }
        String name = model.tunnelPort(bridge);
        ports.put(
                name,
                port(
                        name,
                        HostCompiler.vlanColumns(Set.of(), Set.of(), Set.of()),
                        device(model.tunnels(), host, "flow", "flow")));
        for (Host peer : model.probed(host, bridge)) {
            String probe = NetworkModel.probePort(peer);
            ports.put(probe, probe(model, host, probe, peer, Tunnels.PROBE_KEY));
        }
        for (WayOutProbe p : WayOutProbe.from(model, host, bridge)) {
            ports.put(p.port(), probe(model, host, p.port(), p.watched(), p.key()));
        }
        return ports;
    }

    private static HostState.Port probe(NetworkModel model, Host host, String name, Host peer, int key) {
        Map<String, Object> device =
                device(model.tunnels(), host, peer.tunnelIp().orElseThrow(), Integer.toString(key));
        Map<String, String> bfd =
                new TreeMap<>(OvsdbSettings.tunnelMap("bfd", model.tunnels().settings()));
        bfd.put("enable", "true");
        if (!model.tunnels().bfd()) {
            bfd.put("min_tx", MILLISECONDS);
            bfd.put("min_rx", MILLISECONDS);
        }
        device.put("bfd", bfd);
        return port(name, HostCompiler.vlanColumns(Set.of(), Set.of(NO_VLAN), "trunk"), device);
    }

    private static HostState.Port port(String name, Map<String, Object> columns, Map<String, Object> device) {
        return new HostState.Port(columns, Map.of(name, new HostState.Interface(device)));
    }

    private static Map<String, Object> device(Tunnels tunnels, Host host, String remote, String key) {
        Map<String, String> options = new TreeMap<>(OvsdbSettings.tunnelMap("options", tunnels.settings()));
        options.put("remote_ip", remote);
        options.put("key", key);
        options.put("local_ip", host.tunnelIp().orElseThrow());
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("type", tunnels.type().ovsdb());
        device.put("options", options);
        return device;
    }
}
