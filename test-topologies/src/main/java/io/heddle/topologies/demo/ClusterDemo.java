package io.heddle.topologies.demo;

import io.heddle.topologies.lab.ControllerCluster;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.EtcdProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Three controllers and three servers of etcd, of which some are killed during a ping. The drill of docs/cluster.md. */
final class ClusterDemo {
    private static final int PINGS = 400;
    private static final int FIRST_KILL_MILLIS = 2000;
    private static final int SECONDS = 20;

    private final Lab lab;
    private final String file;
    private EtcdProcess etcd;
    private ControllerCluster cluster;
    private boolean surprised;

    private ClusterDemo(Lab lab) throws IOException {
        this.lab = lab;
        Path path = ControllerProcess.home().resolve("test-topologies/networks/cluster.yaml");
        file = Files.readString(path);
    }

    static void run(Lab lab, boolean once) throws Exception {
        ClusterDemo demo = new ClusterDemo(lab);
        Runtime.getRuntime().addShutdownHook(new Thread(demo::cleanUp));
        demo.steps();
        if (!once) {
            say("");
            say("The lab stays up. In another terminal:  ./heddle get controllers,  ./heddle get events");
            say("Ctrl-C takes everything down.");
            new CountDownLatch(1).await();
        }
        System.exit(demo.surprised ? 1 : 0);
    }

    private void steps() throws InterruptedException {
        say("1. Two hypervisors, three servers of etcd, three controllers");
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        lab.machine(hv1, "one", "10.0.200.1/24");
        lab.machine(hv2, "two", "10.0.200.2/24");
        etcd = new EtcdProcess(3);
        cluster = new ControllerCluster(etcd, 3);
        say("   " + cluster.table().replace("\n", "\n   "));
        change("");
        show(
                "controllers of each bridge",
                "3",
                Long.toString(hv1.vsctl("get-controller br0").lines().count()));
        say("2. The controller that leads is killed (kill -9) during a ping, 20 a second; so is one server of etcd");
        Thread pings = new Thread(() -> show(
                "pings",
                PINGS + " sent, " + PINGS + " answered",
                lab.machine("one")
                        .attempt("ping -q -i 0.05 -c " + PINGS + " 10.0.200.2")
                        .output()
                        .replaceAll("(?s).*?(\\d+) packets transmitted, (\\d+) received.*", "$1 sent, $2 answered")));
        pings.start();
        Thread.sleep(FIRST_KILL_MILLIS);
        int first = cluster.leader();
        cluster.kill(first);
        long begun = System.nanoTime();
        ControllerProcess.until(SECONDS, "another controller leads", () -> cluster.leader() >= 0);
        change("# after the first death\n");
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        show("a change is in force " + millis + " ms after the death", "in time", millis < 2000 ? "in time" : "late");
        show(
                "FLOW_MODs of the new leader",
                "0",
                Long.toString(cluster.get(cluster.leader()).counter("openflow_flow_mods_total")));
        etcd.kill(etcd.leader());
        change("# with two servers of etcd\n");
        say("3. The next one dies, too: one of three is left");
        cluster.kill(cluster.leader());
        ControllerProcess.until(SECONDS, "the last controller leads", () -> cluster.leader() >= 0);
        change("# by the last one\n");
        pings.join();
        say("4. What died returns, and follows");
        etcd.startAll();
        for (int i = 0; i < 3; i++) {
            cluster.revive(i);
        }
        ControllerProcess.until(SECONDS, "all run", () -> !cluster.table().contains("away"));
        say("   " + cluster.table().replace("\n", "\n   "));
        show(
                "versions in the history",
                "4",
                Integer.toString(cluster.get(cluster.leader()).get("history").size()));
    }

    private void change(String comment) {
        String state = cluster.get(cluster.leader())
                .apply(file + comment)
                .path("state")
                .asText();
        show("a change, accepted and in force", "in-sync", state);
    }

    private void show(String what, String expected, String seen) {
        boolean right = expected.equals(seen);
        surprised |= !right;
        say(String.format("   %s %-75s expected %s, seen %s", right ? "✓" : "✗", what, expected, seen));
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void cleanUp() {
        if (cluster != null) {
            cluster.close();
        }
        if (etcd != null) {
            etcd.close();
        }
        lab.close();
        Shell.attempt(List.of("ip", "netns", "del", "heddle-lab"));
    }
}
