package io.heddle.controller.leases;

import io.heddle.openflow.Rate;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many messages the hosts behind one port may send, so that one of them does not keep the service from others. */
final class SenderRates {
    private static final int PER_SECOND = 20;
    private static final int AT_ONCE = 200;
    private static final int MOST = 10_000;

    private final Map<Port, Rate> rates = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Port, Rate> eldest) {
            return size() > MOST;
        }
    };

    private record Port(long datapathId, int number) {}

    /** Whether to read another message. @param now nanoseconds, as {@link System#nanoTime} */
    boolean admits(long datapathId, int inPort, long now) {
        return rates.computeIfAbsent(new Port(datapathId, inPort), p -> new Rate(PER_SECOND, AT_ONCE, now))
                .tryTake(now);
    }
}
