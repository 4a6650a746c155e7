package io.heddle.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How costs grow with hosts, ports, rules, switches and MACs: a table, and a plot with exponents. */
final class GrowthBench {
    private static final int PORT = 16653;
    private static final int MAC_SWITCHES = 16;

    private GrowthBench() {}

    /** Measures the cost at a size. */
    private interface Cost {
        double at(int size) throws IOException, InterruptedException;
    }

    private static Plot.Panel panel(String title, String axis, Cost cost, int... sizes)
            throws IOException, InterruptedException {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        for (int size : sizes) {
            xs.add((double) size);
            ys.add(cost.at(size));
            System.out.printf(Locale.ROOT, "%-36s %9d %-9s %12.4g%n", title, size, axis, ys.get(ys.size() - 1));
        }
        Plot.Panel panel = new Plot.Panel(title, axis, xs, ys);
        System.out.printf(Locale.ROOT, "%-36s grows as %s^%.2f%n%n", title, axis, panel.exponent());
        return panel;
    }

    /** Measures, prints, and writes the plot. */
    static void print(Path svg) throws IOException, InterruptedException {
        List<Plot.Panel> panels = new ArrayList<>();
        panels.add(panel(
                "hosts from empty to done, s",
                "hosts",
                n -> FleetBench.hosts(n, 20).warm(),
                75,
                150,
                300));
        panels.add(
                panel("one more host, s", "hosts", n -> FleetBench.hosts(n, 20).join(), 75, 150, 300));
        panels.add(panel(
                "50 hosts from empty to done, s",
                "ports",
                n -> FleetBench.hosts(50, n).warm(),
                20,
                40,
                80));
        panels.add(panel(
                "entries confirmed by a switch, s",
                "rules",
                n -> FlowsBench.measure(n, 0).program(),
                25_000,
                50_000,
                100_000));
        panels.add(panel(
                "switches in sync, s",
                "switches",
                n -> FleetBench.switches(n, Networks.ofEmulated(n, 10)).seconds(),
                500,
                1000,
                2000));
        panels.add(panel("memory for MACs, bytes", "MACs", GrowthBench::macs, 250_000, 500_000, 1_000_000));
        Files.writeString(svg, Plot.svg(panels));
        System.out.println(svg);
    }

    /** Growth of Heddle's memory in bytes when it has learnt {@code count} MACs on {@value #MAC_SWITCHES} switches. */
    private static double macs(int count) throws IOException, InterruptedException {
        try (Peer heddle = Peer.heddle(PORT, Networks.ofEmulated(MAC_SWITCHES, 10));
                Load load = new Load(MAC_SWITCHES, 1)) {
            load.connect(heddle.address()).settle();
            double before = heddle.usedBytes();
            for (int sent = 0; sent < count; sent += MAC_SWITCHES * 1000) {
                load.loop()
                        .submit(() -> load.switches().forEach(s -> s.offer(1000)))
                        .sync();
                Thread.sleep(40);
            }
            load.settle();
            double known = heddle.metric("heddle_learnt_macs");
            if (known < count) {
                throw new IOException(known + " MACs are known of " + count);
            }
            return heddle.usedBytes() - before;
        }
    }
}
