package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code heddle apply --watch}: a file, or a folder in Git, that a host follows. */
class WatchTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {vm1: {access: red}, vm2: {access: red}}}}
            """;
    private LabHost hv1;
    private Path output;
    private Process watch;

    @BeforeEach
    void build() throws IOException {
        hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        output = Lab.FOLDER.resolve("watch.log");
        Files.deleteIfExists(output);
        startController();
    }

    @AfterEach
    void stopWatch() {
        if (watch != null) {
            watch.destroyForcibly();
        }
    }

    private void watch(Path source, String... more) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(ControllerProcess.home().resolve("heddle").toString(), "apply", source.toString(), "--watch"));
        command.addAll(List.of("--interval", "1"));
        command.addAll(List.of(more));
        watch = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private void says(String text) {
        ControllerProcess.until(
                20, text + " in:\n" + text(output), () -> text(output).contains(text));
    }

    private int count(String part) {
        return text(output).split(part, -1).length - 1;
    }

    private String tag(String port) {
        return hv1.vsctl("get port " + port + " tag").strip();
    }

    @Test
    void followsAFileThroughFaultsAndDrift() throws Exception {
        Path file = write(NETWORK);
        watch(file, "-m", "by watch");
        says("version 1: in-sync");
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        Files.writeString(file, NETWORK.replace("vm2: {access: red}", "vm2: {access: blue}"));
        says("version 2: in-sync");
        assertEquals("300", tag("vm2"));

        Files.writeString(file, NETWORK.replace("access: red}, vm2", "access: rde}, vm2"));
        says("unknown network \"rde\", did you mean red?");
        says("heddle: version 2 stays in force");
        Files.delete(file);
        says("no such file");
        // Rounds enough to say it again.
        TimeUnit.SECONDS.sleep(3);
        assertEquals(1, count("no such file"), text(output));
        Files.writeString(file, NETWORK);
        says("version 3: in-sync");
        says("all is well again; version 3 stays in force");

        hv1.vsctl("set port vm2 tag=77");
        says("drift: healed hv1");
        controller.apply(NETWORK.replace("300", "400"), "author=alice&message=by%20hand");
        says("drift: version 4 by alice (by hand) is in force, not these files");
        assertEquals(1, count("drift: version 4"), text(output));

        controller.kill();
        says("no controller answers there");
        TimeUnit.SECONDS.sleep(3);
        assertEquals(1, count("no controller answers there"), text(output));
        Files.writeString(file, NETWORK.replace("300", "500"));
        restartController();
        says("version 5: in-sync");

        watch.destroy();
        assertTrue(watch.waitFor(10, TimeUnit.SECONDS));
        assertEquals(143, watch.exitValue(), text(output));
        says("stopped; version 5 stays in force");
        assertTrue(controller.get("history").toString().contains("by watch"));
        assertEquals(1, count("did you mean red"), text(output));
    }

    @Test
    void aSignalBeginsNoChangeWithHalfWrittenFiles() throws Exception {
        Path file = write(NETWORK);
        watch(file);
        says("version 1: in-sync");
        AtomicBoolean writes = new AtomicBoolean(true);
        Thread editor = new Thread(() -> {
            for (int i = 0; writes.get(); i++) {
                write(NETWORK.replace(", blue: {vlan: 300}", "") + "# " + i + "\n");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        });
        editor.start();
        try {
            // Two rounds: it now waits for the end of the writing.
            TimeUnit.SECONDS.sleep(2);
            watch.destroy();
            assertTrue(watch.waitFor(10, TimeUnit.SECONDS));
        } finally {
            writes.set(false);
            editor.join();
        }
        assertTrue(text(output).endsWith("stopped; version 1 stays in force\n"), text(output));
        assertEquals(1, controller.get("status").path("version").asInt());
    }

    @Test
    void saysAgainThatItsFilesAreRefusedAfterAnAbsenceOfTheController() throws IOException {
        Path file = write(NETWORK);
        watch(file);
        says("version 1: in-sync");
        Files.writeString(file, NETWORK.replace("vlan: 200", "vlan: 5000"));
        says("expected a VLAN number");
        controller.kill();
        says("no controller answers there");
        restartController();
        ControllerProcess.until(20, "it says it again", () -> count("expected a VLAN number") == 2);
        assertFalse(text(output).contains("all is well"), text(output));
    }

    @Test
    void asksBeforeItRemovesPortsOfContainers() throws IOException {
        Path file = write(NETWORK);
        watch(file, "--enforce");
        says("version 1: in-sync");
        // As heddle containers declares them.
        controller.put(
                "hosts/hv1/bridges/br0/ports/c-1",
                "{\"access\": \"red\", \"labels\": {\"runtime\": \"cni\", \"attachment\": \"1/eth0\"}}");
        says("needs confirmation: bridge hv1/br0 loses 1 port of containers: c-1");
        says("nothing was changed: the plan needs confirmation; pass --yes to accept");
        assertEquals(2, controller.get("status").path("version").asInt());
        stopWatch();
        Shell.Result accepted = ControllerProcess.heddle("apply --yes " + file);
        assertTrue(accepted.ok(), accepted.output());
        assertEquals(
                3,
                controller.get("status").path("version").asInt(),
                controller.get("history").toString());
    }

    @Test
    void followsAFolderInGitAndEnforcesIt() throws Exception {
        Path origin = Files.createDirectories(Lab.FOLDER.resolve("origin"));
        Shell.run("git -C " + origin + " init -q -b main");
        commit(origin, NETWORK, "first");
        Path clone = Lab.FOLDER.resolve("clone");
        Shell.run("git clone -q " + origin + " " + clone);
        watch(clone, "--git", "--enforce");
        says("version 1: in-sync");
        commit(origin, NETWORK.replace("vm2: {access: red}", "vm2: {access: blue}"), "vm2 moves");
        says("version 2: in-sync");
        assertEquals("300", tag("vm2"));
        String history = controller.get("history").toString();
        assertTrue(history.contains("vm2 moves (tester)"), history);

        controller.apply(NETWORK);
        says("version 4: in-sync");
        assertEquals("300", tag("vm2"), "as in Git again");

        // Somebody has changed the clone: Git cannot go on from there.
        commit(clone, NETWORK + "# here\n", "local");
        says("version 5: in-sync");
        commit(origin, NETWORK + "# there\n", "remote");
        says("heddle: git pull in ");
        says("heddle: version 5 stays in force");
        Shell.run("git -C " + clone + " reset -q --hard HEAD~1");
        says("version 6: in-sync");
        assertTrue(controller.get("network").toString().contains("# there"));
    }

    private static void commit(Path repository, String network, String message) throws IOException {
        Files.writeString(repository.resolve("network.yaml"), network);
        Shell.run("git -C " + repository + " add network.yaml");
        Shell.Result r = Shell.attempt(List.of(
                "git",
                "-C",
                repository.toString(),
                "-c",
                "user.name=tester",
                "-c",
                "user.email=t@example.org",
                "commit",
                "-q",
                "-m",
                message));
        assertTrue(r.ok(), r.output());
    }

    @Test
    void refusesWhatMakesNoSense() throws IOException {
        String file = write(NETWORK).toString();
        for (String[] wrong : new String[][] {
            {"--git", "--git is for --watch only"},
            {"--watch --git", "not a git repository"},
            {"--watch --interval 0", "expected seconds, 1 or more"},
            {"--watch --confirm 60", "--confirm waits for somebody"}
        }) {
            Shell.Result r = ControllerProcess.heddle("apply " + file + " " + wrong[0]);
            assertEquals(1, r.exit(), r.output());
            assertTrue(r.output().contains(wrong[1]), r.output());
        }
        assertEquals(0, controller.get("status").path("version").asInt());
        hv1.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev");
        hv1.ofctl("br0", "add-flow", "cookie=7,priority=5,tcp,actions=NORMAL");
        watch(Path.of(file));
        says("nothing was changed: the plan needs confirmation; pass --yes to accept");
        assertEquals(0, controller.get("status").path("version").asInt());
        assertFalse(text(output).contains("all is well"), text(output));
    }
}
