package io.heddle.controller.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.apps.Blueprint;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Transition;
import io.heddle.apps.all.Apps;
import io.heddle.config.NetworkFile;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowProgram;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that joins a group costs its own entries. Those of other members and of other rules stay as they are. */
class GroupChangeTest {
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200}}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
                      web1: {access: red, mac: "02:00:00:00:00:01", address: [10.0.0.1], labels: {app: web}}
                      web2: {access: red, mac: "02:00:00:00:00:02", address: [10.0.0.2], labels: {app: web}}
                      web3: {access: red, mac: "02:00:00:00:00:03", address: [10.0.0.3]}
                      web4: {access: red, mac: "02:00:00:00:00:04", address: [10.0.0.4], labels: {app: web}}
            address-sets: {bad: [10.6.0.0/16, 10.8.0.1]}
            groups: {web: {labels: {app: web}}}
            acls:
              - name: first
                stateful: false
                rules:
                  - {match: "tcp,tp_dst=25", action: drop}
                  - {match: {proto: ip, src: web, dst-port: [80, 443]}, action: allow}
                  - {match: {src: bad}, action: drop}
                  - {match: {proto: ip, dst: web}, action: allow}
                  - {match: {proto: ip, src: web}, action: drop}
                  - {match: arp, action: allow}
              - name: second
                on: {groups: [web]}
                rules:
                  - {match: "udp,tp_dst=53", action: allow}
                  - {match: "udp,tp_dst=54", action: allow}
                default: drop
            """.replace("proto: ip, src: web, dst-port", "proto: tcp, src: web, dst-port");

    private static SwitchView view(NetworkModel model) {
        return Blueprint.view(model, model.places().get(0), Map.of(), Transition.NONE);
    }

    private static List<String> changes(String before, String after) throws Exception {
        ProgramCache parts = new ProgramCache();
        NetworkFile.Declared had = NetworkFile.read(Map.of("n.yaml", before));
        FlowProgram old = Apps.compile(view(had.model()), parts);
        FlowProgram now =
                Apps.compile(view(NetworkFile.read(Map.of("n.yaml", after), had).model()), parts);
        String joining = "in_port=" + view(had.model()).port("web3").getAsInt() + "\\b";
        return FlowDiff.between(now, old).changes().stream()
                .map(l -> l.toString().replaceAll(joining, "in_port=web3"))
                .toList();
    }

    private static final String JOINS = "address: [10.0.0.3], labels: {app: web}}";

    @Test
    void aPortThatJoinsAddsItsOwnEntries() throws Exception {
        List<String> changes = changes(FILE, FILE.replace("address: [10.0.0.3]}", JOINS));
        assertEquals(
                7,
                changes.size(),
                "2 by src and port, 1 by dst, 1 by src, 2 rules and the default on the port:\n"
                        + String.join("\n", changes));
        assertTrue(
                changes.stream()
                        .allMatch(c -> c.startsWith("+") && (c.contains("10.0.0.3") || c.contains("in_port=web3"))),
                String.join("\n", changes));
    }

    @Test
    void aPortThatLeavesTakesOnlyItsOwnEntries() throws Exception {
        List<String> changes = changes(FILE.replace("address: [10.0.0.3]}", JOINS), FILE);
        assertEquals(7, changes.size(), String.join("\n", changes));
        assertTrue(changes.stream().allMatch(c -> c.startsWith("-")), String.join("\n", changes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "to", "both"})
    void theSameHoldsForConnections(String direction) throws Exception {
        String stateful = FILE.replace(
                        "stateful: false", "stateful: true\n    on: {ports: [web1]}\n    direction: " + direction)
                .replace("      - {match: arp, action: allow}\n", "");
        List<String> changes = changes(stateful, stateful.replace("address: [10.0.0.3]}", JOINS));
        assertTrue(
                changes.stream()
                        .allMatch(c -> c.startsWith("+") && (c.contains("10.0.0.3") || c.contains("in_port=web3"))),
                String.join("\n", changes));
    }

    @Test
    void anAddressMoreInASetIsAnEntryMore() throws Exception {
        List<String> changes = changes(FILE, FILE.replace("10.8.0.1]", "10.8.0.1, 10.8.0.0, 10.6.6.6]"));
        assertEquals(1, changes.size(), String.join("\n", changes));
        assertTrue(changes.get(0).startsWith("+") && changes.get(0).contains("nw_src=10.8.0.0"), changes.get(0));
    }
}
