package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Hosts that dial in to all controllers. */
class ClusterDialInTest extends ClusterLab {
    private static final int DEATHS = 3;

    /** They wait at each controller, so a new leader has them at once. */
    @Test
    void hostsThatDialInAreThereWhenAnotherControllerLeads() {
        String file = FILE.replace("ovsdb: tcp:172.31.0.1:6640", "system-id: hv1")
                .replace("ovsdb: tcp:172.31.0.2:6640", "system-id: hv2");
        start(1, file, () -> {
            String targets = IntStream.range(0, 3)
                    .mapToObj(i -> "tcp:" + Lab.CONTROLLER + ":" + (6640 + i))
                    .collect(Collectors.joining(" "));
            for (LabHost host : List.of(hv1, hv2)) {
                host.vsctl("set Open_vSwitch . external_ids:system-id=" + host.name());
                host.vsctl("set-manager " + targets);
            }
        });
        Pings pings = ping("one", "10.0.200.2");
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < DEATHS; round++) {
            int first = cluster.leader();
            // Long enough for a host's pause to grow, where nobody listens.
            pause(10_000);
            cluster.kill(first);
            long begun = System.nanoTime();
            awaitAnotherLeader(first);
            ControllerProcess.until(
                    20,
                    "both hosts are there",
                    () -> leader().get("status").path("hosts").path("inSync").asInt() == 2);
            apply(file + "# round " + round + "\n");
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            assertEquals(0, leader().counter("ovsdb_transactions_total"), "transactions");
            cluster.start(first);
        }
        assertEquals(0, pings.lost());
        System.out.println("measured: milliseconds from the death of the controller that leads to a change in force on"
                + " hosts that dial in: " + millis.stream().sorted().toList());
        assertTrue(millis.stream().sorted().toList().get(1) < 2000, millis + " ms");
    }
}
