package io.heddle.cluster;

import io.heddle.events.Counters;
import io.heddle.events.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How etcd answers. Only a majority of its servers can prolong a lease, read or commit, so each such answer shows that
 * there is one. A controller prolongs its lease about every 1.7 s. Any thread.
 */
public final class EtcdPulse {
    /** After this silence, etcd counts as without a majority; its own elections take a second or two. */
    public static final Duration SILENCE = Duration.ofSeconds(5);

    private final LongSupplier clock;
    private final Counters counters = new Counters();
    private final Durations took = counters.durations("etcd_request_seconds");
    /** When a majority has last answered; before the first answer, when this controller began. */
    private long heard;

    private boolean known;
    private Optional<Outage> last = Optional.empty();

    /** A time without a majority that is over. */
    public record Outage(Instant end, Duration length) {}

    EtcdPulse() {
        this(System::nanoTime);
    }

    /** @param clock nanoseconds */
    EtcdPulse(LongSupplier clock) {
        this.clock = clock;
        heard = clock.getAsLong();
        counters.of("etcd_requests_failed_total");
    }

    /** A majority has answered. */
    synchronized void heard() {
        long now = clock.getAsLong();
        if (known && now - heard > SILENCE.toNanos()) {
            last = Optional.of(new Outage(Instant.now(), Duration.ofNanos(now - heard)));
        }
        heard = now;
        known = true;
    }

    /** A majority has answered a request. @param begun when it was asked, by the clock of {@link System#nanoTime} */
    void answered(long begun) {
        took.add(System.nanoTime() - begun);
        heard();
    }

    /** A request had no answer, or was refused. */
    void failed() {
        counters.count("etcd_requests_failed_total");
    }

    /** Whether a majority has answered lately. */
    public synchronized boolean hasQuorum() {
        return known && clock.getAsLong() - heard <= SILENCE.toNanos();
    }

    /** Seconds since a majority has last answered; since the controller began, if none ever did. */
    public synchronized double silentSeconds() {
        return (double) (clock.getAsLong() - heard) / TimeUnit.SECONDS.toNanos(1);
    }

    /** The last time without a majority that is over, if there was one. */
    public synchronized Optional<Outage> lastOutage() {
        return last;
    }

    /** Counters and durations of requests. */
    public Counters counters() {
        return counters;
    }
}
