package io.heddle.controller.cluster;

import io.heddle.cluster.EtcdPulse;
import io.heddle.events.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The events about the cluster, which the leader reports: which controller leads, and when etcd has not answered it. A
 * controller that hears nothing of etcd cannot tell whether etcd has no majority, or whether it is cut off itself.
 */
public final class ClusterEvents implements AutoCloseable {
    private static final String LEADS = "leads";
    private static final String LOST = "quorum-lost";
    private static final String BACK = "quorum-back";
    /** More within this time are no accident. A restart of three controllers takes three at most. */
    private static final int MOST_CHANGES = 3;

    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int LOOK_SECONDS = 1;

    private final Journal journal;
    private final EtcdPulse pulse;
    /** The name of this controller. */
    private final String name;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "heddle-cluster-events");
        thread.setDaemon(true);
        return thread;
    });
    private boolean lost;

    /** A controller begins to lead. */
    public ClusterEvents(Journal journal, Seat seat) {
        this.journal = journal;
        pulse = seat.cluster().pulse();
        name = seat.cluster().me().name();
        pulse.lastOutage().ifPresent(this::tellOutage);
        begin(seat.term().number());
        clock.scheduleAtFixedRate(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void begin(long term) {
        journal.add(LEADS, name, "leads by term " + term);
        Instant since = Instant.now().minus(WINDOW);
        long changes = journal.since(0).stream()
                .filter(e -> e.kind().equals(LEADS) && e.time().isAfter(since))
                .count();
        if (changes > MOST_CHANGES) {
            journal.add(
                    "leader-flapping",
                    name,
                    "a controller came to lead " + changes + " times within " + WINDOW.toMinutes()
                            + " minutes: look at the logs of the controllers, and at the load of their machines and of"
                            + " etcd's disks");
        }
    }

    /** The previous leader may have been unable to report an outage that made it end. */
    private void tellOutage(EtcdPulse.Outage outage) {
        Instant begin = outage.end().minus(outage.length());
        boolean told = journal.since(0).stream()
                .anyMatch(e -> e.kind().equals(BACK) && e.time().isAfter(begin));
        if (!told && outage.end().isAfter(Instant.now().minus(WINDOW))) {
            back(outage);
        }
    }

    private void back(EtcdPulse.Outage outage) {
        journal.add(
                BACK,
                name,
                "etcd answers " + name + " again, after " + outage.length().toSeconds() + " s without an answer");
    }

    private void look() {
        boolean quorum = pulse.hasQuorum();
        if (!quorum && !lost) {
            journal.add(
                    LOST,
                    name,
                    "etcd has not answered " + name + " for " + EtcdPulse.SILENCE.toSeconds()
                            + " s: changes are refused until it does; switches and hosts go on");
        } else if (quorum && lost) {
            pulse.lastOutage().ifPresent(this::back);
        }
        lost = !quorum;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
