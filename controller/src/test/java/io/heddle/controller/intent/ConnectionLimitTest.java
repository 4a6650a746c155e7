package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.apps.Blueprint;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import io.heddle.ovsdb.HostState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The most connections of ports: in the host's database, and the names of what is too much. */
class ConnectionLimitTest {
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: red, mac: "02:00:00:00:00:01", address: [10.0.0.1]}
                      vm2: {access: red, mac: "02:00:00:00:00:02", address: [10.0.0.2]}
                      vm3: {trunk: [red, blue], uplink: false, mac: "02:00:00:00:00:03", source: ["02:00:00:00:00:03"]}
                  br1:
                    ports:
                      vm4: {access: red, mac: "02:00:00:00:00:04", address: [10.0.0.4]}
            acls:
              - {name: all, on: {networks: [red]}, stateful: true, connection-limit: 4294967295}
              - {name: one, on: {ports: [vm2]}, stateful: true, connection-limit: 5, default: drop}
              - {name: blue, on: {networks: [blue]}, stateful: true, default: drop}
            """;

    private static NetworkModel model(String file) throws Exception {
        return NetworkFile.read(Map.of("n.yaml", file)).model();
    }

    private static Map<String, Map<Integer, HostState.Zone>> zones(String file) throws Exception {
        NetworkModel model = model(file);
        return HostCompiler.compile(model, model.hosts().get("hv1"), java.util.Set.of("tcp:192.0.2.1:6653"))
                .zones();
    }

    private static String text(Collection<HostState.Zone> zones) {
        Map<String, Long> out = new TreeMap<>();
        zones.forEach(z -> out.put(z.owner(), z.limit()));
        return out.toString();
    }

    @Test
    void theLowestLimitOfAPortInANetworkCounts() throws Exception {
        Map<String, Map<Integer, HostState.Zone>> zones = zones(FILE);
        assertEquals(
                "{port br0/vm1 in red=4294967295, port br0/vm2 in red=5, port br0/vm3 in red=4294967295}",
                text(zones.get("netdev").values()));
        assertEquals(
                "{port br1/vm4 in red=4294967295}", text(zones.get("system").values()));
        assertEquals(
                Map.of(),
                zones(FILE.replaceAll(", connection-limit: \\d+", ", default: drop")
                        .replace("default: drop, default: drop", "default: drop")));
    }

    /** The zone of the entry must be that of the database. */
    @Test
    void whatIsTooMuchIsDroppedByThePortsName() throws Exception {
        NetworkModel model = model(FILE);
        FlowProgram program = Apps.compile(Blueprint.view(model, model.places().get(0), Map.of(), Transition.NONE));
        Map<Integer, HostState.Zone> zones = zones(FILE).get("netdev");
        List<String> entries = program.entries().stream()
                .filter(e -> program.reason(e.cookie())
                        .filter(r -> r.kind().equals("no-room-for-port"))
                        .isPresent())
                .map(e -> e.toString().replaceAll("cookie=\\w+, ", "") + " # "
                        + program.reason(e.cookie()).get().words())
                .sorted()
                .toList();
        assertEquals(6, entries.size(), "where a frame goes on from a port, and where it goes on to it: " + entries);
        zones.forEach((number, zone) -> {
            String port = zone.owner().replaceAll(".*/(\\w+) in .*", "$1");
            List<String> of = entries.stream()
                    .filter(e -> e.contains("ct_zone=" + number + ","))
                    .toList();
            assertEquals(2, of.size(), entries.toString());
            of.forEach(e -> assertEquals(
                    "ct_state=+new+trk,ct_zone=" + number
                            + ",ct_mark=0 actions=drop # acl: no room for more connections of port " + port,
                    e.replaceAll("table=\\d+, priority=\\d+,", "").replaceAll("meter:\\d+,CONTROLLER:128", "drop")));
        });
    }
}
