package io.heddle.openflow;

import io.heddle.events.Counters;
import java.util.concurrent.atomic.LongAdder;

/** The counters of received messages by type. Keeps each: a switch may send one FLOW_REMOVED for each FLOW_MOD. */
final class MessageCounters {
    private final Counters counters;
    private final LongAdder[] byType = new LongAdder[MessageTypes.COUNT + 1];

    MessageCounters(Counters counters) {
        this.counters = counters;
    }

    void count(int type) {
        int index = Math.min(type, byType.length - 1);
        if (byType[index] == null) {
            byType[index] = counters.of("openflow_messages_received_total " + MessageTypes.name(type));
        }
        byType[index].increment();
    }
}
