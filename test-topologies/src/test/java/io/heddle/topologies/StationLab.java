package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.topologies.lab.ControllerCluster;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.EtcdProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import io.heddle.topologies.lab.Station;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** Three controllers and three servers of etcd, each with an address of its own, and two hypervisors. */
abstract class StationLab extends LabTest {
    static final int COUNT = 3;

    final List<LabHost> hosts = new ArrayList<>();
    private final List<Path> disks = new ArrayList<>();
    List<Station> etcdStations;
    List<Station> controllerStations;
    EtcdProcess etcd;
    ControllerCluster cluster;

    /** Starts all of it, without a network. Each controller has a small disk of its own for its state. */
    void startCluster() {
        for (int i = 1; i <= 2; i++) {
            LabHost host = lab.host("hv" + i);
            hosts.add(host);
            machine(host, i == 1 ? "one" : "two", "0f:0" + i, "10.0.200." + i + "/24", "");
        }
        etcdStations = stations("e");
        controllerStations = stations("c");
        for (int i = 0; i < COUNT; i++) {
            Path state = Lab.FOLDER.resolve("controller" + i + "/state");
            Shell.run("mkdir -p " + state);
            Shell.run("mount -t tmpfs -o size=64m,mode=700 none " + state);
            disks.add(state);
        }
        etcd = new EtcdProcess(etcdStations);
        cluster = new ControllerCluster(etcd, controllerStations);
    }

    private List<Station> stations(String prefix) {
        return IntStream.range(0, COUNT).mapToObj(i -> lab.station(prefix + i)).toList();
    }

    @AfterEach
    void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
        if (etcd != null) {
            etcd.close();
        }
        disks.forEach(d -> Shell.run("umount -l " + d));
    }

    /** Applies a network by the controller that leads. */
    void applyByLeader(String yaml, String message) {
        assertEquals(
                "in-sync",
                leader().apply(yaml, "message=" + message).path("state").asText());
    }

    ControllerProcess leader() {
        return cluster.get(cluster.leader());
    }

    /** Waits until the controllers know that one of them leads and that the others are ready. */
    void awaitAll() {
        ControllerProcess.until(60, "a controller leads and the others are ready", () -> {
            int leader = cluster.leader();
            return leader >= 0
                    && cluster.get(leader).get("controllers").findValuesAsText("state").stream()
                                    .filter(s -> !s.equals("away"))
                                    .count()
                            == COUNT;
        });
    }

    /** What a controller answers on its own machine about its health. */
    String health(int number) {
        return controllerStations
                .get(number)
                .attempt("curl -s -m 2 http://127.0.0.1:8080/health/ready")
                .output();
    }

    static String flows(LabHost host) {
        return host.ofctl("br0", "dump-flows", "--no-stats");
    }

    /** No controller has leaked a buffer, or ended for a fault of its own. */
    void assertHealthyLogs() {
        String log = cluster.log();
        assertEquals(
                List.of(),
                log.lines()
                        .filter(l -> l.contains("LEAK") || l.contains(" ERROR "))
                        .toList(),
                log);
    }

    /** The audit log that a controller keeps, as {@code heddle audit verify} sees it. */
    Shell.Result verifyAudit(int number) {
        return ControllerProcess.heddle("audit verify --state " + cluster.state(number));
    }
}
