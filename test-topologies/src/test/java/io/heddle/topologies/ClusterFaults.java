package io.heddle.topologies;

import io.heddle.topologies.lab.ControllerCluster;
import io.heddle.topologies.lab.EtcdProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import io.heddle.topologies.lab.Station;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Faults of all kinds at random times, for a random time each. One thread. */
final class ClusterFaults {
    private static final int LEAST_MILLIS = 500;
    private static final int MOST_MILLIS = 6000;
    private static final int LONGEST_PAUSE_MILLIS = 1500;
    private static final int LOSS_PERCENT = 40;

    private final StationLab lab;
    private final EtcdProcess etcd;
    private final ControllerCluster cluster;
    private final Random random;
    private final long begun = System.nanoTime();
    private final List<String> log = new ArrayList<>();
    private final List<Kind> next = new ArrayList<>();
    private int count;

    private enum Kind {
        LEADER_KILLED,
        FOLLOWER_KILLED,
        LEADER_FROZEN,
        FOLLOWER_FROZEN,
        LEADER_AND_SWITCH_KILLED,
        ETCD_LEADER_KILLED,
        ETCD_MAJORITY_FROZEN,
        CLOCK_JUMPS,
        DISK_FULL,
        CONTROLLER_CUT_FROM_ETCD,
        LEADER_CUT_FROM_ETCD,
        CONTROLLERS_CUT_FROM_EACH_OTHER,
        CONTROLLER_CUT_FROM_HOSTS,
        CONTROLLER_CUT_FROM_ALL,
        ETCD_SERVERS_CUT_FROM_EACH_OTHER,
        CONTROLLER_LOSES_PACKETS;

        /** Whether processes end, or stop for a while. */
        boolean isOfProcesses() {
            return ordinal() <= DISK_FULL.ordinal();
        }
    }

    ClusterFaults(StationLab lab, Random random) {
        this.lab = lab;
        this.etcd = lab.etcd;
        this.cluster = lab.cluster;
        this.random = random;
    }

    /** What was done, and when. */
    String log() {
        return String.join("\n", log);
    }

    /** How many faults there were. */
    int count() {
        return count;
    }

    /** Makes a fault, or one of processes and one of the network at once; waits; and heals it. */
    void once() {
        Kind first = draw();
        List<Runnable> heal = new ArrayList<>(List.of(make(first)));
        if (random.nextInt(4) == 0) {
            Kind second = next.stream()
                    .filter(k -> k.isOfProcesses() != first.isOfProcesses())
                    .findFirst()
                    .orElse(first);
            if (second != first) {
                next.remove(second);
                heal.add(make(second));
            }
        }
        LabTest.pause(LEAST_MILLIS + random.nextInt(MOST_MILLIS - LEAST_MILLIS));
        heal.forEach(Runnable::run);
        log.add(String.format("%7.2f s healed", seconds()));
        LabTest.pause(random.nextInt(LONGEST_PAUSE_MILLIS));
    }

    /** Each kind comes once before any comes again. */
    private Kind draw() {
        if (next.isEmpty()) {
            next.addAll(List.of(Kind.values()));
            Collections.shuffle(next, random);
        }
        return next.remove(0);
    }

    private Runnable make(Kind kind) {
        int leader = leader();
        int follower = (leader + 1 + random.nextInt(StationLab.COUNT - 1)) % StationLab.COUNT;
        int any = random.nextInt(StationLab.COUNT);
        return switch (kind) {
            case LEADER_KILLED -> kill(kind, leader);
            case FOLLOWER_KILLED -> kill(kind, follower);
            case LEADER_FROZEN -> freeze(kind, leader);
            case FOLLOWER_FROZEN -> freeze(kind, follower);
            case LEADER_AND_SWITCH_KILLED -> killWithSwitch(kind, leader);
            case ETCD_LEADER_KILLED -> killEtcd(kind);
            case ETCD_MAJORITY_FROZEN -> freezeEtcd(kind, any);
            case CLOCK_JUMPS -> jump(kind, leader);
            case DISK_FULL -> fill(kind, any);
            case CONTROLLER_CUT_FROM_ETCD -> cut(kind, lab.controllerStations.get(any), etcds());
            case LEADER_CUT_FROM_ETCD -> cut(kind, lab.controllerStations.get(leader), etcds());
            case CONTROLLERS_CUT_FROM_EACH_OTHER ->
                cut(kind, lab.controllerStations.get(any), others(lab.controllerStations, any));
            case CONTROLLER_CUT_FROM_HOSTS ->
                cut(
                        kind,
                        lab.controllerStations.get(any),
                        lab.hosts.stream().map(LabHost::address).toList());
            case CONTROLLER_CUT_FROM_ALL -> cutFromAll(kind, any);
            case ETCD_SERVERS_CUT_FROM_EACH_OTHER ->
                cut(kind, lab.etcdStations.get(any), others(lab.etcdStations, any));
            case CONTROLLER_LOSES_PACKETS -> lose(kind, any);
        };
    }

    private void note(Kind kind, String what) {
        count++;
        log.add(String.format("%7.2f s %s %s", seconds(), kind, what));
    }

    private double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    /** The controller that leads, as etcd says; any, if it says nothing. */
    private int leader() {
        Shell.Result r = etcd.ctl("get /heddle/leader --print-value-only");
        return r.output().contains("\"name\":\"c")
                ? Integer.parseInt(r.output().replaceFirst("(?s).*\"name\":\"c(\\d+)\".*", "$1"))
                : random.nextInt(StationLab.COUNT);
    }

    private Runnable kill(Kind kind, int controller) {
        note(kind, "c" + controller);
        cluster.kill(controller);
        return () -> cluster.start(controller);
    }

    private Runnable freeze(Kind kind, int controller) {
        note(kind, "c" + controller);
        cluster.get(controller).freeze(true);
        return () -> cluster.get(controller).freeze(false);
    }

    private Runnable killWithSwitch(Kind kind, int controller) {
        LabHost host = lab.hosts.get(random.nextInt(lab.hosts.size()));
        note(kind, "c" + controller + " and " + host.name());
        cluster.kill(controller);
        host.killSwitch();
        return () -> {
            host.startSwitch();
            cluster.start(controller);
        };
    }

    private Runnable killEtcd(Kind kind) {
        int server = etcd.leader();
        note(kind, "e" + server);
        etcd.kill(server);
        return etcd::startAll;
    }

    private Runnable freezeEtcd(Kind kind, int spared) {
        note(kind, "but for e" + spared);
        List<Integer> frozen = IntStream.range(0, StationLab.COUNT)
                .filter(i -> i != spared)
                .boxed()
                .toList();
        frozen.forEach(i -> etcd.freeze(i, true));
        return () -> frozen.forEach(i -> etcd.freeze(i, false));
    }

    /** A controller that led ends, and comes back with a clock that is hours away until it ends again. */
    private Runnable jump(Kind kind, int controller) {
        int hours = random.nextBoolean() ? 1 : -1;
        note(kind, String.format("c%d %+d h", controller, hours));
        cluster.kill(controller);
        cluster.startWithClock(controller, hours);
        return () -> {};
    }

    private Runnable fill(Kind kind, int controller) {
        note(kind, "c" + controller);
        Path filler = cluster.state(controller).resolve("filler");
        Shell.attempt(List.of("dd", "if=/dev/zero", "of=" + filler, "bs=4k"));
        return () -> Shell.run("rm " + filler);
    }

    private List<String> etcds() {
        return lab.etcdStations.stream().map(Station::address).toList();
    }

    private static List<String> others(List<Station> stations, int one) {
        return IntStream.range(0, stations.size())
                .filter(i -> i != one)
                .mapToObj(i -> stations.get(i).address())
                .toList();
    }

    private Runnable cutFromAll(Kind kind, int controller) {
        List<String> all = new ArrayList<>(etcds());
        all.addAll(others(lab.controllerStations, controller));
        lab.hosts.forEach(h -> all.add(h.address()));
        return cut(kind, lab.controllerStations.get(controller), all);
    }

    /** Drops what comes from others, or what goes to them, or both. */
    private Runnable cut(Kind kind, Station station, List<String> others) {
        int directions = 1 + random.nextInt(3);
        note(kind, station.name() + (directions == 1 ? " in" : directions == 2 ? " out" : " both") + " " + others);
        others.forEach(a -> {
            if ((directions & 1) != 0) {
                station.dropFrom(a);
            }
            if ((directions & 2) != 0) {
                station.dropTo(a);
            }
        });
        return station::dropNothing;
    }

    private Runnable lose(Kind kind, int controller) {
        Station station = lab.controllerStations.get(controller);
        note(kind, station.name());
        station.dropSome(LOSS_PERCENT);
        return station::dropNothing;
    }
}
