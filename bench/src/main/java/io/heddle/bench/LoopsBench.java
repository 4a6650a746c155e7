package io.heddle.bench;

import java.io.IOException;
import java.util.Locale;

/**
 * Does the answer rate grow with the number of event loops? The machine has too few processors for loops and load, so
 * this measures a loop's processor time per answer, with one busy loop and with two. If the times are equal, the loops
 * share nothing.
 */
final class LoopsBench {
    private static final int PORT = 16653;
    private static final int WINDOW = 64;
    private static final int WARM_UP_SECONDS = 4;
    private static final double SECONDS = 4;
    private static final String THREADS = "openflow";

    private LoopsBench() {}

    /**
     * Results.
     *
     * @param switches number of switches, each served by its own loop
     * @param perSecond packet-ins answered per second
     * @param nanos processor time of a loop per answer
     */
    record Result(int switches, double perSecond, double nanos) {}

    static Result measure(int switches) throws IOException, InterruptedException {
        try (Peer heddle = Peer.heddle(PORT, Networks.ofEmulated(switches, PacketInBench.RULES));
                Load load = new Load(switches, WINDOW)) {
            load.connect(heddle.address()).settle().begin();
            Thread.sleep(WARM_UP_SECONDS * 1000L);
            double before = heddle.processorSeconds(THREADS);
            Load.Result r = load.measure(SECONDS);
            return new Result(
                    switches,
                    r.perSecond(),
                    (heddle.processorSeconds(THREADS) - before) * 1e9 / (r.perSecond() * SECONDS));
        }
    }

    /** Measures and prints. */
    static void print() throws IOException, InterruptedException {
        Result one = measure(1);
        Result two = measure(2);
        System.out.printf(Locale.ROOT, "%-24s %12s %36s%n", "", "answered/s", "ns of its event loop an answer");
        for (Result r : new Result[] {one, two}) {
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %12.0f %36.0f%n",
                    r.switches + (r.switches == 1 ? " loop busy" : " loops busy"),
                    r.perSecond,
                    r.nanos);
        }
        System.out.printf(
                Locale.ROOT,
                "%nwith a second loop, an answer costs %.2f of what it cost with one%n",
                two.nanos / one.nanos);
    }
}
