package io.heddle.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Start-up time of the controller: until it listens, and until the waiting switches are in sync. Then the time of a
 * command, from the shell and back.
 */
final class StartBench {
    private static final int PORT = 16653;
    private static final double LONGEST_SECONDS = 60;
    private static final int COMMANDS = 5;

    private StartBench() {}

    /**
     * Times in seconds.
     *
     * @param listening from the start of the process until switches can connect
     * @param inSync from the start of the process until all switches are in sync
     * @param command from the start of {@code heddle get ports} to its end, the median of five
     */
    record Result(double listening, double inSync, double command) {}

    static Result measure(int switches) throws IOException, InterruptedException {
        String network = Networks.ofEmulated(switches, PacketInBench.RULES);
        long begun = System.nanoTime();
        try (Peer controller = Peer.heddle(PORT, network);
                Load load = new Load(switches, 1)) {
            load.connect(controller.address());
            load.awaitSynced(switches, LONGEST_SECONDS);
            double inSync = (System.nanoTime() - begun) / 1e9;
            List<Double> commands = new ArrayList<>();
            for (int i = 0; i < COMMANDS; i++) {
                commands.add(command(controller));
            }
            return new Result(controller.startSeconds(), inSync, FlowsBench.median(commands));
        }
    }

    private static double command(Peer controller) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        controller.list("ports");
        return (System.nanoTime() - begun) / 1e9;
    }

    /** Measures and prints medians. */
    static void print(int switches, int rounds) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            results.add(measure(switches));
        }
        System.out.printf(
                Locale.ROOT,
                "listening %.2f s after the start, %d switches with %d rules in sync after %.2f s; "
                        + "heddle get ports takes %.2f s; medians of %d rounds%n",
                median(results, Result::listening),
                switches,
                PacketInBench.RULES,
                median(results, Result::inSync),
                median(results, Result::command),
                rounds);
    }

    private static double median(List<Result> results, Function<Result, Double> of) {
        return FlowsBench.median(results.stream().map(of).toList());
    }
}
