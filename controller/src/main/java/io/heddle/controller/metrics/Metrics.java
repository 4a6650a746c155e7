package io.heddle.controller.metrics;

import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Drops;
import io.heddle.events.Durations;
import io.heddle.flows.program.Reason;
import io.heddle.openflow.OpenFlowServer;
import io.heddle.openflow.SwitchConnection;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
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
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of the controller and its switches, for Prometheus. Names follow its conventions; labels are few: switch,
 * reason, table, app. A scrape reads no switch: it returns the values of the last reading.
 */
public final class Metrics {
    /** Not a name of a switch: those have a slash. */
    private static final String UNNAMED = "unnamed";

    private final Services services;
    private final Fleet fleet;
    private final PrometheusRegistry process = new PrometheusRegistry();
    private final FlowCounts flows = new FlowCounts();

    public Metrics(Services services) {
        this.services = services;
        this.fleet = services.fleet();
        JvmMetrics.builder().register(process);
    }

    /** All metrics, in the text format, version 0.0.4. */
    public String text() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        process.scrape().forEach(all::metricSnapshot);
        counters(all);
        network(all);
        allocated(all);
        traffic(all);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, all.build(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Counters and durations since the start of the controller. */
    private void counters(MetricSnapshots.Builder all) {
        Map<String, CounterSnapshot.Builder> byName = new TreeMap<>();
        services.counters().snapshot().forEach((name, n) -> {
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
        services.counters()
                .durations()
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

    /** Bytes allocated by the event loops of switches. A packet-in should allocate nothing. */
    private static void allocated(MetricSnapshots.Builder all) {
        if (ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads) {
            long bytes = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                    .filter(t -> t != null && t.getThreadName().startsWith(OpenFlowServer.THREADS))
                    .mapToLong(t -> threads.getThreadAllocatedBytes(t.getThreadId()))
                    .sum();
            all.metricSnapshot(CounterSnapshot.builder()
                    .name("heddle_event_loop_allocated_bytes")
                    .help(Help.of("event_loop_allocated_bytes_total"))
                    .dataPoint(CounterDataPointSnapshot.builder().value(bytes).build())
                    .build());
        }
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<Long> boxed(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private void network(MetricSnapshots.Builder all) {
        gauge(all, "network_version", fleet.version());
        GaugeSnapshot.Builder hosts =
                GaugeSnapshot.builder().name("heddle_hosts").help(Help.of("hosts"));
        List<Hosts.Status> status = fleet.hosts().status();
        Map.<String, ToDoubleFunction<List<Hosts.Status>>>of(
                        "connected",
                                l -> l.stream().filter(Hosts.Status::connected).count(),
                        "away", l -> l.stream().filter(s -> !s.connected()).count(),
                        "refused",
                                l -> l.stream()
                                        .filter(s -> s.connected() && s.error() != null)
                                        .count(),
                        "in_sync",
                                l -> l.stream()
                                        .filter(s -> s.connected()
                                                && s.error() == null
                                                && s.syncedVersion() >= fleet.version())
                                        .count())
                .forEach((state, count) -> hosts.dataPoint(point(count.applyAsDouble(status), "state", state)));
        all.metricSnapshot(hosts.build());
        gauge(all, "switches_connected", fleet.switches().all().size());
        gauge(all, "model_queue_tasks", services.modelThread().waiting());
        gauge(all, "journal_queue_events", services.journal().waiting());
        GaugeSnapshot.Builder unsent =
                GaugeSnapshot.builder().name("heddle_openflow_unsent_bytes").help(Help.of("openflow_unsent_bytes"));
        GaugeSnapshot.Builder macs =
                GaugeSnapshot.builder().name("heddle_learnt_macs").help(Help.of("learnt_macs"));
        GaugeSnapshot.Builder entries =
                GaugeSnapshot.builder().name("heddle_flow_entries").help(Help.of("flow_entries"));
        Map<Labels, Long> unsentBytes = new LinkedHashMap<>();
        Map<Labels, Long> learntMacs = new LinkedHashMap<>();
        Map<Labels, Long> flowEntries = new LinkedHashMap<>();
        for (SwitchConnection c : fleet.switches().all()) {
            String name = label(c.datapathId());
            unsentBytes.merge(Labels.of("switch", name), c.unsent(), Long::sum);
            learntMacs.merge(Labels.of("switch", name), (long) c.learntMacs(), Long::sum);
            flows.of(c)
                    .forEach((at, n) -> flowEntries.merge(
                            Labels.of("switch", name, "table", at.table(), "app", at.app()), (long) n, Long::sum));
        }
        unsentBytes.forEach((labels, n) -> unsent.dataPoint(gauge(n, labels)));
        learntMacs.forEach((labels, n) -> macs.dataPoint(gauge(n, labels)));
        flowEntries.forEach((labels, n) -> entries.dataPoint(gauge(n, labels)));
        all.metricSnapshot(unsent.build());
        all.metricSnapshot(macs.build());
        all.metricSnapshot(entries.build());
    }

    private static void gauge(MetricSnapshots.Builder all, String name, double value) {
        all.metricSnapshot(GaugeSnapshot.builder()
                .name("heddle_" + name)
                .help(Help.of(name))
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build());
    }

    private static GaugeDataPointSnapshot point(double value, String label, String of) {
        return gauge(value, Labels.of(label, of));
    }

    private static GaugeDataPointSnapshot gauge(double value, Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    /**
     * The name of a switch of the network file. All others share one label: whoever reaches the port could otherwise make
     * ever new time series.
     */
    private String label(long datapathId) {
        return fleet.model().byDatapathId(datapathId).map(Object::toString).orElse(UNNAMED);
    }

    private void traffic(MetricSnapshots.Builder all) {
        Map<Labels, Long> frames = new LinkedHashMap<>();
        Map<Labels, Long> bytes = new LinkedHashMap<>();
        Map<Labels, Long> hits = new LinkedHashMap<>();
        for (Drops.Row r : services.telemetry().drops().rows()) {
            String name = label(r.datapathId());
            if (r.reason() instanceof Reason.OfList) {
                hits.merge(Labels.of("switch", name, "rule", r.reason().text()), r.packets(), Long::sum);
            }
            Labels labels = Labels.of("switch", name, "reason", r.reason().text());
            frames.merge(labels, r.packets(), Long::sum);
            bytes.merge(labels, r.bytes(), Long::sum);
        }
        for (SwitchConnection c : fleet.switches().all()) {
            String name = label(c.datapathId());
            services.telemetry()
                    .traffic()
                    .allowed(c.datapathId())
                    .forEach((rule, n) ->
                            hits.merge(Labels.of("switch", name, "rule", rule.text()), n.packets(), Long::sum));
        }
        counter(all, "dropped_frames", frames);
        counter(all, "dropped_bytes", bytes);
        counter(all, "acl_hits", hits);
    }

    private static void counter(MetricSnapshots.Builder all, String name, Map<Labels, Long> values) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name("heddle_" + name).help(Help.of(name));
        values.forEach((labels, n) -> counter.dataPoint(
                CounterDataPointSnapshot.builder().value(n).labels(labels).build()));
        all.metricSnapshot(counter.build());
    }
}
