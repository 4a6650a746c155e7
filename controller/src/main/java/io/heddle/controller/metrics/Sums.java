package io.heddle.controller.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.LinkedHashMap;
import java.util.Map;

/** The data points of one metric. Values with the same labels are added up. */
final class Sums {
    private final Map<Labels, Double> values = new LinkedHashMap<>();

    /** @param labels names and values in turn */
    void add(double value, String... labels) {
        values.merge(Labels.of(labels), value, Double::sum);
    }

    GaugeSnapshot gauge(String name) {
        GaugeSnapshot.Builder all =
                GaugeSnapshot.builder().name("heddle_" + name).help(Help.of(name));
        values.forEach((labels, value) -> all.dataPoint(
                GaugeDataPointSnapshot.builder().value(value).labels(labels).build()));
        return all.build();
    }

    CounterSnapshot counter(String name) {
        CounterSnapshot.Builder all =
                CounterSnapshot.builder().name("heddle_" + name).help(Help.of(name));
        values.forEach((labels, value) -> all.dataPoint(
                CounterDataPointSnapshot.builder().value(value).labels(labels).build()));
        return all.build();
    }
}
