package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.ClientHistory.Content;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who writes to switches and hosts, as their own logs tell it. */
class ClusterWriterTest extends StationLab {
    private static final int FROZEN_SECONDS = 10;
    private static final Content BEFORE = new Content(1, 1, 1);

    /** A controller that was stopped for ten seconds, and believes that it leads when it wakes up, writes nothing. */
    @Test
    void aFormerLeaderThatWakesUpWritesNothing() {
        startCluster();
        applyByLeader(ClusterClients.file(BEFORE), "before");
        int former = cluster.leader();
        hosts.forEach(ClusterWriterTest::logMessages);
        long frozen = System.nanoTime();
        cluster.get(former).freeze(true);
        // It waits in the former leader's socket: work for it as soon as it wakes up.
        CompletableFuture<JsonNode> late = CompletableFuture.supplyAsync(
                () -> cluster.get(former).apply(ClusterClients.file(new Content(3, 3, 3)), "message=late"));
        int next = awaitLeaderBeside(former);
        assertEquals(
                "in-sync",
                cluster.get(next)
                        .apply(ClusterClients.file(new Content(2, 2, 2)), "message=after")
                        .path("state")
                        .asText());
        for (LabHost host : hosts) {
            assertTrue(switchWrites(host, next, 0) > 0, "the switch's log shows what the leader writes");
            assertTrue(hostWrites(host, next, 0) > 0, "the database's log shows what the leader writes");
        }
        pause((int) Math.max(0, FROZEN_SECONDS * 1000 - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - frozen)));
        assertWritesNothing(former, () -> {
            // To the former leader, all of this is a change by somebody else, which it would take back.
            cluster.get(former).freeze(false);
            ControllerProcess.until(20, "it follows", () -> health(former).contains("\"member\""));
            JsonNode answer = late.join();
            assertEquals(503, answer.path("status").asInt(), answer.toString());
            pause(2000);
        });
        assertEquals(2, cluster.get(next).get("history").size(), "versions");
        String events = cluster.get(next).get("events").toString();
        assertFalse(events.contains("\"drifted\"") || events.contains("\"healed\""), events);
    }

    /** While something happens, a controller writes nothing, and no entry changes. */
    private void assertWritesNothing(int controller, Runnable meanwhile) {
        List<String> before = hosts.stream().map(StationLab::flows).toList();
        List<int[]> read = hosts.stream()
                .map(h -> new int[] {
                    messages(h, "vsw").length(), messages(h, "ovsdb").length()
                })
                .toList();
        meanwhile.run();
        for (int i = 0; i < hosts.size(); i++) {
            LabHost host = hosts.get(i);
            assertEquals(0, switchWrites(host, controller, read.get(i)[0]), "messages to the switch of hv" + (i + 1));
            assertEquals(0, hostWrites(host, controller, read.get(i)[1]), "transactions to hv" + (i + 1));
            assertEquals(before.get(i), flows(host));
        }
    }

    private int awaitLeaderBeside(int frozen) {
        int[] found = {-1};
        ControllerProcess.until(15, "another controller leads", () -> {
            for (int i = 0; i < COUNT; i++) {
                if (i != frozen && health(i).contains("\"version\"")) {
                    found[0] = i;
                }
            }
            return found[0] >= 0;
        });
        return found[0];
    }

    /** Has a switch and its database log each message, with the address of its sender. */
    private static void logMessages(LabHost host) {
        host.appctl("vlog/set", "vconn:file:dbg");
        host.appctl("vlog/disable-rate-limit", "vconn");
        String database = "ovs-appctl -t " + host.folder() + "/ovsdb.ctl ";
        Shell.run(database + "vlog/set jsonrpc:file:dbg");
        Shell.run(database + "vlog/disable-rate-limit jsonrpc");
    }

    private static String messages(LabHost host, String log) {
        return text(host.folder().resolve(log + ".log"));
    }

    /** Messages from a controller that change a switch's tables, in its log after some characters. */
    private long switchWrites(LabHost host, int controller, int after) {
        return count(
                messages(host, "vsw").substring(after),
                controller,
                "received: OFPT_(FLOW_MOD|GROUP_MOD|METER_MOD|PORT_MOD|PACKET_OUT|BUNDLE)");
    }

    private long hostWrites(LabHost host, int controller, int after) {
        return count(messages(host, "ovsdb").substring(after), controller, "received request, method=\"transact\"");
    }

    private long count(String log, int controller, String what) {
        String from = "DBG|tcp:" + controllerStations.get(controller).address() + ":";
        Pattern wanted = Pattern.compile(what);
        return log.lines()
                .filter(l -> l.contains(from) && wanted.matcher(l).find())
                .count();
    }
}
