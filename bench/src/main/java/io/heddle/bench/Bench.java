package io.heddle.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code heddle bench}: measures Heddle beside other programs, in a network namespace of its own. */
public final class Bench {
    private static final String USAGE = """
            Usage: heddle bench
                   heddle bench packet-in [--switches N] [--window N] [--seconds S] [--rounds N]
                   heddle bench tls [--switches N] [--window N] [--seconds S] [--rounds N]
                   heddle bench loops
                   heddle bench flows [--rules N]
                   heddle bench fleet [--hosts N]
                   heddle bench switches [--switches N]
                   heddle bench cluster [--switches N]
                   heddle bench growth
                   heddle bench lists [--rules N] [--rounds N] [--seconds S]
                   heddle bench routed [--rounds N] [--seconds S]
                   heddle bench routers [--routers N] [--networks N] [--ports N] [--hosts N]
                   heddle bench groups [--hosts N] [--ports N] [--groups N] [--rules N]
                   heddle bench joining [--hosts N] [--ports N] [--groups N] [--rules N] [--switches N] [--changes N]
                   heddle bench storm
                   heddle bench attacks [--seconds S] [--only N]
                   heddle bench pieces
                   heddle bench start [--switches N] [--rounds N]""";

    /** Rule changes before the measured ones, so that the JVM has compiled the code they need. */
    private static final int FLOWS_WARM_UP = 400;

    private final Map<String, Double> options = new LinkedHashMap<>();

    private Bench() {}

    public static void main(String[] args) throws Exception {
        new Bench().run(args);
    }

    private void run(String[] args) throws Exception {
        switch (args.length == 0 ? "all" : args[0]) {
            case "all" -> all();
            case "packet-in" -> {
                read(args, Map.of("--switches", 16.0, "--window", 64.0, "--seconds", 4.0, "--rounds", 3.0));
                PacketInBench.print(
                        option("--switches"), option("--window"), options.get("--seconds"), option("--rounds"));
            }
            case "tls" -> {
                read(args, Map.of("--switches", 16.0, "--window", 64.0, "--seconds", 4.0, "--rounds", 3.0));
                PacketInBench.printTls(
                        option("--switches"), option("--window"), options.get("--seconds"), option("--rounds"));
            }
            case "flows" -> {
                read(args, Map.of("--rules", 100_000.0));
                FlowsBench.print(option("--rules"), FLOWS_WARM_UP);
            }
            case "switches" -> {
                read(args, Map.of("--switches", 2000.0));
                FleetBench.printSwitches(option("--switches"));
            }
            case "cluster" -> {
                read(args, Map.of("--switches", 6000.0));
                ClusterBench.print(option("--switches"));
            }
            case "start" -> {
                read(args, Map.of("--switches", 100.0, "--rounds", 3.0));
                StartBench.print(option("--switches"), option("--rounds"));
            }
            case "loops" -> LoopsBench.print();
            case "pieces" ->
                new Runner(new OptionsBuilder()
                                .include(HotPieces.class.getName())
                                .build())
                        .run();
            case "growth" ->
                GrowthBench.print(Path.of(System.getProperty("heddle.home", "."), "docs", "pictures", "growth.svg"));
            case "lists" -> {
                read(args, Map.of("--rules", 1000.0, "--rounds", 3.0, "--seconds", 3.0));
                ListsBench.print(option("--rules"), option("--rounds"), options.get("--seconds"));
            }
            case "routed" -> {
                read(args, Map.of("--rounds", 10.0, "--seconds", 2.0));
                RoutedBench.print(option("--rounds"), options.get("--seconds"));
            }
            case "routers" -> {
                read(args, Map.of("--routers", 20.0, "--networks", 10.0, "--ports", 50.0, "--hosts", 100.0));
                new RoutersBench(option("--routers"), option("--networks"), option("--ports"), option("--hosts"))
                        .print();
            }
            case "groups" -> {
                read(args, Map.of("--hosts", 100.0, "--ports", 10_000.0, "--groups", 200.0, "--rules", 2000.0));
                groups().print();
            }
            case "joining" -> {
                read(
                        args,
                        Map.of(
                                "--hosts",
                                100.0,
                                "--ports",
                                10_000.0,
                                "--groups",
                                200.0,
                                "--rules",
                                2000.0,
                                "--switches",
                                10.0,
                                "--changes",
                                60.0));
                groups().printJoining(option("--switches"), option("--changes"));
            }
            case "storm" -> StormBench.print();
            case "attacks" -> {
                read(args, Map.of("--seconds", 60.0, "--only", 0.0));
                AttackBench.print(option("--seconds"), option("--only"));
            }
            case "fleet" -> {
                read(args, Map.of("--hosts", 300.0));
                FleetBench.print(option("--hosts"));
            }
            default -> usage();
        }
    }

    /** All measurements in docs/performance.md except the plot. */
    private static void all() throws Exception {
        for (int switches : new int[] {16, 256}) {
            PacketInBench.print(switches, 64, 4, 3);
            System.out.println();
        }
        LoopsBench.print();
        System.out.println();
        FlowsBench.print(100_000, FLOWS_WARM_UP);
        System.out.println();
        FleetBench.print(300);
        FleetBench.printSwitches(2000);
        System.out.println();
        StormBench.print();
        System.out.println();
        StartBench.print(100, 3);
    }

    private int option(String name) {
        return options.get(name).intValue();
    }

    private GroupsBench groups() {
        return new GroupsBench(option("--hosts"), option("--ports"), option("--groups"), option("--rules"));
    }

    private void read(String[] args, Map<String, Double> defaults) {
        options.putAll(defaults);
        for (int i = 1; i < args.length; i += 2) {
            if (!options.containsKey(args[i]) || i + 1 == args.length || !args[i + 1].matches("\\d{1,7}(\\.\\d+)?")) {
                usage();
            }
            options.put(args[i], Double.parseDouble(args[i + 1]));
        }
    }

    private static void usage() {
        System.err.println(USAGE);
        System.exit(2);
    }
}
