package io.heddle.controller.metrics;

import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Drops;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Reason;
import io.heddle.openflow.OpenFlowServer;
import io.heddle.openflow.SwitchConnection;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of the controller and its switches, for Prometheus. Names follow its conventions; labels are few: switch,
 * reason, table, app. A scrape reads no switch: it returns the values of the last reading.
 */
public final class Metrics {
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
        Exposition.counters(all, services.counters());
        services.cluster().ifPresent(c -> MemberMetrics.add(all, c));
        network(all);
        allocated(all);
        traffic(all);
        leases(all);
        backends(all);
        nextRouters(all);
        return Exposition.text(all);
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

    private void network(MetricSnapshots.Builder all) {
        Exposition.gauge(all, "network_version", fleet.version());
        Sums hosts = new Sums();
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
                .forEach((state, count) -> hosts.add(count.applyAsDouble(status), "state", state));
        all.metricSnapshot(hosts.gauge("hosts"));
        Exposition.gauge(all, "switches_connected", fleet.switches().all().size());
        services.tls()
                .ifPresent(t -> Exposition.gauge(all, "certificate_days_left", (double)
                        Duration.between(Instant.now(), t.end()).toDays()));
        Exposition.gauge(all, "model_queue_tasks", services.modelThread().waiting());
        Exposition.gauge(all, "journal_queue_events", services.journal().waiting());
        Sums unsent = new Sums();
        Sums macs = new Sums();
        Sums entries = new Sums();
        for (SwitchConnection c : fleet.switches().all()) {
            String name = label(c.datapathId());
            unsent.add(c.unsent(), "switch", name);
            macs.add(c.learntMacs(), "switch", name);
            flows.of(c).forEach((at, n) -> entries.add(n, "switch", name, "table", at.table(), "app", at.app()));
        }
        all.metricSnapshot(unsent.gauge("openflow_unsent_bytes"));
        all.metricSnapshot(macs.gauge("learnt_macs"));
        all.metricSnapshot(entries.gauge("flow_entries"));
    }

    /** A switch's label. Those that no file names share one: each could make up ever new datapath ids. */
    private String label(long datapathId) {
        return fleet.model().byDatapathId(datapathId).map(Object::toString).orElse("unnamed");
    }

    private void leases(MetricSnapshots.Builder all) {
        Sums used = new Sums();
        Sums size = new Sums();
        services.dhcp().leases().usage(fleet.model()).forEach((network, usage) -> {
            used.add(usage.used(), "network", network);
            size.add(usage.size(), "network", network);
        });
        Sums used6 = new Sums();
        Sums size6 = new Sums();
        services.dhcp().leases().usage6(fleet.model()).forEach((network, usage) -> {
            used6.add(usage.used(), "network", network);
            size6.add(usage.size(), "network", network);
        });
        all.metricSnapshot(used6.gauge("dhcp6_range_used"));
        all.metricSnapshot(size6.gauge("dhcp6_range_size"));
        Sums addresses = new Sums();
        Sums hosts = new Sums();
        services.dhcp().leases().subnets(fleet.model()).forEach((network, usage) -> {
            addresses.add(usage.used(), "network", network);
            hosts.add(usage.size(), "network", network);
        });
        all.metricSnapshot(addresses.gauge("subnet_addresses_used"));
        all.metricSnapshot(hosts.gauge("subnet_addresses"));
        all.metricSnapshot(used.gauge("dhcp_range_used"));
        all.metricSnapshot(size.gauge("dhcp_range_size"));
    }

    private void backends(MetricSnapshots.Builder all) {
        Sums backends = new Sums();
        Sums up = new Sums();
        fleet.model()
                .routers()
                .values()
                .forEach(r -> r.services()
                        .forEach(s -> s.backends().forEach(b -> {
                            backends.add(1, "router", r.name(), "service", s.name());
                            up.add(b.alive() ? 1 : 0, "router", r.name(), "service", s.name());
                        })));
        all.metricSnapshot(backends.gauge("service_backends"));
        all.metricSnapshot(up.gauge("service_backends_up"));
    }

    private void nextRouters(MetricSnapshots.Builder all) {
        Sums every = new Sums();
        Sums up = new Sums();
        for (Router router : fleet.model().routers().values()) {
            router.routes().stream()
                    .filter(Router.Route::spreads)
                    .forEach(route -> route.via().forEach(hop -> {
                        every.add(1, "router", router.name(), "route", route.text());
                        up.add(hop.alive() ? 1 : 0, "router", router.name(), "route", route.text());
                    }));
        }
        all.metricSnapshot(every.gauge("next_routers"));
        all.metricSnapshot(up.gauge("next_routers_up"));
    }

    private void traffic(MetricSnapshots.Builder all) {
        Sums frames = new Sums();
        Sums bytes = new Sums();
        Sums hits = new Sums();
        for (Drops.Row r : services.telemetry().drops().rows()) {
            String name = label(r.datapathId());
            if (r.reason() instanceof Reason.OfList) {
                hits.add(r.packets(), "switch", name, "rule", r.reason().text());
            }
            frames.add(r.packets(), "switch", name, "reason", r.reason().text());
            bytes.add(r.bytes(), "switch", name, "reason", r.reason().text());
        }
        all.metricSnapshot(frames.counter("dropped_frames"));
        all.metricSnapshot(bytes.counter("dropped_bytes"));
        for (SwitchConnection c : fleet.switches().all()) {
            String name = label(c.datapathId());
            services.telemetry()
                    .traffic()
                    .allowed(c.datapathId())
                    .forEach((rule, n) -> hits.add(n.packets(), "switch", name, "rule", rule.text()));
        }
        all.metricSnapshot(hits.counter("acl_hits"));
    }
}
