package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The Python client, against a running controller with a host. Its own tests are in clients/python/tests. */
class PythonClientTest extends LabTest {
    private static final Path PYTHON = ControllerProcess.home().resolve("clients/python");

    /** Runs Debian's interpreter, which writes no compiled files. */
    private static List<String> python(List<String> environment, String... args) {
        List<String> command = new ArrayList<>(List.of("env", "PYTHONPATH=" + PYTHON));
        command.addAll(environment);
        command.addAll(List.of("/usr/bin/python3", "-B"));
        command.addAll(List.of(args));
        return command;
    }

    @Test
    void readsAndChangesARunningNetwork() throws IOException {
        LabHost hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        hv1.vsctl("add-br br9 -- set bridge br9 datapath_type=netdev");
        hv1.ofctl("br9", "add-flow", "cookie=7,priority=5,tcp,actions=NORMAL");
        Path pki = Files.createDirectories(Lab.FOLDER.resolve("python")).resolve("pki");
        Path socket = Path.of("/run/heddle-python-test/api.sock");
        Files.createDirectories(socket.getParent());
        assertTrue(ControllerProcess.heddle("pki init --folder " + pki).ok());
        controller = new ControllerProcess(
                Lab.FOLDER.resolve("python/controller"),
                "--tls",
                pki.toString(),
                "--api-tls",
                "127.0.0.1:8443",
                "--api-socket",
                socket.toString());
        Shell.Result r = Shell.attempt(python(
                List.of(
                        "HEDDLE_API=http://127.0.0.1:8080",
                        "TEST_SOCKET=" + socket,
                        "TEST_HTTPS=https://localhost:8443",
                        "TEST_CA=" + pki.resolve("controllers-cacert.pem")),
                PYTHON.resolve("tests/test_client.py").toString()));
        Shell.run("rm -rf " + socket.getParent());
        assertTrue(r.ok() && r.output().matches("(?s).*Ran 1[0-9] tests.*\\nOK\\n$"), r.output());
    }

    @Test
    void followsEventsAcrossADeathOfTheController() throws Exception {
        startController();
        controller.apply("heddle: v1\n");
        Path seen = Lab.FOLDER.resolve("seen");
        Process follower = new ProcessBuilder(python(
                        List.of("HEDDLE_API=http://127.0.0.1:8080"),
                        PYTHON.resolve("tests/follow.py").toString(),
                        "applied",
                        "version 3",
                        "0"))
                .redirectErrorStream(true)
                .redirectOutput(seen.toFile())
                .start();
        try {
            controller.apply("heddle: v1\nnetworks: {red: {vlan: 2}}\n");
            ControllerProcess.until(
                    10, "it has seen version 2", () -> text(seen).contains("applied version 2"));
            controller.kill();
            restartController();
            controller.apply("heddle: v1\nnetworks: {red: {vlan: 3}}\n");
            ControllerProcess.until(20, "it has ended at version 3", () -> !follower.isAlive());
        } finally {
            follower.destroyForcibly();
        }
        assertEquals(0, follower.exitValue(), text(seen));
        List<Integer> ids = text(seen)
                .lines()
                .map(l -> Integer.valueOf(l.substring(0, l.indexOf(' '))))
                .toList();
        assertEquals(
                IntStream.rangeClosed(ids.get(0), ids.get(0) + ids.size() - 1)
                        .boxed()
                        .toList(),
                ids,
                "each event once, none missed");
    }

    @Test
    void hasTheVersionOfTheProject() throws IOException {
        String launcher = Files.readString(ControllerProcess.home().resolve("heddle"));
        String version = launcher.lines()
                .filter(l -> l.startsWith("version="))
                .findFirst()
                .orElseThrow()
                .substring("version=".length());
        assertTrue(Files.readString(PYTHON.resolve("pyproject.toml")).contains("version = \"" + version + "\"\n"));
        Shell.Result own = Shell.attempt(python(List.of(), "-c", "import heddle; print(heddle.__version__)"));
        assertEquals(version, own.output().strip());
    }
}
