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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs docs/start.md: all its commands, in their order, by a reader who is root. */
class StartPageTest {
    private static final Path HOME = ControllerProcess.home();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final Pattern GOES_ON = Pattern.compile("(.*?)\\s+# until Ctrl-C");

    @TempDir
    private Path folder;

    private String page;
    private final Deque<String> commands = new ArrayDeque<>();
    private final List<Process> started = new ArrayList<>();
    private int logs;

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(HOME.resolve("docs/start.md"));
        for (Matcher block = BLOCK.matcher(page); block.find(); ) {
            block.group(1).lines().forEach(commands::add);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process p : started) {
            interrupt(p);
        }
    }

    private static void interrupt(Process p) throws InterruptedException {
        // As Ctrl-C does: the whole group, whose leader it is.
        Shell.attempt(List.of("kill", "-INT", "--", "-" + p.pid()));
        if (!p.waitFor(20, TimeUnit.SECONDS)) {
            Shell.attempt(List.of("kill", "-KILL", "--", "-" + p.pid()));
        }
    }

    /** The next command of the page, which must begin like this. */
    private String next(String begin) {
        String command = commands.removeFirst();
        assertTrue(command.startsWith(begin), command + ": expected " + begin);
        return command.replaceFirst("^sudo ", "")
                .replace("./heddle", HOME + "/heddle")
                .replace("test-topologies/", HOME + "/test-topologies/")
                .replace("/var/lib/heddle", folder + "/state");
    }

    private String run(String begin) {
        String command = next(begin);
        Shell.Result r = Shell.attempt(List.of("bash", "-c", "cd " + folder + " && " + command));
        assertTrue(r.ok(), command + ": " + r.output());
        return r.output();
    }

    /** Starts a command that goes on, in a namespace; "" for this one. @return the file with its output */
    private Path start(String begin, String namespace) throws IOException {
        String command = next(begin);
        Matcher m = GOES_ON.matcher(command);
        Path log = folder.resolve("log" + logs++);
        List<String> words = new ArrayList<>(List.of("setsid"));
        if (!namespace.isEmpty()) {
            words.addAll(List.of("ip", "netns", "exec", namespace));
        }
        words.addAll(List.of("bash", "-c", "exec " + (m.matches() ? m.group(1) : command)));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("HEDDLE_CONTROLLER_CONF", "/dev/null");
        started.add(builder.start());
        return log;
    }

    private void watched(String begin, String expected) throws IOException, InterruptedException {
        Path log = start(begin, "");
        ControllerProcess.until(
                10, begin + " shows " + expected, () -> LabTest.text(log).matches("(?s).*" + expected + ".*"));
        interrupt(started.get(started.size() - 1));
    }

    @Test
    void everyCommandWorksInTheOrderOfThePage() throws IOException, InterruptedException {
        Path demo = start("sudo ./heddle demo", "");
        ControllerProcess.until(
                120, "the demo is done", () -> LabTest.text(demo).contains("The lab stays up"));
        String said = LabTest.text(demo);
        assertFalse(said.contains("✗"), said);
        assertTrue(
                page.contains("<http://127.0.0.1:8080/>") && said.contains("the page, http://127.0.0.1:8080/,"), said);
        assertTrue(Shell.run("curl -s http://127.0.0.1:8080/").contains("<title>"));
        assertEquals(3, said.substring(said.indexOf("Try next")).strip().lines().count() - 1, said);

        assertTrue(run("./heddle get ports host=hv1").contains("red1"));
        watched("./heddle get drops -w", "acl bad-neighbour rule 1");
        String trace = commands.getFirst();
        assertTrue(said.contains("  " + trace + "\n"), "the demo names the same trace");
        Matcher sentence = Pattern.compile("one sentence: `(.*?)`").matcher(page);
        assertTrue(sentence.find());
        String way = run("./heddle trace");
        assertTrue(way.contains(sentence.group(1)), way);

        run("sudo ./heddle lab exec hv2 ovs-vsctl del-port br0 vx-br0");
        watched("./heddle get events -f", "healed +hv2");
        assertTrue(Shell.run("ovs-vsctl --db=unix:/run/heddle-lab/hv2/db.sock list-ports br0")
                .contains("vx-br0"));

        run("sed ");
        assertTrue(run("./heddle plan mine.yaml").contains("port hv2/br0/blue2 changes its VLANs"));
        assertTrue(run("./heddle apply mine.yaml").contains("in-sync"));
        assertTrue(run("./heddle confirm").contains("version 2 stays"));
        assertTrue(run("./heddle rollback 1").contains("version 3: in-sync"));
        interrupt(started.get(0));
        assertFalse(Shell.run("ip netns list").contains("hdl-"));
        ownHost();
        assertTrue(commands.isEmpty(), commands.toString());
        // Only what cannot be run as it stands may be outside of a block.
        Matcher inline =
                Pattern.compile("`((sudo )?(\\./heddle|ovs-vsctl|ip) [^`]*)`").matcher(page);
        while (inline.find()) {
            assertEquals("ovs-vsctl set-manager tcp:CONTROLLER:6640", inline.group(1));
        }
    }

    /** The controller and the questions, on a host with one NIC and its address there. */
    private void ownHost() throws IOException {
        try (Lab lab = new Lab()) {
            LabHost host = lab.host("own");
            host.withoutBridge();
            Path log = start("sudo ./heddle controller", host.namespace());
            ControllerProcess.until(
                    30, "the controller is ready", () -> LabTest.text(log).contains("heddle ready"));
            String init = next("sudo ./heddle init");
            // Five times Enter, then yes to the plan and to the change.
            Shell.Result typed = host.script("cd " + folder + "; printf '\\n\\n\\n\\n\\ny\\ny\\n'"
                    + " | script -qec 'env OVS_RUNDIR=" + host.folder() + " " + init + "' /dev/null");
            assertTrue(typed.output().contains("stays"), typed.output());
            assertEquals("br0", host.vsctl("iface-to-br eth0").strip());
            assertTrue(Shell.attempt(List.of("ping", "-c", "1", "-W", "2", host.address()))
                    .ok());
        }
    }
}
