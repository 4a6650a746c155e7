package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every accepted version is stored and can be restored, whatever happens to the controller. */
class HistoryTest extends LabTest {
    /** Number of versions that the store keeps. These versions are short, so none depends on the one before it. */
    private static final int KEPT = 1000;

    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {vm1: {access: red}, vm2: {access: red}}}}
            """;
    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        startController();
        apply(version(1));
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
    }

    /** A network whose version number shows on the switch, as a rule for this UDP port. */
    private static String version(int number) {
        return NETWORK + "acls: [{name: n, rules: [{match: \"udp,tp_dst=" + number + "\", action: drop}]}]\n"
                + (number % 3 == 0
                        ? ""
                        : "# a comment, so that files differ in length " + "x".repeat(number % 7) + "\n");
    }

    private String rules() {
        return hv1.ofctl("br0", "dump-flows", "table=10")
                .lines()
                .filter(l -> l.contains("udp"))
                .map(l -> l.replaceAll(".*tp_dst=(\\d+).*", "$1"))
                .reduce("", (a, b) -> a + b + ";");
    }

    private boolean inSync() {
        try {
            JsonNode s = controller.get("status");
            return s.path("hosts").path("inSync").asInt() == 1
                    && s.path("bridges").path("inSync").asInt() == 1;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void showsComparesAndRestoresVersions() {
        assertTrue(ControllerProcess.heddle("apply " + write(version(2)) + " -m second")
                .ok());
        Shell.Result history = ControllerProcess.heddle("history");
        assertTrue(history.output().contains("second") && history.output().contains("root"), history.output());
        assertTrue(ControllerProcess.heddle("show 1").output().contains("udp,tp_dst=1"), "show");
        String diff = ControllerProcess.heddle("diff 1 2").output();
        assertTrue(
                diff.contains("-acls: [{name: n, rules: [{match: \"udp,tp_dst=1\"") && diff.contains("+acls:"), diff);
        assertEquals("2;", rules());
        Shell.Result back = ControllerProcess.heddle("rollback 1 -m oops");
        assertTrue(back.ok() && back.output().contains("version 3: in-sync"), back.output());
        assertEquals("1;", rules());
        assertTrue(ControllerProcess.heddle("history").output().contains("rollback to version 1: oops"));
        assertTrue(happened("rollback", "version 3"));
        Shell.Result none = ControllerProcess.heddle("rollback 9");
        assertEquals(1, none.exit());
        assertTrue(none.output().contains("there is no version 9, the latest is 3: see heddle history"), none.output());
    }

    @Test
    void sendsOnlyTheDifferenceAfterARestartWithAnotherFile() throws Exception {
        long before = controller.get("events").size();
        controller.kill();
        Path file = Files.writeString(Lab.FOLDER.resolve("other.yaml"), version(2));
        controller = new ControllerProcess(Lab.FOLDER.resolve("controller1"), "--config", file.toString());
        ControllerProcess.until(20, "all is in sync", this::inSync);
        assertEquals("2;", rules());
        assertEquals(2, controller.counter("openflow_flow_mods_total"), "one entry added, one removed");
        assertEquals(0, controller.counter("ovsdb_transactions_total"));
        // The event journal continues where it was.
        JsonNode events = controller.get("events");
        assertTrue(events.size() > before, events.toString());
        assertEquals(1, events.get(0).path("id").asInt());
        assertEquals("applied", kind(events, "version 1"));
        assertEquals("applied", kind(events, "version 2"));
    }

    private static String kind(JsonNode events, String subject) {
        for (JsonNode e : events) {
            if (e.path("subject").asText().equals(subject)) {
                return e.path("kind").asText();
            }
        }
        return "";
    }

    @Test
    void keepsTheLastVersionWhenTheDiskIsFull() throws Exception {
        controller.close();
        Path state = Lab.FOLDER.resolve("controller1/state");
        Path kept = Files.move(state, Lab.FOLDER.resolve("kept"));
        Files.createDirectories(state);
        Shell.run("mount -t tmpfs -o size=64k none " + state);
        try {
            Shell.run("cp -r " + kept + "/. " + state);
            controller = new ControllerProcess(Lab.FOLDER.resolve("controller1"));
            Shell.attempt(List.of("dd", "if=/dev/zero", "of=" + state + "/filler", "bs=1k"));
            JsonNode answer = controller.apply(version(2));
            assertEquals(500, answer.path("status").asInt(), answer.toString());
            assertTrue(answer.path("detail").asText().contains("has no room, so nothing was done"), answer.toString());
            assertEquals("1;", rules());
            assertEquals(1, controller.get("status").path("version").asInt());
            Files.delete(state.resolve("filler"));
            assertEquals(2, controller.apply(version(2)).path("version").asInt());
            controller.kill();
            restartController();
            assertEquals(2, controller.get("status").path("version").asInt());
        } finally {
            controller.close();
            Shell.run("umount " + state);
        }
    }

    @Test
    void restoresAnAcceptedVersionAfterRandomKills() throws Exception {
        killed(4, 1);
    }

    @Test
    @Tag("long")
    void restoresAnAcceptedVersionAfterTwoHundredKills() throws Exception {
        killed(200, 2);
    }

    /**
     * Applies versions continuously, kills the controller at a random time, and compares the restored version with the
     * accepted ones.
     */
    private void killed(int times, long seed) throws Exception {
        Random random = new Random(seed);
        AtomicInteger next = new AtomicInteger(2);
        Pings pings = ping("vm1", "10.0.0.2");
        int overtaken = 0;
        for (int i = 0; i < times; i++) {
            AtomicInteger accepted =
                    new AtomicInteger(controller.get("status").path("version").asInt());
            AtomicBoolean going = new AtomicBoolean(true);
            ControllerProcess running = controller;
            Thread applier = new Thread(() -> {
                while (going.get()) {
                    try {
                        int n = running.apply(version(next.getAndIncrement()), "wait=0")
                                .path("version")
                                .asInt();
                        accepted.accumulateAndGet(n, Math::max);
                    } catch (UncheckedIOException e) {
                        return;
                    }
                }
            });
            applier.start();
            Thread.sleep(random.nextInt(400));
            controller.kill();
            going.set(false);
            applier.join();
            restartController();
            ControllerProcess.until(20, "all is in sync after kill " + i, this::inSync);
            int now = controller.get("status").path("version").asInt();
            // The last version may be on disk although its answer was never sent. A version that was answered is never
            // missing.
            assertTrue(
                    now == accepted.get() || now == accepted.get() + 1,
                    "version " + now + ", answered " + accepted.get());
            overtaken += now - accepted.get();
            String file =
                    controller.get("network").path("files").path("network.yaml").asText();
            assertEquals(file.replaceAll("(?s).*tp_dst=(\\d+).*", "$1") + ";", rules(), "after kill " + i);
            assertEquals(Math.min(now, KEPT), controller.get("history").size());
        }
        int lost = pings.lost();
        System.out.println("measured: " + times + " kills, " + (next.get() - 2) + " versions applied, " + overtaken
                + " on disk with no answer, " + lost + " pings lost");
        assertEquals(0, lost);
    }
}
