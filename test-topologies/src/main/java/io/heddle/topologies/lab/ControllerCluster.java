package io.heddle.topologies.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Several controllers on this machine, with ports of their own, whose state is in etcd. */
public final class ControllerCluster implements AutoCloseable {
    private static final int LEAD_SECONDS = 30;

    private final EtcdProcess etcd;
    private final List<Optional<ControllerProcess>> controllers = new ArrayList<>();

    /** Starts controllers, and waits until one of them leads. */
    public ControllerCluster(EtcdProcess etcd, int count) {
        this.etcd = etcd;
        for (int i = 0; i < count; i++) {
            controllers.add(Optional.empty());
            start(i);
        }
        ControllerProcess.until(LEAD_SECONDS, "a controller leads", () -> leader() >= 0);
    }

    /** Starts a controller, with the state folder that it had. */
    public void start(int number) {
        start(number, ControllerProcess.home());
    }

    /** Likewise. @param program the folder of another version of Heddle */
    public void start(int number, Path program) {
        controllers.set(
                number,
                Optional.of(new ControllerProcess(
                        program,
                        "http://127.0.0.1:" + (8080 + number) + "/api/v1/",
                        Lab.FOLDER.resolve("controller" + number),
                        Map.of(),
                        "--store",
                        etcd.store(),
                        "--name",
                        "c" + number,
                        "--advertise",
                        Lab.CONTROLLER,
                        "--openflow",
                        "0.0.0.0:" + (6653 + 10 * number),
                        "--ovsdb",
                        "0.0.0.0:" + (6640 + number),
                        "--api",
                        "0.0.0.0:" + (8080 + number),
                        "--api-open",
                        "--peer",
                        "0.0.0.0:" + (6680 + number))));
    }

    /** Starts a controller that was killed. */
    public void revive(int number) {
        if (controllers.get(number).isEmpty()) {
            start(number);
        }
    }

    /** What {@code heddle get controllers} says. */
    public String table() {
        return ControllerProcess.heddle("get controllers --api http://127.0.0.1:" + (8080 + leader()))
                .output()
                .strip();
    }

    /** A controller that runs. */
    public ControllerProcess get(int number) {
        return controllers.get(number).orElseThrow();
    }

    /** Kills a controller at once. */
    public void kill(int number) {
        get(number).kill();
        controllers.set(number, Optional.empty());
    }

    /** Stops a controller as a service manager would. */
    public void stop(int number) {
        get(number).close();
        controllers.set(number, Optional.empty());
    }

    /** The number of the controller that leads, as the others say; -1 if none does. */
    public int leader() {
        return IntStream.range(0, controllers.size())
                .filter(i -> controllers.get(i).isPresent())
                .map(i -> leader(get(i)))
                .filter(l -> l >= 0)
                .findFirst()
                .orElse(-1);
    }

    private static int leader(ControllerProcess asked) {
        try {
            for (JsonNode row : asked.get("controllers")) {
                if (row.path("state").asText().equals("leads")) {
                    return Integer.parseInt(row.path("name").asText().substring(1));
                }
            }
        } catch (RuntimeException e) {
            // It does not answer.
        }
        return -1;
    }

    /** One that runs and does not lead. */
    public int follower() {
        int leader = leader();
        return IntStream.range(0, controllers.size())
                .filter(i -> i != leader && controllers.get(i).isPresent())
                .findFirst()
                .orElseThrow();
    }

    /** The output of all that run. */
    public String log() {
        StringBuilder all = new StringBuilder();
        controllers.forEach(c -> c.ifPresent(p -> all.append(p.log())));
        return all.toString();
    }

    @Override
    public void close() {
        controllers.forEach(c -> c.ifPresent(ControllerProcess::close));
    }
}
