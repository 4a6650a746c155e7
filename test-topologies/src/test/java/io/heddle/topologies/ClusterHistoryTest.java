package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.ClientHistory.Content;
import io.heddle.topologies.ClientHistory.Outcome;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Station;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients change the network at all controllers of a cluster, while processes die and stop and packets are lost. After
 * that, one order of versions must explain what each client was told, and the switches must have the last version.
 *
 * <p>{@code HEDDLE_SEED} in the environment chooses the faults, and {@code HEDDLE_FAULT_SECONDS} their time.
 */
class ClusterHistoryTest extends StationLab {
    private static final Content FIRST = new Content(0, 0, 0);
    private static final int CLIENTS = 4;
    /** An answer may be as old as the longest fault, and the time until a controller finds that it does not lead. */
    private static final int MOST_LAG_MILLIS = 15_000;

    private final ClientHistory history = new ClientHistory();

    @Test
    void oneOrderOfVersionsExplainsAllAnswersInSpiteOfFaults() {
        run(25, 1);
    }

    @Test
    @Tag("long")
    void oneOrderOfVersionsExplainsAllAnswersOfAnHour() {
        run(3600, System.nanoTime());
    }

    /** etcd has a change, and only its answer is lost: whoever is told that nothing was changed would make it again. */
    @Test
    void aChangeWhoseAnswerFromEtcdIsLostIsNotCalledRefused() {
        startCluster();
        applyByLeader(ClusterClients.file(FIRST), "first");
        int leader = cluster.leader();
        Station station = controllerStations.get(leader);
        etcdStations.forEach(e -> station.dropFrom(e.address()));
        JsonNode answer = cluster.get(leader).apply(ClusterClients.file(new Content(1, 1, 1)), "message=second");
        station.dropNothing();
        assertEquals(503, answer.path("status").asInt(), answer.toString());
        assertTrue(answer.path("detail").asText().startsWith("it is not known whether"), answer.toString());
        assertFalse(answer.toString().contains("nothing was changed"), answer.toString());
        awaitAll();
        ControllerProcess.until(
                20,
                "the next leader has the change",
                () -> cluster.leader() >= 0
                        && leader().get("history").findValuesAsText("message").equals(List.of("first", "second")));
    }

    private static long setting(String name, long otherwise) {
        return Optional.ofNullable(System.getenv(name)).map(Long::parseLong).orElse(otherwise);
    }

    private void run(long seconds, long usualSeed) {
        long seed = setting("HEDDLE_SEED", usualSeed);
        System.out.println("HEDDLE_SEED=" + seed);
        startCluster();
        applyByLeader(ClusterClients.file(FIRST), "w0");
        history.add(ClientHistory.FIRST, 0);
        ClusterFaults faults = new ClusterFaults(this, new Random(seed));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(setting("HEDDLE_FAULT_SECONDS", seconds));
        ClusterClients clients = new ClusterClients(cluster, COUNT, history, CLIENTS, seed);
        try {
            while (System.nanoTime() < end) {
                faults.once();
            }
            awaitAll();
            awaitAccepted();
            clients.close();
            finish(clients);
            System.out.println(measured(faults));
            assertEquals(List.of(), clients.unexpected());
            assertEquals(List.of(), history.faults(FIRST, MOST_LAG_MILLIS));
            assertTrue(
                    history.count(Outcome.ACCEPTED) > 2 * faults.count(), "changes were accepted between the faults");
            assertLastVersionEverywhere();
            assertEvents();
            assertHealthyLogs();
        } catch (RuntimeException | AssertionError e) {
            System.out.println(faults.log());
            throw e;
        } finally {
            clients.close();
        }
    }

    private String measured(ClusterFaults faults) {
        return "measured: " + faults.count() + " faults, "
                + (cluster.log().split("leads by term", -1).length - 1) + " leaders; changes: "
                + history.count(Outcome.ACCEPTED) + " accepted, " + history.count(Outcome.REFUSED) + " refused, "
                + history.count(Outcome.UNKNOWN) + " without an answer, of which " + history.countUntold()
                + " happened; " + history.countReads() + " reads, " + history.countStale()
                + " of them late, by at most " + history.longestLagMillis() + " ms";
    }

    /** Changes go on: some more are accepted. */
    private void awaitAccepted() {
        long before = history.count(Outcome.ACCEPTED);
        ControllerProcess.until(30, "changes are accepted", () -> history.count(Outcome.ACCEPTED) >= before + CLIENTS);
    }

    /** Reads all versions at all controllers, when no change is on its way any more. */
    private void finish(ClusterClients clients) {
        int[] last = {0};
        ControllerProcess.until(30, "no more changes", () -> {
            int before = last[0];
            last[0] = clients.read(cluster.leader());
            pause(1000);
            return before == last[0];
        });
        for (int i = 0; i < COUNT; i++) {
            clients.readHistory(i);
            assertEquals(last[0], clients.read(i), "at c" + i);
        }
        assertEquals(last[0], history.last());
    }

    /** The switches have the last version, and nothing else: written anew, they get the same entries. */
    private void assertLastVersionEverywhere() {
        ControllerProcess leader = leader();
        String text = leader.get("network").path("files").path("network.yaml").asText();
        Content last = ClusterClients.content(text);
        ControllerProcess.until(
                60,
                "all is in sync",
                () -> leader.get("status").path("bridges").path("inSync").asInt() == 2
                        && leader.get("status").path("hosts").path("inSync").asInt() == 2);
        for (LabHost host : hosts) {
            String flows = flows(host);
            assertEquals(
                    1, flows.split("nw_dst=10\\.", -1).length - 1, () -> "the rule of one version only:\n" + flows);
            assertTrue(flows.contains(ClusterClients.match(last.rule())), flows);
            host.ofctl("br0", "del-flows", "");
            ControllerProcess.until(
                    30,
                    host.name() + " gets the same entries",
                    () -> flows(host).equals(flows));
        }
        JsonNode plan = leader.post("plan", "{\"files\": {\"network.yaml\": " + quoted(text) + "}}");
        assertTrue(plan.path("empty").asBoolean(), plan.toString());
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /** Numbers of events go up, and the audit log has no gap. */
    private void assertEvents() {
        List<Integer> ids = new ArrayList<>();
        leader().get("events").forEach(e -> ids.add(e.path("id").asInt()));
        assertEquals(ids.stream().distinct().sorted().toList(), ids);
        for (int i = 0; i < COUNT; i++) {
            int number = i;
            ControllerProcess.until(
                    10, "the audit log of c" + i, () -> verifyAudit(number).ok());
        }
    }
}
