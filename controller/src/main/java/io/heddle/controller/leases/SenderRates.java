package io.heddle.controller.leases;

import io.heddle.openflow.Rate;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many messages the hosts behind one port may send, so that one of them does not keep the service from others. Any
 * thread.
 */
public final class SenderRates {
    private static final int MOST = 10_000;

    private final int perSecond;
    private final int atOnce;
    private final Map<Port, Rate> rates = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Port, Rate> eldest) {
            return size() > MOST;
        }
    };

    private record Port(long datapathId, int number) {}

    /** @param atOnce the messages of a burst */
    public SenderRates(int perSecond, int atOnce) {
        this.perSecond = perSecond;
        this.atOnce = atOnce;
    }

    /** Whether to read another message. @param now nanoseconds, as {@link System#nanoTime} */
    public synchronized boolean admits(long datapathId, int inPort, long now) {
        return rates.computeIfAbsent(new Port(datapathId, inPort), p -> new Rate(perSecond, atOnce, now))
                .tryTake(now);
    }
}
