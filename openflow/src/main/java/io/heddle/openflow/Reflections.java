package io.heddle.openflow;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Masked;
import io.heddle.openflow.codec.FlowCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reports reflections: every few seconds reads the entries that drop frames reflected by an uplink, and reports each
 * entry that begins to drop. The switch adds those entries itself, by a learn action; this class only reads them.
 * Confined to the switch's event loop.
 */
final class Reflections {
    private static final long EVERY_SECONDS = 2;

    private record Source(int network, long mac) {}

    private final SwitchConnection connection;
    private final SwitchListener listener;
    private Map<Source, Long> dropped = new HashMap<>();

    Reflections(SwitchConnection connection, SwitchListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    void start() {
        connection.loop().schedule(this::look, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        if (!connection.isActive()) {
            return;
        }
        if (!connection.learning().hasUplinks()) {
            start();
            return;
        }
        new FlowReader(connection).report(L2LearningApp.REFLECTED, -1L, (entries, error) -> {
            if (entries != null) {
                compare(entries);
            }
            start();
        });
    }

    private void compare(List<FlowCodec.Reported> entries) {
        Map<Source, Long> now = new HashMap<>();
        for (FlowCodec.Reported r : entries) {
            if (r.packets() > 0 && r.entry().isPresent()) {
                now.put(source(r.entry().get()), r.packets());
            }
        }
        now.forEach((source, packets) -> {
            long before = dropped.getOrDefault(source, 0L);
            connection.counters().of("reflected_frames_total").add(Math.max(0, packets - before));
            if (before == 0) {
                listener.reflected(
                        connection,
                        source.network(),
                        source.mac(),
                        connection.learning().port(source.network(), source.mac()),
                        packets);
            }
        });
        dropped = now;
    }

    private static Source source(FlowEntry e) {
        int network = (int) (e.match().get(Field.METADATA).map(Masked::lo).orElse(0L) & Metadata.NETWORK_MASK);
        return new Source(network, e.match().exact(Field.ETH_SRC).orElse(0L));
    }
}
