package io.heddle.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Plots of how costs grow, as SVG: panels with logarithmic axes, and the exponent of the best fit. */
final class Plot {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 220;
    private static final int COLUMNS = 3;
    private static final int LEFT = 62;
    private static final int RIGHT = 20;
    private static final int TOP = 44;
    private static final int BOTTOM = 40;
    /** Least distance between labels, so that they do not overlap. */
    private static final int LABEL = 12;

    /**
     * One cost.
     *
     * @param title what is measured, with its unit
     * @param axis the quantity that varies
     * @param sizes values of that quantity, ascending
     * @param costs the cost at each size
     */
    record Panel(String title, String axis, List<Double> sizes, List<Double> costs) {
        /** The exponent of the power law that fits best: 1 is linear. */
        double exponent() {
            double[] x = sizes.stream().mapToDouble(Math::log).toArray();
            double[] y = costs.stream().mapToDouble(Math::log).toArray();
            double meanX = IntStream.range(0, x.length)
                    .mapToDouble(i -> x[i])
                    .average()
                    .orElseThrow();
            double meanY = IntStream.range(0, y.length)
                    .mapToDouble(i -> y[i])
                    .average()
                    .orElseThrow();
            double up = IntStream.range(0, x.length)
                    .mapToDouble(i -> (x[i] - meanX) * (y[i] - meanY))
                    .sum();
            double down = IntStream.range(0, x.length)
                    .mapToDouble(i -> (x[i] - meanX) * (x[i] - meanX))
                    .sum();
            return up / down;
        }
    }

    private Plot() {}

    static String svg(List<Panel> panels) {
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                        + "viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\" "
                        + "font-family=\"sans-serif\" font-size=\"11\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH * Math.min(COLUMNS, panels.size()),
                HEIGHT * rows));
        for (int i = 0; i < panels.size(); i++) {
            out.append(String.format(
                    Locale.ROOT, "<g transform=\"translate(%d %d)\">%n", i % COLUMNS * WIDTH, i / COLUMNS * HEIGHT));
            panel(out, panels.get(i));
            out.append("</g>\n");
        }
        return out.append("</svg>\n").toString();
    }

    private static void panel(StringBuilder out, Panel p) {
        titles(out, p);
        points(out, p);
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s</text>%n",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - BOTTOM + 31,
                p.axis));
    }

    private static void titles(StringBuilder out, Panel p) {
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"18\" font-size=\"12\" font-weight=\"bold\">%s</text>%n",
                LEFT,
                p.title));
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"34\" fill=\"#555\">grows as %s^%.2f</text>%n",
                LEFT,
                p.axis,
                p.exponent()));
        out.append(String.format(
                Locale.ROOT,
                "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#999\"/>%n",
                LEFT,
                TOP,
                HEIGHT - BOTTOM,
                WIDTH - RIGHT));
    }

    private static void points(StringBuilder out, Panel p) {
        StringBuilder line = new StringBuilder();
        double labelled = Double.MAX_VALUE;
        for (int i = 0; i < p.sizes.size(); i++) {
            double x = place(p.sizes.get(i), p.sizes, LEFT + 8, WIDTH - RIGHT - 12);
            double y = place(p.costs.get(i), p.costs, HEIGHT - BOTTOM - 12, TOP + 12);
            line.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", x, y));
            out.append(
                    String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#0a58ca\"/>%n", x, y));
            out.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    x,
                    HEIGHT - BOTTOM + 15,
                    text(p.sizes.get(i))));
            if (labelled - y >= LABEL) {
                out.append(String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                        LEFT - 6,
                        y + 4,
                        text(p.costs.get(i))));
                labelled = y;
            }
        }
        out.append(String.format(Locale.ROOT, "<path d=\"%s\" fill=\"none\" stroke=\"#0a58ca\"/>%n", line));
    }

    private static double place(double value, List<Double> all, double from, double to) {
        double low = Math.log(all.stream().mapToDouble(v -> v).min().orElseThrow());
        double high = Math.log(all.stream().mapToDouble(v -> v).max().orElseThrow());
        return high == low ? from : from + (to - from) * (Math.log(value) - low) / (high - low);
    }

    private static String text(double value) {
        return value == Math.rint(value) && value < 1e4
                ? String.format(Locale.ROOT, "%.0f", value)
                : value >= 1e6
                        ? String.format(Locale.ROOT, "%.3gM", value / 1e6)
                        : value >= 1e4
                                ? String.format(Locale.ROOT, "%.3gk", value / 1e3)
                                : String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.3g", value);
    }
}
