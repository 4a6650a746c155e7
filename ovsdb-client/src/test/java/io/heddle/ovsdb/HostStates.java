package io.heddle.ovsdb;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Small states of a host: each of a few ports is absent or has one of two tags, the last with a queue. */
final class HostStates {
    static final int PORTS = 3;
    static final String MINE = "br0";

    private HostStates() {}

    /** Creates one of the states. @param code from 0 */
    static HostState of(int code) {
        Map<String, HostState.Port> ports = new LinkedHashMap<>();
        int rest = code;
        for (int i = 0; i < PORTS; i++) {
            if (rest % 3 > 0) {
                Map<String, HostState.Row> rows = rest % 3 == 2
                        ? Map.of("qos", new HostState.Row(Database.QOS, Map.of("type", "linux-htb")))
                        : Map.of();
                ports.put(
                        "vm" + i,
                        new HostState.Port(
                                Map.of("tag", 100L * (rest % 3)),
                                Map.of("vm" + i, new HostState.Interface(Map.of("type", "internal"))),
                                rows));
            }
            rest /= 3;
        }
        Map<String, HostState.Row> mirrors = ports.containsKey("vm0")
                ? Map.of(
                        "m",
                        new HostState.Row(
                                Database.MIRROR,
                                Map.of("name", "m", "select_src_port", Set.of(new HostState.PortNamed("vm0")))))
                : Map.of();
        return new HostState(
                Map.of(),
                Map.of(
                        MINE,
                        new HostState.Bridge(
                                Map.of("fail_mode", "secure", "other_config", Map.of("datapath-id", "00aa")),
                                Set.of("tcp:192.0.2.1:6653"),
                                Set.of(),
                                ports,
                                Map.of(),
                                mirrors)),
                Map.of("Bridge.other_config", Set.of("datapath-id")));
    }
}
