package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerCluster;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.EtcdProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three controllers as one, whose state is in etcd. */
class ClusterTest extends ClusterLab {
    private static final int CHANGES = 21;

    @Test
    void anotherControllerTakesOverWithoutAnEntryWrittenOrAFrameLost() {
        start(1);
        Pings pings = ping("one", "10.0.200.2");
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            int first = cluster.leader();
            cluster.kill(first);
            long begun = System.nanoTime();
            awaitAnotherLeader(first);
            apply(FILE + "# round " + round + "\n");
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            assertEquals(0, leader().counter("openflow_flow_mods_total"), "entries written");
            assertEquals(0, leader().counter("ovsdb_transactions_total"), "transactions");
            cluster.start(first);
        }
        assertEquals(0, pings.lost());
        System.out.println("measured: milliseconds from the death of the controller that leads to a change in force: "
                + millis.stream().sorted().toList());
        assertTrue(millis.stream().sorted().toList().get(1) < 2000, millis + " ms");

        // What any of them has acknowledged is there, once.
        JsonNode history = leader().get("history");
        assertEquals(List.of(1, 2, 3, 4), numbers(history, "version"), history.toString());
        List<Integer> events = numbers(leader().get("events"), "id");
        assertEquals(events.stream().distinct().sorted().toList(), events, "ids of events");
        assertTrue(leader().get("events").toString().contains("accepted from"), "events from before");
        assertEquals(4, leader().get("events?kind=leads").size());
        assertEquals(1, leader().get("events?kind=leader-flapping").size(), "three changes within ten minutes");
        ControllerProcess.until(
                10,
                "all three run",
                () -> !leader().get("controllers").toString().contains("away"));
        String table = cluster.table();
        assertEquals(1, table.split("leads", -1).length - 1, table);
        assertEquals(2, table.split("ready", -1).length - 1, table);
        String audit = ControllerProcess.heddle(
                        "audit verify --state " + Lab.FOLDER.resolve("controller" + cluster.leader() + "/state"))
                .output();
        assertTrue(audit.startsWith("4 lines from number 1"), audit);
    }

    private static List<Integer> numbers(JsonNode rows, String column) {
        List<Integer> out = new ArrayList<>();
        rows.forEach(r -> out.add(r.path(column).asInt()));
        return out.stream().sorted().toList();
    }

    /** Without a majority of etcd, changes are refused and everything goes on; with it, they work again. */
    @Test
    void changesAreRefusedWhileEtcdHasNoMajority() {
        start(3);
        Pings pings = ping("one", "10.0.200.2");
        ControllerProcess leading = leader();
        // Whichever of them leads: a change waits until etcd has chosen another leader.
        etcd.kill(etcd.leader());
        apply(FILE + "# with two servers\n");
        etcd.kill(etcd.leader());
        // The first change may have been on its way, and the leader stays in any case.
        JsonNode unknown = leading.apply(FILE + "# perhaps\n");
        assertEquals(503, unknown.path("status").asInt(), unknown.toString());
        JsonNode refused = leading.apply(FILE + "# with one server\n");
        assertEquals(503, refused.path("status").asInt(), refused.toString());
        assertTrue(refused.toString().contains("etcd has not answered"), refused.toString());
        assertEquals(2, leading.get("status").path("version").asInt(), "reading goes on");
        etcd.startAll();
        ControllerProcess.until(30, "etcd has a majority", etcd::answers);
        ControllerProcess.until(
                20,
                "changes work",
                () -> leader().apply(FILE + "# again\n").path("state").asText().equals("in-sync"));
        assertFalse(leader().get("history").toString().contains("with one server"));
        assertEquals(0, pings.lost());
    }

    /** All doors of all controllers lead to the same state; a token of one is one of all, also after its death. */
    @Test
    void anyControllerAnswers() throws Exception {
        start(1);
        int follower = cluster.follower();
        String token = leader().post("tokens", "{\"name\": \"ci\", \"role\": \"operator\"}")
                .path("token")
                .asText();
        assertEquals("401", ask(follower, "version", "none"), "others than users of the leader's machine need a token");
        assertEquals("200", ask(follower, "status", token));
        Shell.Result applied = Shell.attempt(List.of(
                "env",
                "HEDDLE_TOKEN=" + token,
                ControllerProcess.home().resolve("heddle").toString(),
                "apply",
                write(FILE + "# by a follower\n").toString(),
                "--yes",
                "--api",
                "http://127.0.0.1:" + (8080 + follower)));
        assertTrue(applied.ok(), applied.output());
        assertTrue(health(follower).contains("\"leader\":\"c" + cluster.leader() + "\""), health(follower));
        int first = cluster.leader();
        cluster.get(first).close();
        awaitAnotherLeader(first);
        int last = IntStream.range(0, 3)
                .filter(i -> i != first && i != cluster.leader())
                .findFirst()
                .orElseThrow();
        ControllerProcess.until(
                10, "the token counts", () -> ask(last, "status", token).equals("200"));
        // Backup and restore: all controllers stop, and one alone goes on with the copy.
        Path backup = Lab.FOLDER.resolve("backup/state");
        cluster.close();
        cluster = null;
        Shell.Result copied = ControllerProcess.heddle("store copy --from " + etcd.store() + " --to " + backup);
        assertTrue(copied.ok(), copied.output());
        assertTrue(ControllerProcess.heddle("store copy --from " + backup + " --to " + etcd.store())
                .output()
                .contains("has a state already"));
        controller = new ControllerProcess(Lab.FOLDER.resolve("backup"));
        awaitInSync(2);
        assertEquals(2, controller.get("status").path("version").asInt());
        assertEquals(0, controller.counter("openflow_flow_mods_total"));
        long alone = millisPerChange(controller);
        controller.close();
        // And back to several.
        etcd.close();
        Shell.run("rm -rf " + Lab.FOLDER.resolve("etcd0"));
        etcd = new EtcdProcess(1);
        etcd.ctl("del /lab");
        copied = ControllerProcess.heddle("store copy --from " + backup + " --to " + etcd.store());
        assertTrue(copied.ok(), copied.output());
        Shell.run("rm -rf " + Lab.FOLDER.resolve("controller0"));
        cluster = new ControllerCluster(etcd, 1);
        ControllerProcess.until(
                20,
                "it is in sync",
                () -> leader().get("status").path("bridges").path("inSync").asInt() == 2);
        assertEquals(2 + CHANGES, leader().get("status").path("version").asInt());
        assertEquals("200", ask(0, "status", token));
        long byEtcd = millisPerChange(leader());
        System.out.println("measured: a change is in force after " + byEtcd + " ms with the state in etcd, after "
                + alone + " ms with a controller alone");
    }

    /** The median of some changes, from the request to in force. */
    private static long millisPerChange(ControllerProcess of) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            long begun = System.nanoTime();
            assertEquals(
                    "in-sync",
                    of.apply(FILE + "# " + begun + "\n").path("state").asText());
            all.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
        return all.stream().sorted().toList().get(CHANGES / 2);
    }
}
