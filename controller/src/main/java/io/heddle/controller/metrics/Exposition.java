package io.heddle.controller.metrics;

import io.heddle.events.Counters;
import io.heddle.events.Durations;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values as metrics of Heddle, and metrics as text. */
final class Exposition {
    private Exposition() {}

    /** In the text format, version 0.0.4. */
    static String text(MetricSnapshots.Builder all) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, all.build(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static void gauge(MetricSnapshots.Builder all, String name, double value) {
        all.metricSnapshot(GaugeSnapshot.builder()
                .name("heddle_" + name)
                .help(Help.of(name))
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build());
    }

    /** Counters and durations since the start of the controller. */
    static void counters(MetricSnapshots.Builder all, Counters counters) {
        Map<String, CounterSnapshot.Builder> byName = new TreeMap<>();
        counters.snapshot().forEach((name, n) -> {
            String[] parts = name.split(" ", 2);
            byName.computeIfAbsent(
                            parts[0],
                            p -> CounterSnapshot.builder()
                                    .name("heddle_" + p.replaceFirst("_total$", ""))
                                    .help(Help.of(p)))
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .value(n)
                            .labels(parts.length == 1 ? Labels.EMPTY : Labels.of("type", parts[1]))
                            .build());
        });
        byName.values().forEach(b -> all.metricSnapshot(b.build()));
        counters.durations()
                .forEach((name, d) -> all.metricSnapshot(HistogramSnapshot.builder()
                        .name("heddle_" + name)
                        .help(Help.of(name))
                        .dataPoint(HistogramDataPointSnapshot.builder()
                                .sum(d.seconds())
                                .classicHistogramBuckets(
                                        ClassicHistogramBuckets.of(boxed(Durations.bounds()), boxed(d.counts())))
                                .build())
                        .build()));
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<Long> boxed(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
