package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Shell;
import java.io.File;
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

/** Mininet's switches connected to the controller: those that no network file declares, and those of exercises. */
class MininetTest {
    private static final String OVS_CTL = "/usr/share/openvswitch/scripts/ovs-ctl";
    private static final Path TOPOLOGIES = ControllerProcess.home().resolve("test-topologies/mininet/topologies.py");
    private static final Path SOLUTIONS = TOPOLOGIES.resolveSibling("solutions");
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
    void folderUp() throws IOException {
        folder = Files.createTempDirectory("heddle-mininet-test");
    }

    @AfterEach
    void controllerDown() throws IOException {
        if (controller != null) {
            controller.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    private JsonNode run(String topology) throws IOException {
        if (controller == null) {
            controller = new ControllerProcess(folder);
        }
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
        controller = new ControllerProcess(folder);
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

    /** With heddle.mininet: a script that starts the controller, applies its file, and checks what follows. */
    private Shell.Result script(Path file) {
        temporary().mkdirs();
        return Shell.attempt(List.of(
                "env",
                "TMPDIR=" + temporary(),
                "PYTHONPATH=" + ControllerProcess.home().resolve("clients/python"),
                "/usr/bin/python3",
                "-B",
                file.toString()));
    }

    private File temporary() {
        return folder.resolve("tmp").toFile();
    }

    private void nothingIsLeft() {
        assertEquals("", Shell.run("ovs-vsctl list-br"));
        assertEquals("", Shell.run("ovs-vsctl get-manager"));
        assertFalse(Shell.run("ps -eo args").contains("--openflow 127.0.0.1:6653"));
        assertEquals(
                0,
                temporary().list().length,
                "temporary files: " + List.of(temporary().list()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lan", "vlans", "router", "firewall", "nat"})
    void theSolutionsOfTheExercisesWork(String exercise) throws IOException {
        Shell.Result r = script(SOLUTIONS.resolve(exercise + ".py"));
        assertTrue(r.ok(), r.output());
        nothingIsLeft();
        String page = Files.readString(ControllerProcess.home().resolve("docs/howto/mininet.md"));
        assertTrue(page.contains("solutions/" + exercise + ".py"), exercise);
    }

    @Test
    void leavesNoControllerWhenOpenVSwitchHasStopped() throws IOException {
        String right = Files.readString(SOLUTIONS.resolve("vlans.py"));
        String start = "with HeddleNet(Vlans(), NETWORK) as net:\n";
        Path file = folder.resolve("exercise.py");
        try {
            for (String end : List.of("", "    raise ValueError(\"mine\")\n")) {
                Files.writeString(
                        file,
                        "import subprocess\n" + right.substring(0, right.indexOf(start)) + start
                                + "    subprocess.run([\"" + OVS_CTL + "\", \"stop\"], check=True)\n" + end);
                Shell.Result r = script(file);
                String error = r.output().strip().lines().reduce((a, b) -> b).orElse("");
                String expected = end.isEmpty() ? "HeddleError: ovs-vsctl del-manager: " : "ValueError: mine";
                assertTrue(
                        !r.ok() && error.contains(end.isEmpty() ? "database connection failed" : expected), r.output());
                assertTrue(r.output().contains(expected), r.output());
                removeWhatItCouldNot();
                nothingIsLeft();
            }
        } finally {
            removeWhatItCouldNot();
        }
    }

    private static void removeWhatItCouldNot() {
        ovsUp();
        Shell.run("ovs-vsctl --if-exists del-br s1 -- --if-exists del-br s2 -- del-manager");
    }

    @Test
    void wrongExercisesSayWhatIsWrongAndLeaveNothing() throws IOException {
        String right = Files.readString(SOLUTIONS.resolve("router.py"));
        Path file = folder.resolve("exercise.py");
        Files.writeString(file, right.replace("s1-eth2: {access: twenty}", "s1-eth2: {access: twnety}"));
        Shell.Result misspelt = script(file);
        assertTrue(
                !misspelt.ok() && misspelt.output().contains("unknown network \"twnety\", did you mean twenty?"),
                misspelt.output());
        nothingIsLeft();
        Files.writeString(file, right.replace("datapath: netdev, ", ""));
        Shell.Result kernel = script(file);
        assertTrue(
                !kernel.ok() && kernel.output().contains("give its bridge datapath: netdev, or HeddleNet"),
                kernel.output());
        nothingIsLeft();
        // The router has nothing to route: the solution notices.
        Files.writeString(file, right.replace("edge: {networks: [lan, twenty]}", "edge: {networks: [twenty]}"));
        Shell.Result unsolved = script(file);
        assertTrue(!unsolved.ok() && unsolved.output().contains("AssertionError"), unsolved.output());
        nothingIsLeft();
        controller = new ControllerProcess(folder);
        Shell.Result taken = script(SOLUTIONS.resolve("lan.py"));
        assertTrue(
                !taken.ok() && taken.output().contains("port 6653 is taken: stop what listens there"), taken.output());
        assertEquals("", Shell.run("ovs-vsctl list-br"));
        assertTrue(controller.isRunning());
    }
}
