package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mininet's switches, which no network file declares, connected to the controller. */
class MininetTest {
    private static final String OVS_CTL = "/usr/share/openvswitch/scripts/ovs-ctl";
    private static final Path TOPOLOGIES = ControllerProcess.home().resolve("test-topologies/mininet/topologies.py");
    private Path folder;
    private ControllerProcess controller;

    @BeforeAll
    static void ovsUp() {
        Shell.run(OVS_CTL + " start --system-id=random --no-mlockall");
    }

    @AfterAll
    static void ovsDown() {
        Shell.run(OVS_CTL + " stop");
    }

    @BeforeEach
    void controllerUp() throws IOException {
        folder = Files.createTempDirectory("heddle-mininet");
        controller = new ControllerProcess(folder);
    }

    @AfterEach
    void controllerDown() throws IOException {
        controller.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    private static JsonNode run(String topology) throws IOException {
        // Only Debian's own interpreter finds Mininet.
        Shell.Result r = Shell.attempt(List.of("/usr/bin/python3", TOPOLOGIES.toString(), topology));
        String json =
                r.output().lines().filter(l -> l.startsWith("{")).findFirst().orElse("");
        assertTrue(r.ok() && !json.isEmpty(), r.output());
        return new ObjectMapper().readTree(json);
    }

    private static void all(JsonNode matrix, int others) {
        matrix.forEach(row -> assertEquals(others, row.size(), matrix.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "line", "tree"})
    void connectsAllHosts(String topology) throws IOException {
        JsonNode seen = run(topology);
        int others = seen.path("reached").size() - 1;
        assertTrue(others >= 2);
        all(seen.path("reached"), others);
        all(seen.path("reachedWithStaticArp"), others);
        assertTrue(seen.path("mbps").asDouble() > 1, seen.path("mbps").toString());
        String flows = seen.path("flows").path("s1").asText();
        assertTrue(flows.contains("dl_dst=") && flows.contains("actions=output:"), flows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vlan", "trunk"})
    void keepsVlanTagsSetByHand(String topology) throws IOException {
        JsonNode seen = run(topology);
        JsonNode expected = new ObjectMapper()
                .valueToTree(
                        topology.equals("vlan")
                                ? Map.of(
                                        "h1",
                                        List.of("h2"),
                                        "h2",
                                        List.of("h1"),
                                        "h3",
                                        List.of("h4"),
                                        "h4",
                                        List.of("h3"))
                                : Map.of(
                                        "h1",
                                        List.of("h3"),
                                        "h3",
                                        List.of("h1"),
                                        "h2",
                                        List.of("h4"),
                                        "h4",
                                        List.of("h2")));
        assertEquals(expected, seen.path("reached"));
        // Knowing a host's MAC gives no access to its VLAN.
        assertEquals(expected, seen.path("reachedWithStaticArp"));
        assertTrue(seen.path("mbps").asDouble() > 1, seen.path("mbps").toString());
    }

    @Test
    void appliesAnAccessListToUndeclaredSwitches() throws IOException {
        JsonNode answer = controller.apply("""
            heddle: v1
            acls:
              - {name: bad-neighbour, rules: [{match: "ip,nw_src=10.0.0.66", action: drop}]}
            """);
        assertEquals("in-sync", answer.path("state").asText(), answer.toPrettyString());
        JsonNode reached = run("acl").path("reached");
        assertEquals("[\"h2\"]", reached.path("h1").toString());
        assertEquals("[\"h1\"]", reached.path("h2").toString());
        assertEquals("[]", reached.path("h3").toString());
    }
}
