package io.heddle.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The effect of a storm on an uninvolved switch. One switch sends packet-ins continuously, and another does not read
 * its answers. A third switch measures its echo time, and the time until a changed rule reaches it. All share the
 * controller's processors. The first two have the lowest priority and the third has the highest, so that it measures
 * only the controller.
 */
final class StormBench {
    private static final int PORT = 16653;
    private static final int OFFERED_PER_MILLI = 1000;
    private static final int CHANGES = 40;
    private static final int FILL_MILLIS = 10_000;
    private static final int ECHOES = 2000;
    private static final int ECHO_SECONDS = 5;
    private static final int ROUNDS = 7;
    private static final int PAUSE_MILLIS = 500;
    private static final int FIGURES = 5;
    private static final int FIRST = -20;
    private static final int LAST = 19;

    private final List<ScheduledFuture<?>> storm = new ArrayList<>();

    private StormBench() {}

    /**
     * Times of the quiet switch in milliseconds, as medians of alternating rounds. A round's echo time is the 99th
     * percentile; its change time is the second slowest.
     *
     * @param taken packet-ins per second that the controller read from the noisy switch
     * @param grown growth of the memory in use, in bytes, from full MAC tables to the end of the storm
     * @param unsent bytes queued for the switch that does not read
     */
    record Result(
            double echoQuiet,
            double echoStorm,
            double changeQuiet,
            double changeStorm,
            double taken,
            double grown,
            double unsent) {}

    static Result measure(int rounds) throws IOException, InterruptedException {
        return new StormBench().run(rounds);
    }

    private Result run(int rounds) throws IOException, InterruptedException {
        try (Peer heddle = Peer.heddle(PORT, Networks.ofEmulated(3, PacketInBench.RULES));
                Load quiet = new Load(1, 1, 1);
                Load noisy = new Load(1, 1, 2);
                Load deaf = new Load(1, 1, 3)) {
            for (Load l : List.of(quiet, noisy, deaf)) {
                l.connect(heddle.address()).settle();
            }
            quiet.precede(FIRST);
            noisy.precede(LAST);
            deaf.precede(LAST);
            List<List<Double>> seen = new ArrayList<>();
            for (int i = 0; i < FIGURES; i++) {
                seen.add(new ArrayList<>());
            }
            storm(noisy, deaf, true);
            Thread.sleep(FILL_MILLIS);
            changes(heddle, quiet);
            double memory = heddle.usedBytes();
            double unsent = heddle.metric("heddle_openflow_unsent_bytes");
            for (int round = 0; round < rounds; round++) {
                round(heddle, quiet, noisy, deaf, seen);
            }
            storm(noisy, deaf, false);
            List<Double> medians = seen.stream().map(FlowsBench::median).toList();
            return new Result(
                    medians.get(3),
                    medians.get(0),
                    medians.get(4),
                    medians.get(1),
                    medians.get(2),
                    heddle.usedBytes() - memory,
                    unsent);
        }
    }

    /** Measures during the storm, then without it. @param seen gets the figures */
    private void round(Peer heddle, Load quiet, Load noisy, Load deaf, List<List<Double>> seen)
            throws IOException, InterruptedException {
        double before = heddle.metric("heddle_openflow_packet_ins_total");
        long begun = System.nanoTime();
        seen.get(0).add(echoes(quiet, ECHOES));
        seen.get(1).add(changes(heddle, quiet));
        seen.get(2)
                .add((heddle.metric("heddle_openflow_packet_ins_total") - before) * 1e9 / (System.nanoTime() - begun));
        storm(noisy, deaf, false);
        Thread.sleep(PAUSE_MILLIS);
        seen.get(3).add(echoes(quiet, ECHOES));
        seen.get(4).add(changes(heddle, quiet));
        storm(noisy, deaf, true);
        Thread.sleep(PAUSE_MILLIS);
    }

    private void storm(Load noisy, Load deaf, boolean on) {
        storm.forEach(s -> s.cancel(false));
        storm.clear();
        if (on) {
            deaf.switches().get(0).goDeaf();
            storm.addAll(List.of(
                    offer(noisy, noisy.switches().get(0)),
                    offer(deaf, deaf.switches().get(0))));
        }
    }

    /** Sends as many packet-ins as the socket accepts, up to a million per second. */
    private static ScheduledFuture<?> offer(Load load, EmulatedSwitch from) {
        return load.loop()
                .scheduleAtFixedRate(
                        () -> {
                            if (from.isWritable()) {
                                from.offer(OFFERED_PER_MILLI);
                            }
                        },
                        0,
                        1,
                        TimeUnit.MILLISECONDS);
    }

    /** The 99th percentile of a switch's echo time, in ms; infinite if more of them get no answer for seconds. */
    static double echoes(Load load, int count) throws InterruptedException {
        return percentile(echoTimes(load, count));
    }

    /** The 99th percentile of some times. */
    static double percentile(List<Double> millis) {
        return millis.stream().sorted().toList().get((int) (millis.size() * 0.99));
    }

    /** A switch's echo times, in ms; infinite for those without an answer within seconds. */
    static List<Double> echoTimes(Load load, int count) throws InterruptedException {
        load.echoes();
        EmulatedSwitch from = load.switches().get(0);
        for (int i = 0; i < count; i++) {
            load.loop().execute(from::askEcho);
            Thread.sleep(1);
        }
        List<Long> nanos = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ECHO_SECONDS);
        do {
            Thread.sleep(100);
            nanos.addAll(load.echoes());
        } while (nanos.size() < count && System.nanoTime() < end);
        List<Double> millis = new ArrayList<>(nanos.stream().map(n -> n / 1e6).toList());
        while (millis.size() < count) {
            millis.add(Double.POSITIVE_INFINITY);
        }
        return millis;
    }

    /** The second slowest time until a changed rule reaches a switch, in ms. */
    static double changes(Peer heddle, Load load) throws IOException, InterruptedException {
        return changeTimes(heddle, load).stream().sorted().toList().get(CHANGES - 2);
    }

    /** Likewise of each of some changes. */
    static List<Double> changeTimes(Peer heddle, Load load) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            int before = load.commits();
            long begun = System.nanoTime();
            heddle.put(
                    "/api/v1/acls/drops/rules/50?wait=0",
                    "application/json",
                    String.format(
                            Locale.ROOT,
                            "{\"match\": \"ip,nw_src=100.64.0.49\", \"action\": \"%s\"}",
                            i % 2 == 0 ? "allow" : "drop"));
            while (load.commits() == before) {
                Thread.onSpinWait();
            }
            millis.add((System.nanoTime() - begun) / 1e6);
        }
        return millis;
    }

    /** Measures and prints. */
    static void print() throws IOException, InterruptedException {
        Result r = measure(ROUNDS);
        System.out.printf(
                Locale.ROOT,
                "one switch offers up to %d packet-ins a second, another does not read its answers%n%n",
                OFFERED_PER_MILLI * 1000);
        System.out.printf(
                Locale.ROOT, "%-36s %10s %10s %8s%n", "of a third switch, p99 in ms", "quiet", "storm", "ratio");
        System.out.printf(
                Locale.ROOT,
                "%-36s %10.2f %10.2f %8.2f%n",
                "echo",
                r.echoQuiet,
                r.echoStorm,
                r.echoStorm / r.echoQuiet);
        System.out.printf(
                Locale.ROOT,
                "%-36s %10.2f %10.2f %8.2f%n%n",
                "a changed rule",
                r.changeQuiet,
                r.changeStorm,
                r.changeStorm / r.changeQuiet);
        System.out.printf(
                Locale.ROOT,
                "%.0f packet-ins a second were taken, memory grew by %.1f MB, "
                        + "%.1f MB wait for the switch that does not read%n",
                r.taken,
                r.grown / 1e6,
                r.unsent / 1e6);
    }
}
