package io.heddle.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long a controller takes to be there: until it listens, and until switches that wait for it are in sync. */
final class StartBench {
    private static final int PORT = 16653;
    private static final double LONGEST_SECONDS = 60;

    private StartBench() {
    }

    /** @param listening seconds from the process's start until switches can connect @param inSync until all are in sync */
    record Result(double listening, double inSync) {
    }

    static Result measure(int switches) throws IOException, InterruptedException {
        String network = Networks.ofEmulated(switches, PacketInBench.RULES);
        long begun = System.nanoTime();
        try (Peer controller = Peer.heddle(PORT, network); Load load = new Load(switches, 1)) {
            load.connect(controller.address());
            load.awaitSynced(switches, LONGEST_SECONDS);
            return new Result(controller.startSeconds(), (System.nanoTime() - begun) / 1e9);
        }
    }

    /** Measures and prints medians. */
    static void print(int switches, int rounds) throws IOException, InterruptedException {
        List<Double> listening = new ArrayList<>();
        List<Double> inSync = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Result r = measure(switches);
            listening.add(r.listening);
            inSync.add(r.inSync);
        }
        System.out.printf(Locale.ROOT, "listening %.2f s after the start, %d switches with %d rules in sync after %.2f s; medians of %d rounds%n",
                FlowsBench.median(listening), switches, PacketInBench.RULES, FlowsBench.median(inSync), rounds);
    }
}
