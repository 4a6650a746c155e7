package io.heddle.controller.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.check.Finding;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import io.heddle.ovsdb.Datapaths;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatapathCheckTest {
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0: {ports: {web: {access: red, mac: "02:00:00:00:00:01", address: [10.0.0.1/24]}}}
                  br1: {ports: {app: {access: red, mac: "02:00:00:00:00:02", address: [10.0.0.2/24]}}}
                  br2:
                    datapath: netdev
                    ports: {web2: {access: red, mac: "02:00:00:00:00:03", address: [10.0.0.3/24]}}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                bridges: {br0: {ports: {adm: {access: red, mac: "02:00:00:00:00:04", address: [10.0.0.4/24]}}}}
            acls:
              - name: web
                on: {ports: [web, web2]}
                stateful: true
                rules:
                  - {match: {proto: tcp, src: 10.0.0.4, dst-port: 22}, action: allow}
                default: drop
            """;

    private static List<String> errors(String file, Map<String, String> kernel) throws Exception {
        return errors(file, new Datapaths(Map.of("system", kernel), true, "3.3.0"));
    }

    private static List<String> errors(String file, Datapaths datapaths) throws Exception {
        NetworkModel model = NetworkFile.read(Map.of("network.yaml", file)).model();
        List<Finding> findings = DatapathCheck.findings(model, Map.of("hv1", datapaths, "hv2", datapaths));
        assertTrue(findings.stream().allMatch(f -> f.severity() == Finding.Severity.ERROR));
        return findings.stream().map(Finding::text).toList();
    }

    @Test
    void namesTheBridgeItsListAndWhatItsDatapathLacks() throws Exception {
        assertEquals(
                List.of("hv1/br0: its datapath has no ct_orig_tuple; stateful list web needs it"),
                errors(FILE, Map.of("ct_state", "true", "ct_orig_tuple", "false", "ct_orig_tuple6", "false")));
        assertEquals(
                List.of("hv1/br0: its datapath has no ct_mark, ct_zone; stateful list web needs them"),
                errors(FILE, Map.of("ct_zone", "false", "ct_mark", "false")));
    }

    @Test
    void asksForNoMoreThanTheRulesNeed() throws Exception {
        Map<String, String> noTuples = Map.of("ct_orig_tuple", "false", "ct_orig_tuple6", "false");
        String both = FILE.replace("src: 10.0.0.4, ", "");
        assertEquals(
                List.of("hv1/br0: its datapath has no ct_orig_tuple, ct_orig_tuple6; stateful list web needs them"),
                errors(both, noTuples));
        assertEquals(List.of(), errors(FILE.replace("stateful: true", "stateful: false"), noTuples));
        assertEquals(List.of(), errors(FILE, Map.of()), "where nothing is known, go on");
    }

    @Test
    void namesTheBridgeThatCannotLimitConnections() throws Exception {
        String limited = FILE.replace("stateful: true", "stateful: true\n    connection-limit: 20");
        assertEquals(
                List.of(
                        "hv1/br0: connection-limit of stateful list web needs Open vSwitch 3.3 or later, and the host"
                                + " has 3.1.0",
                        "hv1/br2: connection-limit of stateful list web needs Open vSwitch 3.3 or later, and the host"
                                + " has 3.1.0"),
                errors(limited, new Datapaths(Map.of(), false, "3.1.0")));
        assertEquals(List.of(), errors(limited, Map.of()));
        assertEquals(List.of(), errors(FILE, new Datapaths(Map.of(), false, "3.1.0")), "no list asks for it");
    }

    @Test
    void onlyHostsWithSuchListsAreAsked() throws Exception {
        NetworkModel model = NetworkFile.read(Map.of("network.yaml", FILE)).model();
        assertEquals(Set.of("hv1"), DatapathCheck.hosts(model));
    }
}
