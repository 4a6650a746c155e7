package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package on a machine that systemd runs: installed, upgraded, and removed in a container. */
class ServiceTest {
    private static final int CHECKS = 37;
    private static final int MOST_EXPOSED = 20;

    @TempDir
    private Path folder;

    private static Path resource(String name) {
        return ControllerProcess.home().resolve("test-topologies/src/test/resources/service/" + name);
    }

    /** What systemd does not know it only warns of. The limit is of 100: how exposed a service is. */
    @Test
    void theUnitIsValidAndConfined() throws IOException {
        String text = Files.readString(ControllerProcess.home().resolve("controller/src/deb/files/heddle.service"));
        // The command need not be installed here.
        Path unit = Files.writeString(folder.resolve("heddle.service"), text.replace("/usr/bin/heddle", "/bin/true"));
        assertEquals("", Shell.run("systemd-analyze verify --man=no " + unit));
        String confined = "systemd-analyze security --offline=true --no-pager --threshold=" + MOST_EXPOSED + " ";
        Shell.run(confined + unit);
        Path open = Files.writeString(folder.resolve("open.service"), text.replaceAll("(?m)^SystemCallFilter.*", ""));
        assertFalse(Shell.attempt(List.of((confined + open).split(" "))).ok(), "any unit passes");
    }

    /** See {@code inside.sh} for the checks. It takes a minute. */
    @Test
    @Tag("long")
    void theServiceHasItsUserItsSocketAndItsStateOverUpgrades() throws IOException {
        Path deb;
        try (Stream<Path> target = Files.list(ControllerProcess.home().resolve("controller/target"))) {
            deb = target.filter(p -> p.toString().endsWith(".deb")).findFirst().orElseThrow();
        }
        // Namespaces of its own: whatever the container mounts and starts ends with it.
        Process container = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        resource("container.sh").toString(),
                        folder.toString(),
                        deb.toString(),
                        resource("inside.sh").toString())
                .redirectErrorStream(true)
                .start();
        String report;
        try (BufferedReader out = container.inputReader()) {
            report = out.lines().collect(Collectors.joining("\n"));
        } finally {
            container.destroyForcibly();
        }
        assertTrue(report.endsWith("\ndone"), report);
        assertFalse(report.contains("failed:"), report);
        assertTrue(report.lines().filter(l -> l.startsWith("ok: ")).count() >= CHECKS, report);
    }
}
