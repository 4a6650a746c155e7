package io.heddle.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** TCP on several ways of one lab, measured in rounds of alternating order, and what it costs the switches. */
final class Traffic {
    static final int IPERF = 5201;
    static final int CONNECTIONS = 5202;
    /** The addresses of a client that has many. */
    static final int SOURCES = 2000;
    /** Room in frames for the headers of Geneve with OVN's option. */
    static final int MTU = 1400;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Kind, Map<Way, List<Measured>>> rounds = new LinkedHashMap<>();

    private Traffic() {}

    /**
     * What a load reached, and what it cost the switches.
     *
     * @param rate megabits or connections a second
     * @param units packets or connections in all, over which the costs are spread
     */
    record Measured(double rate, double units, SwitchLoad load) {
        /** Processor time of each unit. */
        double seconds() {
            return load.seconds() / units;
        }
    }

    /** What is measured. */
    enum Kind {
        STREAM("throughput", "Mbit/s", "packet"),
        STARTS("connections of one client", "conn/s", "connection"),
        CLIENTS("connections from " + SOURCES + " addresses", "conn/s", "connection");

        private final String title;
        private final String rate;
        private final String unit;

        Kind(String title, String rate, String unit) {
            this.title = title;
            this.rate = rate;
            this.unit = unit;
        }
    }

    /** Starts the servers of both kinds on a machine. */
    static void serve(Node server, String name) {
        server.start(log(name + "-iperf"), "iperf3 -s -p " + IPERF);
        server.start(log(name + "-server"), connections("server " + CONNECTIONS));
    }

    /** Gives a machine a MAC, the MTU of the lab, and enough ports that none must serve twice. */
    static void prepare(Node machine, String mac) {
        machine.run("ip link set eth0 down");
        machine.run("ip link set eth0 mtu " + MTU + " address " + mac);
        machine.run("ip link set eth0 up");
        machine.script("echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range");
    }

    private static Path log(String name) {
        return Lab.FOLDER.resolve(name + ".log");
    }

    /** The command of {@link Connections}. */
    private static String connections(String args) {
        return "java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -cp " + System.getProperty("java.class.path")
                + " " + Connections.class.getName() + " " + args;
    }

    /** Measures. @param wanted which kinds are measured on which ways */
    static Traffic measure(List<Way> ways, BiPredicate<Kind, Way> wanted, int rounds, double seconds)
            throws IOException, InterruptedException {
        Traffic all = new Traffic();
        for (int round = 0; round < rounds; round++) {
            List<Way> order = new ArrayList<>(ways);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (Kind kind : Kind.values()) {
                for (Way way : order) {
                    if (wanted.test(kind, way)) {
                        all.rounds
                                .computeIfAbsent(kind, k -> new LinkedHashMap<>())
                                .computeIfAbsent(way, w -> new ArrayList<>())
                                .add(measure(kind, way, seconds));
                    }
                }
            }
        }
        return all;
    }

    private static Measured measure(Kind kind, Way way, double seconds) throws IOException, InterruptedException {
        SwitchLoad.Costing<double[]> c = SwitchLoad.of(
                way.hosts(),
                () -> kind == Kind.STREAM
                        ? stream(way, seconds)
                        : connect(way, seconds, kind == Kind.CLIENTS ? SOURCES : 0));
        double units = kind == Kind.STREAM ? c.load().packets() : c.result()[1];
        return new Measured(c.result()[0], units, c.load());
    }

    private static double[] stream(Way way, double seconds) throws IOException {
        String json =
                way.client().run("iperf3 -J -c " + way.server() + " -p " + IPERF + " -t " + (int) Math.ceil(seconds));
        double bits = JSON.readTree(json)
                .path("end")
                .path("sum_received")
                .path("bits_per_second")
                .asDouble();
        return new double[] {bits / 1e6};
    }

    /** @return connections a second, and in all */
    private static double[] connect(Way way, double seconds, int sources) {
        String said = way.client()
                .run(connections(
                        String.format(Locale.ROOT, "client %s %d %s %d", way.server(), CONNECTIONS, seconds, sources)));
        String[] words = said.strip().split(" ");
        if (!words[2].equals("0")) {
            throw new IllegalStateException(
                    words[2] + " connections of " + way + " failed; logs of its switches are in " + Lab.FOLDER);
        }
        return new double[] {Double.parseDouble(words[1]), Double.parseDouble(words[0])};
    }

    /** Prints a table for each kind and section; ratios are those to the first way. */
    void print() {
        rounds.forEach((kind, ways) -> ways.keySet().stream()
                .sorted(Comparator.comparing(Way::number))
                .collect(Collectors.groupingBy(Way::section, LinkedHashMap::new, Collectors.toList()))
                .forEach((section, some) -> print(kind, section, some, ways)));
    }

    private static void print(Kind kind, String section, List<Way> ways, Map<Way, List<Measured>> all) {
        System.out.printf(
                Locale.ROOT,
                "%n%-57s %8s %7s %12s %8s %8s %9s%n",
                kind.title + " " + section,
                kind.rate,
                "ratio",
                "µs CPU/" + kind.unit.substring(0, 4),
                "passes",
                "upcalls",
                "megaflows");
        double first = median(all.get(ways.get(0)), Measured::rate);
        Map<String, List<Measured>> named = new HashMap<>();
        for (Way way : ways) {
            List<Measured> lines = all.get(way);
            named.put(way.name(), lines);
            System.out.printf(
                    Locale.ROOT,
                    "%-57s %8.0f %7.2f %12.2f %8.2f %8.2f %9.0f%n",
                    way.name(),
                    median(lines, Measured::rate),
                    median(lines, Measured::rate) / first,
                    median(lines, m -> m.seconds() * 1e6),
                    median(lines, m -> m.load.passes() / m.load.packets()),
                    median(lines, m -> kind == Kind.STREAM ? m.load.upcalls() : m.load.upcalls() / m.units),
                    median(lines, m -> m.load.megaflows()));
        }
        if (named.containsKey("ovn")) {
            printRatio(named.get("heddle"), named.get("ovn"));
        }
    }

    /** Both of a round ran one soon after the other, so a slow minute of the machine slows both. */
    private static void printRatio(List<Measured> heddle, List<Measured> ovn) {
        List<Double> ratios = new ArrayList<>();
        List<Double> costs = new ArrayList<>();
        for (int i = 0; i < heddle.size(); i++) {
            ratios.add(heddle.get(i).rate / ovn.get(i).rate);
            costs.add(heddle.get(i).seconds() / ovn.get(i).seconds());
        }
        System.out.printf(
                Locale.ROOT,
                "heddle reaches %.2f of ovn (rounds: %.2f to %.2f), with %.2f of its processor time%n",
                FlowsBench.median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                FlowsBench.median(costs));
    }

    private static double median(List<Measured> rounds, ToDoubleFunction<Measured> of) {
        Function<Measured, Double> boxed = of::applyAsDouble;
        return FlowsBench.median(rounds.stream().map(boxed).toList());
    }
}
