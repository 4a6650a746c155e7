package io.heddle.bench;

import com.google.common.io.Closer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Rate and latency of answers to packet-ins: Heddle, with metrics and a network file that declares the switches and
 * rules, compared with {@link Ceiling} and other controllers. Rounds alternate between the controllers, and medians are
 * reported: machines are noisy, but ratios are stable.
 */
final class PacketInBench {
    static final int RULES = 100;
    private static final int PORT = 16653;
    /** Long enough for the JVM to compile the hot code. */
    private static final int WARM_UP_SECONDS = 2;

    private static final String ALLOCATED = "heddle_event_loop_allocated_bytes_total";

    private PacketInBench() {}

    /**
     * One controller's line of the table.
     *
     * @param loaded with a full window of packet-ins on every switch
     * @param single with one outstanding packet-in of one switch
     * @param allocated bytes that Heddle's event loops allocated per packet-in; NaN for other controllers
     */
    record Line(String controller, Load.Result loaded, Load.Result single, double allocated) {
        /** Heddle's figure divided by another controller's. */
        double of(Line other, ToDoubleFunction<Load.Result> figure, boolean alone) {
            return figure.applyAsDouble(alone ? single : loaded)
                    / figure.applyAsDouble(alone ? other.single : other.loaded);
        }
    }

    /** Measures Heddle, the ceiling, ovs-testcontroller, and os-ken if installed. @param seconds per measurement */
    static List<Line> compare(int switches, int window, double seconds, int rounds)
            throws IOException, InterruptedException {
        try (Peer heddle = Peer.heddle(PORT, Networks.ofEmulated(switches, RULES));
                Peer ceiling = Peer.ceiling(PORT + 5);
                Peer other = Peer.testController(PORT + 10);
                Closer optional = Closer.create()) {
            List<Peer> peers = new ArrayList<>(List.of(heddle, ceiling, other));
            Peer.osKen(PORT + 15).ifPresent(p -> peers.add(optional.register(p)));
            return alternate(peers, switches, window, seconds, rounds);
        }
    }

    /** Measures Heddle without and with TLS. */
    static List<Line> compareTls(int switches, int window, double seconds, int rounds)
            throws IOException, InterruptedException {
        try (Peer plain = Peer.heddle(PORT, Networks.ofEmulated(switches, RULES));
                Peer tls = Peer.heddleByTls(PORT + 5, Networks.ofEmulated(switches, RULES), Networks.hosts(switches))) {
            return alternate(List.of(plain, tls), switches, window, seconds, rounds);
        }
    }

    private static List<Line> alternate(List<Peer> peers, int switches, int window, double seconds, int rounds)
            throws IOException, InterruptedException {
        Map<Peer, List<Line>> lines = new LinkedHashMap<>();
        for (Peer p : peers) {
            Load.run(p, Math.min(switches, p.mostSwitches()), window, WARM_UP_SECONDS);
        }
        for (int i = 0; i < rounds; i++) {
            for (Peer p : peers) {
                lines.computeIfAbsent(p, x -> new ArrayList<>()).add(measure(p, switches, window, seconds));
            }
        }
        return lines.values().stream().map(PacketInBench::median).toList();
    }

    private static Line measure(Peer p, int switches, int window, double seconds)
            throws IOException, InterruptedException {
        boolean heddle = p.name().startsWith("heddle");
        Load.Result loaded;
        double allocated = Double.NaN;
        try (Load load = new Load(Math.min(switches, p.mostSwitches()), window)) {
            load.connect(p.address(), p.tls()).settle().begin();
            Thread.sleep((long) (seconds * 1000 / 3));
            double before = heddle ? p.metric(ALLOCATED) : 0;
            long began = System.nanoTime();
            loaded = load.measure(seconds);
            if (heddle) {
                allocated = (p.metric(ALLOCATED) - before) / (loaded.perSecond() * (System.nanoTime() - began) / 1e9);
            }
        }
        return new Line(p.name(), loaded, Load.run(p, 1, 1, seconds / 2), allocated);
    }

    private static Line median(List<Line> lines) {
        return new Line(
                lines.get(0).controller,
                medianOf(lines.stream().map(Line::loaded).toList()),
                medianOf(lines.stream().map(Line::single).toList()),
                middle(lines.stream().map(Line::allocated).toList()));
    }

    private static Load.Result medianOf(List<Load.Result> results) {
        return new Load.Result(
                middle(results.stream().map(Load.Result::perSecond).toList()),
                middle(results.stream().map(Load.Result::flowModsPerAnswer).toList()),
                middle(results.stream().map(Load.Result::bytesPerAnswer).toList()),
                middle(results.stream().map(Load.Result::p50Micros).toList()),
                middle(results.stream().map(Load.Result::p99Micros).toList()));
    }

    private static double middle(List<Double> values) {
        return values.stream().sorted(Comparator.naturalOrder()).toList().get(values.size() / 2);
    }

    /** Measures and prints. */
    static void print(int switches, int window, double seconds, int rounds) throws IOException, InterruptedException {
        List<Line> lines = compare(switches, window, seconds, rounds);
        table(lines, switches, window, rounds);
        summarize(lines);
    }

    /** Likewise without and with TLS. */
    static void printTls(int switches, int window, double seconds, int rounds)
            throws IOException, InterruptedException {
        List<Line> lines = compareTls(switches, window, seconds, rounds);
        table(lines, switches, window, rounds);
        Line plain = lines.get(0);
        Line tls = lines.get(1);
        System.out.printf(
                Locale.ROOT,
                "%nby TLS, heddle answers %.2f of what it does without; with one open: p50 %.2f, p99 %.2f of those"
                        + " without%n",
                tls.of(plain, Load.Result::perSecond, false),
                tls.of(plain, Load.Result::p50Micros, true),
                tls.of(plain, Load.Result::p99Micros, true));
    }

    private static void table(List<Line> lines, int switches, int window, int rounds) {
        System.out.printf(
                Locale.ROOT,
                "%d switches, window %d, a MAC move in every packet-in, %d rules; medians of %d rounds%n%n",
                switches,
                window,
                RULES,
                rounds);
        System.out.printf(
                "%-20s %12s %10s %8s %9s %9s %11s %11s %10s%n",
                "controller",
                "answered/s",
                "flow-mods",
                "bytes",
                "p50 µs",
                "p99 µs",
                "1 open p50",
                "1 open p99",
                "allocated");
        lines.forEach(PacketInBench::print);
    }

    private static void print(Line l) {
        System.out.printf(
                Locale.ROOT,
                "%-20s %12.0f %10.1f %8.0f %9.0f %9.0f %11.1f %11.1f %10s%n",
                l.controller,
                l.loaded.perSecond(),
                l.loaded.flowModsPerAnswer(),
                l.loaded.bytesPerAnswer(),
                l.loaded.p50Micros(),
                l.loaded.p99Micros(),
                l.single.p50Micros(),
                l.single.p99Micros(),
                Double.isNaN(l.allocated) ? "" : String.format(Locale.ROOT, "%.1f B", l.allocated));
    }

    private static void summarize(List<Line> lines) {
        Line heddle = lines.get(0);
        Line ceiling = lines.get(1);
        String others = lines.subList(2, lines.size()).stream()
                .map(l -> String.format(
                        Locale.ROOT, "%.0f × as many as %s", heddle.of(l, Load.Result::perSecond, false), l.controller))
                .collect(Collectors.joining(", "));
        System.out.printf(
                Locale.ROOT,
                "%nheddle answers %.2f of the ceiling, %s; with one open: p50 %.2f, p99 %.2f of the ceiling's%n",
                heddle.of(ceiling, Load.Result::perSecond, false),
                others,
                heddle.of(ceiling, Load.Result::p50Micros, true),
                heddle.of(ceiling, Load.Result::p99Micros, true));
    }
}
