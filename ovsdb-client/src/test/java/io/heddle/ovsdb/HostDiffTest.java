package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostDiffTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROOT =
            "'Open_vSwitch': {'root': {'new': {'bridges': ['set', [BRIDGES]], 'next_cfg': 1}}}";
    private static final String BRIDGE_ROW = """
            'Bridge': {'b': {'new': {'name': 'br0', 'fail_mode': 'secure',
              'ports': ['set', [['uuid', 'p'], ['uuid', 'l']]],
              'controller': ['uuid', 'c'], 'external_ids': ['map', [BMARK]],
              'other_config': ['map', [['datapath-id', '00aa'], ['hwaddr', 'theirs']]]}}},
            'Controller': {'c': {'new': {'target': 'tcp:192.0.2.1:6653'}}},
            'Port': {'p': {'new': {'name': 'vm1', 'tag': 200, 'interfaces': ['uuid', 'i'],
                            'external_ids': ['map', [PMARK]]}},
                     'l': {'new': {'name': 'br0', 'tag': ['set', []], 'interfaces': ['uuid', 'j'],
                            'external_ids': ['map', []]}}},
            'Interface': {'i': {'new': {'name': 'vm1', 'type': ''}}, 'j': {'new': {'name': 'br0', 'type': 'internal'}}}
            """;

    private static Database database(String bridgeMark, String portMark) throws IOException {
        Database db = new Database();
        db.update(JSON.readTree(("{" + ROOT.replace("BRIDGES", "['uuid', 'b']") + "," + BRIDGE_ROW + "}")
                .replace("BMARK", mark(bridgeMark))
                .replace("PMARK", mark(portMark))
                .replace('\'', '"')));
        return db;
    }

    private static String mark(String mark) {
        return mark.isEmpty() ? "" : "['heddle', '" + mark + "']";
    }

    private static Database empty() throws IOException {
        Database db = new Database();
        db.update(JSON.readTree(("{" + ROOT.replace("BRIDGES", "") + "}").replace('\'', '"')));
        return db;
    }

    private static HostState want(Object tag) {
        HostState.Port vm1 =
                new HostState.Port(Map.of("tag", tag), Map.of("vm1", new HostState.Interface(Map.of("type", ""))));
        return host("00aa", Map.of("vm1", vm1), Map.of());
    }

    private static HostState host(String id, Map<String, HostState.Port> ports, Map<String, HostState.Row> mirrors) {
        return new HostState(
                Map.of(),
                Map.of(
                        "br0",
                        new HostState.Bridge(
                                Map.of("fail_mode", "secure", "other_config", Map.of("datapath-id", id)),
                                Set.of("tcp:192.0.2.1:6653"),
                                Set.of(),
                                ports,
                                Map.of(),
                                mirrors)),
                Map.of("Bridge.other_config", Set.of("datapath-id")));
    }

    private static String json(HostDiff.Change change) {
        return JSON.valueToTree(change.operations()).toString();
    }

    @Test
    void aHostThatIsRightGetsNoTransaction() throws IOException {
        assertTrue(HostDiff.between(want(200L), database("created", "created")).isEmpty());
        assertTrue(HostDiff.between(want(Set.of(200L)), database("created", "adopted"))
                .isEmpty());
    }

    @Test
    void onlyTheColumnThatDiffersIsSet() throws IOException {
        HostDiff.Change change = HostDiff.between(want(300L), database("created", "created"));
        assertEquals(List.of("~ port br0/vm1 tag=200 → 300"), change.lines());
        assertTrue(
                json(change)
                        .contains("{\"op\":\"update\",\"table\":\"Port\",\"where\":[[\"_uuid\",\"==\","
                                + "[\"uuid\",\"p\"]]],\"row\":{\"tag\":300}}"),
                json(change));
    }

    @Test
    void anEmptyHostIsBuiltInOneTransaction() throws IOException {
        HostDiff.Change change = HostDiff.between(want(200L), empty());
        assertEquals(2, change.lines().size(), change.lines().toString());
        String json = json(change);
        for (String table : List.of("Bridge", "Port", "Interface", "Controller")) {
            assertTrue(json.contains("{\"op\":\"insert\",\"table\":\"" + table + "\""), json);
        }
        assertTrue(json.contains("\"mutations\":[[\"next_cfg\",\"+=\",1]]"), json);
    }

    @Test
    void strangersKeysAndRowsStay() throws IOException {
        HostState other = host("00bb", Map.of(), Map.of());
        HostDiff.Change change = HostDiff.between(other, database("created", ""));
        assertTrue(json(change).contains("[\"hwaddr\",\"theirs\"]"), json(change));
        assertTrue(
                change.lines().stream().noneMatch(l -> l.startsWith("-")), "vm1 is somebody else's: " + change.lines());
        assertTrue(HostDiff.between(HostState.EMPTY, database("", "")).isEmpty());
    }

    @Test
    void aMirrorRefersToPortsThatAreThereAndToOnesToCome() throws IOException {
        HostState.Port vm1 = want(200L).bridges().get("br0").ports().get("vm1");
        HostState.Port mon =
                new HostState.Port(Map.of(), Map.of("mon0", new HostState.Interface(Map.of("type", "internal"))));
        HostState.Row mirror = new HostState.Row(
                "Mirror",
                Map.of(
                        "name",
                        "m1",
                        "select_src_port",
                        Set.of(new HostState.PortNamed("vm1")),
                        "output_port",
                        new HostState.PortNamed("mon0")));
        HostDiff.Change change = HostDiff.between(
                host("00aa", Map.of("vm1", vm1, "mon0", mon), Map.of("m1", mirror)), database("created", "created"));
        String json = json(change);
        String made = json.substring(json.indexOf("\"table\":\"Port\""));
        String name = made.substring(
                made.indexOf("\"uuid-name\":\"") + 13, made.indexOf('"', made.indexOf("\"uuid-name\":\"") + 13));
        assertTrue(json.contains("\"select_src_port\":[\"set\",[[\"uuid\",\"p\"]]]"), json);
        assertTrue(json.contains("\"output_port\":[\"set\",[[\"named-uuid\",\"" + name + "\"]]]"), json);
    }

    @Test
    void aRowThatOnlyAPortRefersToComesAndGoesWithItsMark() throws IOException {
        HostState.Port plain = want(200L).bridges().get("br0").ports().get("vm1");
        HostState.Row qos = new HostState.Row("QoS", Map.of("type", "linux-htb"));
        HostState.Port shaped = new HostState.Port(plain.columns(), plain.interfaces(), Map.of("qos", qos));
        assertTrue(HostDiff.between(host("00aa", Map.of("vm1", shaped), Map.of()), database("created", "created"))
                .lines()
                .contains("+ port br0/vm1 qos type=linux-htb"));
        Database there = database("created", "created");
        there.update(JSON.readTree("""
                {"QoS": {"q": {"new": {"type": "linux-htb", "external_ids": ["map", [["heddle", "created"]]]}}},
                 "Port": {"p": {"new": {"name": "vm1", "tag": 200, "interfaces": ["uuid", "i"], "qos": ["uuid", "q"],
                   "external_ids": ["map", [["heddle", "created"]]]}}}}"""));
        assertTrue(HostDiff.between(host("00aa", Map.of("vm1", shaped), Map.of()), there)
                .isEmpty());
        String json = json(HostDiff.between(host("00aa", Map.of("vm1", plain), Map.of()), there));
        assertTrue(json.contains("{\"op\":\"delete\",\"table\":\"QoS\""), json);
        assertTrue(json.contains("\"qos\":[\"set\",[]]"), json);
        there.update(JSON.readTree(
                "{\"QoS\": {\"q\": {\"new\": {\"type\": \"linux-htb\", \"external_ids\": [\"map\", []]}}}}"));
        assertTrue(
                HostDiff.between(host("00aa", Map.of("vm1", plain), Map.of()), there)
                        .isEmpty(),
                "somebody else's queue stays");
    }

    @Test
    void whatNobodySpeaksOfStaysWhereItStoodBefore() throws IOException {
        HostState.Port vm1 = new HostState.Port(
                Map.of("tag", new HostState.Default(7L)),
                Map.of("vm1", new HostState.Interface(Map.of("type", new HostState.Default("internal")))));
        assertTrue(HostDiff.between(host("00aa", Map.of("vm1", vm1), Map.of()), database("adopted", "adopted"))
                .isEmpty());
        assertEquals(
                List.of("~ port br0/vm1 tag=200 → 7", "~ interface br0/vm1 type= → internal"),
                HostDiff.between(host("00aa", Map.of("vm1", vm1), Map.of()), database("created", "created"))
                        .lines());
    }

    @Test
    void whatWasMadeGoesAndWhatWasAdoptedIsReleased() throws IOException {
        assertEquals(
                List.of("- bridge br0"),
                HostDiff.between(HostState.EMPTY, database("created", "created"))
                        .lines());
        assertEquals(
                List.of("~ bridge br0 released, as it is"),
                HostDiff.between(HostState.EMPTY, database("adopted", "")).lines());
        assertTrue(
                HostDiff.between(want(200L), database("", "")).isEmpty(), "a mark alone is no reason to touch a row");
        assertTrue(json(HostDiff.between(want(300L), database("", ""))).contains("adopted"));
    }

    @Test
    void aPortThatSomebodyElseMakesIsAlteredButNeverCreated() throws IOException {
        HostState.Interface device = new HostState.Interface(Map.of("mtu_request", 1450L));
        Map<String, HostState.Port> ports = new LinkedHashMap<>();
        ports.put("vm1", new HostState.Port(Map.of("tag", 7L), Map.of("vm1", device), Map.of(), true));
        ports.put("gone", new HostState.Port(Map.of("tag", 7L), Map.of("gone", device), Map.of(), true));
        assertEquals(
                List.of("~ port br0/vm1 tag=200 → 7", "~ interface br0/vm1 mtu_request=- → 1450"),
                HostDiff.between(host("00aa", ports, Map.of()), database("created", ""))
                        .lines());
        assertEquals(
                List.of(),
                HostDiff.between(host("00aa", Map.of(), Map.of()), database("created", ""))
                        .lines(),
                "and it stays when nobody speaks of it any more");
    }
}
