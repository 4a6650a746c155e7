package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostDiffTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROOT = "'Open_vSwitch': {'root': {'new': {'bridges': ['set', [BRIDGES]], 'next_cfg': 1}}}";
    private static final String BRIDGE_ROW = """
            'Bridge': {'b': {'new': {'name': 'br0', 'fail_mode': 'secure', 'ports': ['set', [['uuid', 'p'], ['uuid', 'l']]],
              'controller': ['uuid', 'c'], 'external_ids': ['map', [BMARK]],
              'other_config': ['map', [['datapath-id', '00aa'], ['hwaddr', 'theirs']]]}}},
            'Controller': {'c': {'new': {'target': 'tcp:192.0.2.1:6653'}}},
            'Port': {'p': {'new': {'name': 'vm1', 'tag': 200, 'interfaces': ['uuid', 'i'], 'external_ids': ['map', [PMARK]]}},
                     'l': {'new': {'name': 'br0', 'tag': ['set', []], 'interfaces': ['uuid', 'j'], 'external_ids': ['map', []]}}},
            'Interface': {'i': {'new': {'name': 'vm1', 'type': ''}}, 'j': {'new': {'name': 'br0', 'type': 'internal'}}}
            """;

    private static Database database(String bridgeMark, String portMark) throws IOException {
        Database db = new Database();
        db.update(JSON.readTree(("{" + ROOT.replace("BRIDGES", "['uuid', 'b']") + "," + BRIDGE_ROW + "}")
                .replace("BMARK", mark(bridgeMark)).replace("PMARK", mark(portMark)).replace('\'', '"')));
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
        HostState.Port vm1 = new HostState.Port(Map.of("tag", tag),
                Map.of("vm1", new HostState.Interface(Map.of("type", ""))));
        return new HostState(Map.of("br0", new HostState.Bridge(
                Map.of("fail_mode", "secure", "other_config", Map.of("datapath-id", "00aa")),
                Optional.of("tcp:192.0.2.1:6653"), Map.of("vm1", vm1))));
    }

    private static String json(HostDiff.Change change) {
        return JSON.valueToTree(change.operations()).toString();
    }

    @Test
    void aHostThatIsRightGetsNoTransaction() throws IOException {
        assertTrue(HostDiff.between(want(200L), database("created", "created")).isEmpty());
        assertTrue(HostDiff.between(want(Set.of(200L)), database("created", "adopted")).isEmpty());
    }

    @Test
    void onlyTheColumnThatDiffersIsSet() throws IOException {
        HostDiff.Change change = HostDiff.between(want(300L), database("created", "created"));
        assertEquals(List.of("~ port br0/vm1 tag=200 → 300"), change.lines());
        assertTrue(json(change).contains("{\"op\":\"update\",\"table\":\"Port\",\"where\":[[\"_uuid\",\"==\","
                + "[\"uuid\",\"p\"]]],\"row\":{\"tag\":300}}"), json(change));
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
        HostState other = new HostState(Map.of("br0", new HostState.Bridge(
                Map.of("fail_mode", "secure", "other_config", Map.of("datapath-id", "00bb")),
                Optional.of("tcp:192.0.2.1:6653"), Map.of())));
        HostDiff.Change change = HostDiff.between(other, database("created", ""));
        assertTrue(json(change).contains("[\"hwaddr\",\"theirs\"]"), json(change));
        assertTrue(change.lines().stream().noneMatch(l -> l.startsWith("-")), "vm1 is somebody else's: " + change.lines());
        assertTrue(HostDiff.between(new HostState(Map.of()), database("", "")).isEmpty());
    }

    @Test
    void whatWasMadeGoesAndWhatWasAdoptedIsReleased() throws IOException {
        assertEquals(List.of("- bridge br0"),
                HostDiff.between(new HostState(Map.of()), database("created", "created")).lines());
        assertEquals(List.of("~ bridge br0 released, as it is"),
                HostDiff.between(new HostState(Map.of()), database("adopted", "")).lines());
        assertEquals(List.of("~ bridge br0 adopted", "~ port br0/vm1 adopted"),
                HostDiff.between(want(200L), database("", "")).lines());
    }
}
