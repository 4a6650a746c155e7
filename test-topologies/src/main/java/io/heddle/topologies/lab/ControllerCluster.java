package io.heddle.topologies.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Several controllers whose state is in etcd: on this machine, with ports of their own, or on stations, with an address
 * of their own each.
 */
public final class ControllerCluster implements AutoCloseable {
    private static final int LEAD_SECONDS = 30;
    /**
     * Runs a command with another clock. Timers go on: they belong to the machine, whose clock is right. With the
     * library's fix for monotonic clocks, Java's waits would end at once, and take all processors. The library leaves
     * files in /dev/shm; the namespace of a station has its own.
     */
    private static final String CLOCK = "mount -t tmpfs none /dev/shm; FAKETIME=$0 FAKETIME_DONT_FAKE_MONOTONIC=1"
            + " FAKETIME_FORCE_MONOTONIC_FIX=0 LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketimeMT.so.1) exec \"$@\"";

    private final EtcdProcess etcd;
    /** Where they run; none on this machine. */
    private final List<Station> stations;

    private final List<Optional<ControllerProcess>> controllers = new ArrayList<>();
    private String token = "";

    /** Starts controllers, and waits until one of them leads. */
    public ControllerCluster(EtcdProcess etcd, int count) {
        this(etcd, count, List.of());
    }

    /** Likewise, one on each station. Requests to them have an admin's token. */
    public ControllerCluster(EtcdProcess etcd, List<Station> stations) {
        this(etcd, stations.size(), stations);
    }

    private ControllerCluster(EtcdProcess etcd, int count, List<Station> stations) {
        this.etcd = etcd;
        this.stations = List.copyOf(stations);
        for (int i = 0; i < count; i++) {
            controllers.add(Optional.empty());
            start(i);
        }
        if (!stations.isEmpty()) {
            ControllerProcess.until(LEAD_SECONDS, "a controller makes a token", this::makeToken);
        }
        ControllerProcess.until(LEAD_SECONDS, "a controller leads", () -> leader() >= 0);
    }

    /** Users of the leader's machine need no token, and others get none without: asks each on its own machine. */
    private boolean makeToken() {
        for (Station station : stations) {
            String answer = Shell.attempt(station.command(List.of(
                            "curl",
                            "-s",
                            "-m",
                            "3",
                            "-H",
                            "Content-Type: application/json",
                            "-d",
                            "{\"name\": \"lab\", \"role\": \"admin\"}",
                            "http://127.0.0.1:8080/api/v1/tokens")))
                    .output();
            if (answer.contains("\"token\"")) {
                token = answer.replaceFirst("(?s).*\"token\"\\s*:\\s*\"([^\"]+)\".*", "$1");
                controllers.forEach(c -> c.orElseThrow().authenticate(token));
                return true;
            }
        }
        return false;
    }

    /** By which requests to controllers on stations prove who makes them. */
    public String token() {
        return token;
    }

    /** The address of a controller's admin API, with a slash at its end. */
    public String api(int number) {
        return stations.isEmpty()
                ? "http://127.0.0.1:" + (8080 + number) + "/api/v1/"
                : "http://" + stations.get(number).address() + ":8080/api/v1/";
    }

    /** The folder of a controller's state. */
    public Path state(int number) {
        return folder(number).resolve("state");
    }

    private static Path folder(int number) {
        return Lab.FOLDER.resolve("controller" + number);
    }

    /** Starts a controller, with the state folder that it had. */
    public void start(int number) {
        start(number, ControllerProcess.home(), List.of());
    }

    /** Likewise. @param program the folder of another version of Heddle */
    public void start(int number, Path program) {
        start(number, program, List.of());
    }

    /** Likewise on its station, with a clock that is wrong by some hours. */
    public void startWithClock(int number, int hours) {
        start(number, ControllerProcess.home(), List.of("bash", "-c", CLOCK, String.format("%+dh", hours)));
    }

    private void start(int number, Path program, List<String> clock) {
        List<String> command = new ArrayList<>(
                stations.isEmpty() ? List.of() : stations.get(number).command(List.of()));
        command.addAll(clock);
        command.add(program.resolve("heddle").toString());
        // On a station of its own, a controller has the usual ports.
        int shift = stations.isEmpty() ? number : 0;
        ControllerProcess started = new ControllerProcess(
                command,
                api(number),
                folder(number),
                Map.of(),
                "--store",
                etcd.store(),
                "--name",
                "c" + number,
                "--advertise",
                stations.isEmpty() ? Lab.CONTROLLER : stations.get(number).address(),
                "--openflow",
                "0.0.0.0:" + (6653 + 10 * shift),
                "--ovsdb",
                "0.0.0.0:" + (6640 + shift),
                "--api",
                "0.0.0.0:" + (8080 + shift),
                "--api-open",
                "--peer",
                "0.0.0.0:" + (6680 + shift));
        started.authenticate(token);
        controllers.set(number, Optional.of(started));
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
