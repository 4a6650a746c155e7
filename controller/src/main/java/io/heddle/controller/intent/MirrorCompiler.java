package io.heddle.controller.intent;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Mirror;
import io.heddle.ovsdb.HostState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compiles mirrors into OVSDB rows, and the tunnel ports that some of them output to. */
final class MirrorCompiler {
    private MirrorCompiler() {}

    static Map<String, HostState.Row> rows(Bridge bridge) {
        Map<String, HostState.Row> rows = new LinkedHashMap<>();
        for (Mirror m : bridge.mirrors()) {
            Map<String, Object> columns = new LinkedHashMap<>();
            columns.put("name", m.name());
            columns.put("select_all", m.all());
            columns.put("select_src_port", named(m.sources()));
            columns.put("select_dst_port", named(m.destinations()));
            columns.put(
                    "select_vlan", m.vlans().stream().map(Integer::longValue).collect(Collectors.toSet()));
            columns.put("output_port", m.outputPort() == null ? Set.of() : new HostState.PortNamed(m.outputPort()));
            columns.put("output_vlan", m.outputVlan() == 0 ? Set.of() : (long) m.outputVlan());
            columns.put("snaplen", m.snaplen() == 0 ? Set.of() : (long) m.snaplen());
            rows.put(m.name(), new HostState.Row("Mirror", columns));
        }
        return rows;
    }

    private static Set<Object> named(List<String> ports) {
        return ports.stream().map(HostState.PortNamed::new).collect(Collectors.toSet());
    }

    /** The tunnel port of a mirror, if it has one. */
    static Map<String, HostState.Port> port(Mirror m) {
        if (m.tunnel().isEmpty()) {
            return Map.of();
        }
        Map<String, String> options = new TreeMap<>(m.tunnel());
        String type = options.remove("type");
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("type", type);
        device.put("options", options);
        return Map.of(
                m.outputPort(),
                new HostState.Port(
                        HostCompiler.vlanColumns(Set.of(), Set.of(), Set.of()),
                        Map.of(m.outputPort(), new HostState.Interface(device))));
    }
}
