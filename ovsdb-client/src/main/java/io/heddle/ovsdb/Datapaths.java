package io.heddle.ovsdb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a host's datapaths can do, as Open vSwitch has found out. Open vSwitch before 2.12 does not say. Source: the
 * columns datapaths and capabilities in ovs-vswitchd.conf.db(5).
 *
 * @param capabilities by type of the datapath, {@code system} or {@code netdev}; the names and values of Open vSwitch
 * @param limitsZones whether the host can limit the connections of a zone
 * @param version that of Open vSwitch; "" if the host does not say
 */
public record Datapaths(Map<String, Map<String, String>> capabilities, boolean limitsZones, String version) {
    public Datapaths {
        capabilities = Map.copyOf(capabilities);
    }

    /** Whether Open vSwitch says that a datapath cannot do something. @param netdev the userspace datapath */
    public boolean lacks(boolean netdev, String capability) {
        return "false"
                .equals(capabilities
                        .getOrDefault(netdev ? "netdev" : "system", Map.of())
                        .get(capability));
    }

    /** Asks a host; any thread. A host that does not know the question has no capabilities to tell of. */
    public static CompletableFuture<Datapaths> ask(OvsdbSession session) {
        CompletableFuture<Datapaths> answer = new CompletableFuture<>();
        session.loop()
                .execute(() -> session.transact(
                        List.of(
                                Operation.select(Database.OPEN_VSWITCH, Database.DATAPATHS),
                                Operation.selectAll(Database.DATAPATH, List.of("_uuid", "capabilities"))),
                        (results, error) -> answer.complete(new Datapaths(
                                error == null ? capabilities(results) : Map.of(),
                                session.database().limitsZones(),
                                session.database().version()))));
        return answer;
    }

    private static Map<String, Map<String, String>> capabilities(List<JsonNode> results) {
        Map<String, Map<String, String>> byUuid = new HashMap<>();
        for (JsonNode row : results.get(1).path("rows")) {
            byUuid.put(row.path("_uuid").path(1).asText(), Value.map(Value.fromJson(row.path("capabilities"))));
        }
        Map<String, Map<String, String>> byType = new HashMap<>();
        // ["map", [[type, ["uuid", …]], …]]
        for (JsonNode pair :
                results.get(0).path("rows").path(0).path("datapaths").path(1)) {
            Map<String, String> known = byUuid.get(pair.path(1).path(1).asText());
            if (known != null) {
                byType.put(pair.path(0).asText(), Map.copyOf(known));
            }
        }
        return byType;
    }
}
