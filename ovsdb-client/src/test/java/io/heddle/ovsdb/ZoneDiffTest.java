package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Limits of zones against databases with and without rows for them. */
class ZoneDiffTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OURS = "['heddle', 'created']";

    private static Database database(String text) throws IOException {
        Database db = new Database();
        db.update(JSON.readTree(text.replace('\'', '"')));
        return db;
    }

    private static Database without() throws IOException {
        return database(root("['map', []]"));
    }

    private static String root(String datapaths) {
        return "{'Open_vSwitch': {'root': {'new': {'datapaths': " + datapaths + "}}}}";
    }

    /** A database in which zone 7 has a limit. */
    private static Database with(String datapathMark, String zoneMark, String limit) throws IOException {
        Database db = database(root("['map', [['netdev', ['uuid', 'd']]]]"));
        db.update(JSON.readTree("""
                {'Datapath': {'d': {'new': {'ct_zones': ['map', [[7, ['uuid', 'z']]]],
                   'external_ids': ['map', [DMARK]]}}},
                 'CT_Zone': {'z': {'new': {'limit': LIMIT, 'external_ids': ['map', [ZMARK]]}}}}
                """.replace("DMARK", datapathMark)
                .replace("ZMARK", zoneMark)
                .replace("LIMIT", limit)
                .replace('\'', '"')));
        return db;
    }

    private static HostState limits(Map<Integer, Long> limits) {
        Map<Integer, HostState.Zone> zones = new TreeMap<>();
        limits.forEach((number, limit) -> zones.put(number, new HostState.Zone("port br0/vm" + number, limit)));
        return new HostState(Map.of(), Map.of(), Map.of(), zones.isEmpty() ? Map.of() : Map.of("netdev", zones));
    }

    private static List<String> lines(Map<Integer, Long> limits, Database have) {
        return HostDiff.between(limits(limits), have).lines();
    }

    private static String json(Map<Integer, Long> limits, Database have) {
        return JSON.valueToTree(HostDiff.between(limits(limits), have).operations())
                .toString();
    }

    @Test
    void theDatapathIsCreatedWithItsZones() throws IOException {
        assertEquals(
                List.of(
                        "+ zone netdev/7 of port br0/vm7 limit=20",
                        "+ zone netdev/9 of port br0/vm9 limit=30",
                        "+ datapath netdev"),
                lines(Map.of(7, 20L, 9, 30L), without()));
        String json = json(Map.of(7, 20L), without());
        assertTrue(json.contains("\"ct_zones\":[\"map\",[[7,[\"named-uuid\",\"row0\"]]]]"), json);
        assertTrue(
                json.contains("[\"datapaths\",\"insert\",[\"map\",[[\"netdev\",[\"named-uuid\",\"row1\"]]]]]"), json);
    }

    @Test
    void aLimitThatIsRightStaysAndAnotherIsSet() throws IOException {
        assertEquals(List.of(), lines(Map.of(7, 20L), with(OURS, OURS, "20")));
        assertEquals(
                List.of("~ zone netdev/7 of port br0/vm7 limit=0 → 20"), lines(Map.of(7, 20L), with(OURS, OURS, "0")));
        assertEquals(
                List.of("~ zone netdev/7 of port br0/vm7 limit=- → 20"),
                lines(Map.of(7, 20L), with("", "", "['set', []]")));
    }

    @Test
    void zonesComeAndGo() throws IOException {
        Database have = with(OURS, OURS, "20");
        assertEquals(
                List.of("- zone netdev/7", "+ zone netdev/9 of port br0/vm9 limit=30"), lines(Map.of(9, 30L), have));
        String json = json(Map.of(9, 30L), have);
        assertTrue(json.contains("[\"ct_zones\",\"delete\",[\"map\",[[7,[\"uuid\",\"z\"]]]]]"), json);
        assertTrue(json.contains("[\"ct_zones\",\"insert\",[\"map\",[[9,[\"named-uuid\",\"row0\"]]]]]"), json);
    }

    @Test
    void nothingIsLeftOfTheLastLimit() throws IOException {
        assertEquals(List.of("- zone netdev/7", "- datapath netdev"), lines(Map.of(), with(OURS, OURS, "20")));
        String json = json(Map.of(), with(OURS, OURS, "20"));
        assertTrue(json.contains("[\"datapaths\",\"delete\",[\"map\",[[\"netdev\",[\"uuid\",\"d\"]]]]]"), json);
    }

    @Test
    void rowsOfOthersStay() throws IOException {
        assertEquals(List.of(), lines(Map.of(), with("", "", "20")));
        assertEquals(List.of("- zone netdev/7"), lines(Map.of(), with("", OURS, "20")));
        assertEquals(List.of(), lines(Map.of(), with(OURS, "", "20")), "their zone needs the datapath");
        assertEquals(
                List.of("~ zone netdev/7 released, as it is"),
                lines(Map.of(), with(OURS, "['heddle', 'adopted']", "20")));
    }

    @Test
    void anOldDatabaseCannotHoldLimits() throws IOException {
        Database old = database("{'Open_vSwitch': {'root': {'new': {'ovs_version': '3.1.0'}}}}");
        HostDiff.Change change = HostDiff.between(limits(Map.of(7, 20L, 9, 20L)), old);
        assertEquals(List.of(), change.operations());
        assertEquals(
                List.of(
                        "connection-limit of port br0/vm7, and of 1 more, is left out: it needs Open vSwitch 3.3 or later, and the"
                                + " host has 3.1.0"),
                change.conflicts());
        assertEquals(HostDiff.Change.NONE, HostDiff.between(limits(Map.of()), old));
    }
}
