package io.heddle.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.bench.ListsLab.Way;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Stateful lists under traffic: TCP from guest to guest, beside the same guests with NORMAL alone and with OVN's
 * {@code allow-related} ACLs. The rule that allows the traffic is the last of the list.
 */
final class ListsBench {
    /** The addresses of a client that has many. */
    static final int SOURCES = 2000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WITHIN_SECONDS = 20;
    /** The exit code of timeout(1) when the command took too long. */
    private static final int TIMED_OUT = 124;

    private ListsBench() {}

    /**
     * What a load reached, and what it cost the switches.
     *
     * @param rate megabits or connections a second
     * @param units packets or connections in all, over which the costs are spread
     */
    record Measured(double rate, double units, SwitchLoad load) {}

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

    /**
     * Results.
     *
     * @param rounds of each kind and way
     * @param changes of single rules
     */
    record Result(Map<Kind, Map<Way, List<Measured>>> rounds, RuleChanges changes) {}

    static Result measure(int rules, int rounds, double seconds) throws IOException, InterruptedException {
        try (ListsLab lab = new ListsLab(rules)) {
            lab.ways().forEach(ListsBench::check);
            Map<Kind, Map<Way, List<Measured>>> all = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                List<Way> order = new ArrayList<>(lab.ways());
                if (round % 2 == 1) {
                    Collections.reverse(order);
                }
                for (Way way : order) {
                    for (Kind kind : Kind.values()) {
                        if (kind != Kind.CLIENTS || !way.isAcross()) {
                            all.computeIfAbsent(kind, k -> new LinkedHashMap<>())
                                    .computeIfAbsent(way, w -> new ArrayList<>())
                                    .add(measure(kind, way, seconds));
                        }
                    }
                }
            }
            return new Result(all, RuleChanges.measure(lab, rules));
        }
    }

    /** The list must be in force: what it does not allow gets no answer, not even a refusal. */
    private static void check(Way way) {
        String tries = "timeout 1 bash -c 'echo >/dev/tcp/" + way.server() + "/";
        ControllerProcess.until(
                WITHIN_SECONDS,
                way + " connects",
                () -> way.client().script(tries + ListsLab.CONNECTIONS + "'").ok());
        Shell.Result forbidden = way.client().script(tries + ListsLab.FORBIDDEN + "'");
        if ((forbidden.exit() == TIMED_OUT) != way.isListed()) {
            throw new IllegalStateException("not what the list of " + way + " asks for: " + forbidden);
        }
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
        String json = way.client()
                .run("iperf3 -J -c " + way.server() + " -p " + ListsLab.IPERF + " -t " + (int) Math.ceil(seconds));
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
                .run(ListsLab.connections(String.format(
                        Locale.ROOT, "client %s %d %s %d", way.server(), ListsLab.CONNECTIONS, seconds, sources)));
        String[] words = said.strip().split(" ");
        if (!words[2].equals("0")) {
            throw new IllegalStateException(
                    words[2] + " connections of " + way + " failed; logs of its switches are in " + Lab.FOLDER);
        }
        return new double[] {Double.parseDouble(words[1]), Double.parseDouble(words[0])};
    }

    /** Measures and prints. */
    static void print(int rules, int rounds, double seconds) throws IOException, InterruptedException {
        if (!Ovn.isInstalled()) {
            System.out.println("OVN is not here (apt install ovn-central ovn-host): measured without it\n");
        }
        Result result = measure(rules, rounds, seconds);
        System.out.printf(
                Locale.ROOT,
                "TCP between guests; stateful lists of %d rules, of which the last allows it; medians of %d rounds%n",
                rules,
                rounds);
        result.rounds.forEach((kind, ways) -> {
            for (boolean across : new boolean[] {false, true}) {
                List<Way> some = ways.keySet().stream()
                        .filter(w -> w.isAcross() == across)
                        .sorted(Comparator.comparing(Way::number))
                        .toList();
                if (!some.isEmpty()) {
                    print(kind, some, ways);
                }
            }
        });
        result.changes.print();
    }

    private static void print(Kind kind, List<Way> ways, Map<Way, List<Measured>> all) {
        System.out.printf(
                Locale.ROOT,
                "%n%-44s %8s %7s %12s %8s %8s %9s%n",
                kind.title + (ways.get(0).isAcross() ? " by a tunnel" : " on one host"),
                kind.rate,
                "ratio",
                "µs CPU/" + kind.unit.substring(0, 4),
                "passes",
                "upcalls",
                "megaflows");
        double plain = median(all.get(ways.get(0)), Measured::rate);
        Map<String, Double> rates = new HashMap<>();
        for (Way way : ways) {
            List<Measured> lines = all.get(way);
            rates.put(way.name(), median(lines, Measured::rate));
            System.out.printf(
                    Locale.ROOT,
                    "%-44s %8.0f %7.2f %12.2f %8.2f %8.2f %9.0f%n",
                    way.name(),
                    median(lines, Measured::rate),
                    median(lines, Measured::rate) / plain,
                    median(lines, m -> m.load.seconds() / m.units * 1e6),
                    median(lines, m -> m.load.passes() / m.load.packets()),
                    median(lines, m -> kind == Kind.STREAM ? m.load.upcalls() : m.load.upcalls() / m.units),
                    median(lines, m -> m.load.megaflows()));
        }
        if (rates.containsKey("ovn")) {
            System.out.printf(Locale.ROOT, "heddle reaches %.2f of ovn%n", rates.get("heddle") / rates.get("ovn"));
        }
    }

    private static double median(List<Measured> rounds, ToDoubleFunction<Measured> of) {
        Function<Measured, Double> boxed = of::applyAsDouble;
        return FlowsBench.median(rounds.stream().map(boxed).toList());
    }
}
