package io.heddle.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code heddle bench}: how many packet-ins a second are answered, and how soon, beside ovs-testcontroller in the same
 * run. Rounds alternate, and the medians count: machines are noisy, ratios are not.
 */
public final class Bench {
    private static final String USAGE =
            "Usage: heddle bench [--switches N] [--window N] [--seconds S] [--rounds N]";

    private Bench() {
    }

    /** One line of the table. */
    record Line(String controller, Load.Result loaded, Load.Result single) {
    }

    public static void main(String[] args) throws Exception {
        Map<String, Double> options = new LinkedHashMap<>(Map.of("--switches", 16.0, "--window", 64.0,
                "--seconds", 4.0, "--rounds", 3.0));
        for (int i = 0; i < args.length; i += 2) {
            if (!options.containsKey(args[i]) || i + 1 == args.length || !args[i + 1].matches("\\d{1,4}(\\.\\d+)?")) {
                System.err.println(USAGE);
                System.exit(2);
            }
            options.put(args[i], Double.parseDouble(args[i + 1]));
        }
        int switches = options.get("--switches").intValue();
        int window = options.get("--window").intValue();
        List<Line> lines = compare(switches, window, options.get("--seconds"), options.get("--rounds").intValue());
        System.out.printf(Locale.ROOT, "%d switches, window %d, a MAC move in every packet-in; medians of %d rounds%n%n",
                switches, window, options.get("--rounds").intValue());
        System.out.printf("%-20s %14s %10s %10s %10s %12s %12s%n", "controller", "answered/s", "flow-mods",
                "p50 µs", "p99 µs", "1 open p50", "1 open p99");
        for (Line l : lines) {
            System.out.printf(Locale.ROOT, "%-20s %14.0f %10.1f %10d %10d %12d %12d%n", l.controller,
                    l.loaded.perSecond(), l.loaded.flowModsPerAnswer(), l.loaded.p50Micros(), l.loaded.p99Micros(),
                    l.single.p50Micros(), l.single.p99Micros());
        }
        System.out.printf(Locale.ROOT, "%nheddle answers %.1f × as many as ovs-testcontroller%n", ratio(lines));
    }

    /** How many times as many packet-ins Heddle answers. */
    static double ratio(List<Line> lines) {
        return lines.get(0).loaded.perSecond() / lines.get(1).loaded.perSecond();
    }

    /** Measures Heddle and then ovs-testcontroller, in alternating rounds. */
    static List<Line> compare(int switches, int window, double seconds, int rounds)
            throws IOException, InterruptedException {
        List<Line> lines = new ArrayList<>();
        try (Peer heddle = Peer.heddle(16653); Peer other = Peer.testController(16663)) {
            Map<Peer, List<Load.Result>> loaded = new LinkedHashMap<>();
            Map<Peer, List<Load.Result>> single = new LinkedHashMap<>();
            for (int i = 0; i < rounds; i++) {
                for (Peer p : List.of(heddle, other)) {
                    loaded.computeIfAbsent(p, x -> new ArrayList<>())
                            .add(Load.run(p.address(), switches, window, seconds));
                    single.computeIfAbsent(p, x -> new ArrayList<>()).add(Load.run(p.address(), 1, 1, seconds / 4));
                }
            }
            loaded.forEach((p, results) -> lines.add(new Line(p.name(), median(results), median(single.get(p)))));
        }
        return lines;
    }

    private static Load.Result median(List<Load.Result> results) {
        results.sort(Comparator.comparingDouble(Load.Result::perSecond));
        return results.get(results.size() / 2);
    }
}
