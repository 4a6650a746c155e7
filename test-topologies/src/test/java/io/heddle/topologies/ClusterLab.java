package io.heddle.topologies;

import io.heddle.topologies.lab.ControllerCluster;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.EtcdProcess;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** Two hosts and three controllers, whose state is in etcd. */
abstract class ClusterLab extends OutsideLab {
    static final String FILE = read();

    EtcdProcess etcd;
    ControllerCluster cluster;

    private static String read() {
        try {
            return Files.readString(ControllerProcess.home().resolve("test-topologies/networks/cluster.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start(int servers) {
        start(servers, FILE, () -> {});
    }

    /** @param prepare what to do before the file is applied */
    void start(int servers, String file, Runnable prepare) {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        machine(hv1, "one", "0e:01", "10.0.200.1/24", "");
        machine(hv2, "two", "0e:02", "10.0.200.2/24", "");
        etcd = new EtcdProcess(servers);
        cluster = new ControllerCluster(etcd, 3);
        prepare.run();
        apply(file);
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    /** By the controller that leads. */
    @Override
    void apply(String yaml) {
        controller = cluster.get(cluster.leader());
        super.apply(yaml);
        controller = null;
    }

    void awaitAnotherLeader(int than) {
        ControllerProcess.until(10, "another controller leads", () -> {
            int leader = cluster.leader();
            return leader >= 0 && leader != than;
        });
    }

    /** The controller that leads. Waits until one does: a term may end at any time. */
    ControllerProcess leader() {
        int[] number = {-1};
        ControllerProcess.until(10, "a controller leads", () -> (number[0] = cluster.leader()) >= 0);
        return cluster.get(number[0]);
    }

    static String health(int number) {
        return text("http://127.0.0.1:" + (8080 + number) + "/health/ready");
    }

    /** What a URL answers. @param more arguments of curl */
    static String text(String url, String... more) {
        return curl(List.of(more), url).output();
    }

    /** The status with which a path of the API is answered. */
    static String ask(int number, String path, String token) {
        return status(
                "http://127.0.0.1:" + (8080 + number) + "/api/v1/" + path, "-H", "Authorization: Bearer " + token);
    }

    /** The status with which a URL is answered. @param more arguments of curl */
    static String status(String url, String... more) {
        return curl(
                        Stream.concat(Stream.of("-o", "/dev/null", "-w", "%{http_code}"), Stream.of(more))
                                .toList(),
                        url)
                .output();
    }

    private static Shell.Result curl(List<String> more, String url) {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-m", "3"));
        command.addAll(more);
        command.add(url);
        return Shell.attempt(command);
    }
}
