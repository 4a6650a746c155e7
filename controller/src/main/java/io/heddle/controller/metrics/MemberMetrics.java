package io.heddle.controller.metrics;

import io.heddle.cluster.Cluster;
import io.heddle.cluster.Member;
import io.heddle.cluster.Roster;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Optional;

/** The metrics of a controller about its cluster: which controller leads, as far as it knows, and how etcd answers. */
public final class MemberMetrics {
    private final Cluster cluster;
    private final PrometheusRegistry process = new PrometheusRegistry();

    public MemberMetrics(Cluster cluster) {
        this.cluster = cluster;
        JvmMetrics.builder().register(process);
    }

    /** All metrics of a controller that does not lead, in the text format, version 0.0.4. */
    public String text() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        process.scrape().forEach(all::metricSnapshot);
        add(all, cluster);
        return Exposition.text(all);
    }

    static void add(MetricSnapshots.Builder all, Cluster cluster) {
        Roster roster = cluster.roster();
        Sums own = new Sums();
        String state = state(cluster, roster);
        for (String each : new String[] {"leads", "ready", "alone"}) {
            own.add(each.equals(state) ? 1 : 0, "state", each);
        }
        all.metricSnapshot(own.gauge("cluster_state"));
        Sums controllers = new Sums();
        for (String each : new String[] {"leads", "ready", "away"}) {
            controllers.add(0, "state", each);
        }
        roster.controllers().values().forEach(m -> controllers.add(1, "state", roster.state(m)));
        all.metricSnapshot(controllers.gauge("cluster_controllers"));
        Exposition.gauge(all, "cluster_term", roster.term());
        Sums changes = new Sums();
        changes.add(cluster.leaderChanges());
        all.metricSnapshot(changes.counter("cluster_leader_changes"));
        Exposition.gauge(all, "etcd_quorum", cluster.pulse().hasQuorum() ? 1 : 0);
        Exposition.gauge(all, "etcd_silent_seconds", cluster.pulse().silentSeconds());
        Exposition.counters(all, cluster.pulse().counters());
    }

    private static String state(Cluster cluster, Roster roster) {
        if (roster.leader().map(Member::name).equals(Optional.of(cluster.me().name()))) {
            return "leads";
        }
        return cluster.trouble().isEmpty() && cluster.pulse().hasQuorum() ? "ready" : "alone";
    }
}
