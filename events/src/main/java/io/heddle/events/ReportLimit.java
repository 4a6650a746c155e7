package io.heddle.events;

/** Lets some events of a kind pass in each minute, so that they do not displace others. Confined to one thread. */
public final class ReportLimit {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int perMinute;
    private long since;
    private int count;

    /** @param perMinute the most events in a minute, above 0 */
    public ReportLimit(int perMinute) {
        this.perMinute = perMinute;
    }

    /** Whether to add another event. @param now the time of a monotonic clock in nanoseconds */
    public boolean allows(long now) {
        if (count == 0 || now - since > MINUTE_NANOS) {
            since = now;
            count = 0;
        }
        if (count < perMinute) {
            count++;
            return true;
        }
        return false;
    }
}
