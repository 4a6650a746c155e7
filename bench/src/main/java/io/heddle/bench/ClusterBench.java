package io.heddle.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerCluster;
import io.heddle.topologies.lab.EtcdProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Three controllers and three servers of etcd, with emulated switches that are connected to each of the controllers.
 * Everything shares this machine.
 */
final class ClusterBench {
    private static final int CONTROLLERS = 3;
    private static final int RULES = 10;
    private static final int CHANGES = 11;
    private static final double LONGEST_SECONDS = 300;

    private ClusterBench() {}

    /** Measures and prints. */
    static void print(int switches) throws IOException, InterruptedException {
        Shell.run("ip addr add " + Lab.CONTROLLER + "/32 dev lo");
        List<Load> loads = new ArrayList<>();
        try (EtcdProcess etcd = new EtcdProcess(CONTROLLERS);
                ControllerCluster cluster = new ControllerCluster(etcd, CONTROLLERS)) {
            int first = cluster.leader();
            JsonNode answer = cluster.get(first).apply(Networks.ofEmulated(switches, RULES));
            check(answer);
            for (int i = 0; i < CONTROLLERS; i++) {
                loads.add(new Load(switches, 1));
            }
            long begun = System.nanoTime();
            for (int i = 0; i < CONTROLLERS; i++) {
                loads.get(i).connect(new InetSocketAddress("127.0.0.1", 6653 + 10 * i));
            }
            loads.get(first).awaitSynced(switches, LONGEST_SECONDS);
            System.out.printf(
                    Locale.ROOT,
                    "%d switches, each connected to %d controllers: in sync after %.2f s%n",
                    switches,
                    CONTROLLERS,
                    seconds(begun));
            loads.get(first).settle();
            memory(cluster, first);
            changes(cluster, loads.get(first), first, switches);
            takeover(cluster, loads, first, switches);
        } finally {
            loads.forEach(Load::close);
        }
    }

    private static void check(JsonNode answer) throws IOException {
        if (!answer.path("version").isInt()) {
            throw new IOException(answer.toString());
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void memory(ControllerCluster cluster, int leader) throws IOException {
        for (int i = 0; i < CONTROLLERS; i++) {
            String kib = Files.readAllLines(Path.of("/proc/" + cluster.get(i).pid() + "/status")).stream()
                    .filter(l -> l.startsWith("VmRSS:"))
                    .map(l -> l.replaceAll("\\D", ""))
                    .findFirst()
                    .orElseThrow();
            System.out.printf(
                    Locale.ROOT,
                    "a controller that %s holds %d MB%n",
                    i == leader ? "leads" : "follows",
                    Long.parseLong(kib) / 1024);
        }
    }

    /** Changes a rule that all switches have, until all of them have it. */
    private static void changes(ControllerCluster cluster, Load load, int leader, int switches)
            throws IOException, InterruptedException {
        List<Double> accepted = new ArrayList<>();
        List<Double> sent = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            int wanted = load.commits() + switches;
            long begun = System.nanoTime();
            check(cluster.get(leader)
                    .put(
                            "acls/drops/rules/5?wait=0",
                            "{\"match\": \"" + Networks.match(RULES + i) + "\", \"action\": \"drop\"}"));
            accepted.add(seconds(begun) * 1000);
            Waiting.until(
                    () -> load.commits() >= wanted,
                    LONGEST_SECONDS,
                    () -> wanted - load.commits() + " switches do not have the rule");
            sent.add((load.lastCommit() - begun) / 1e6);
        }
        System.out.printf(
                Locale.ROOT,
                "a rule of all switches: accepted after %.0f ms, on all of them after %.0f ms (medians of %d)%n",
                FlowsBench.median(accepted),
                FlowsBench.median(sent),
                CHANGES);
    }

    private static void takeover(ControllerCluster cluster, List<Load> loads, int dead, int switches)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        cluster.kill(dead);
        int next = -1;
        while (next < 0 || next == dead) {
            next = cluster.leader();
        }
        double led = seconds(begun);
        loads.get(next).awaitSynced(switches, LONGEST_SECONDS);
        System.out.printf(
                Locale.ROOT,
                "the leader is killed: another one serves requests after %.2f s, and has given all switches, which are"
                        + " empty for it, their entries after %.2f s%n",
                led,
                seconds(begun));
    }
}
