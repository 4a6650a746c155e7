package io.heddle.openflow;

import io.heddle.apps.MeterKind;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.MeterCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what a switch drops: every few seconds reads the counters of its drop entries and of its meters. A bit of the
 * cookie marks drop entries. Confined to the switch's event loop.
 */
final class DropWatch {
    private final SwitchConnection connection;
    private final SwitchListener listener;

    DropWatch(SwitchConnection connection, SwitchListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    void start() {
        new Rounds(connection, this::look).start();
    }

    private void look(Runnable done) {
        new FlowReader(connection)
                .report(
                        Cookies.HEDDLE | Cookies.DROP,
                        Cookies.OWNER_MASK | Cookies.DROP,
                        (flows, error) -> meters(flows == null ? Map.of() : sums(flows), done));
    }

    private static Map<Long, FrameCount> sums(List<FlowCodec.Reported> flows) {
        Map<Long, FrameCount> sums = new HashMap<>();
        flows.stream()
                .filter(f -> f.packets() > 0)
                .forEach(f -> sums.merge(f.cookie(), new FrameCount(f.packets(), f.bytes()), FrameCount::plus));
        return sums;
    }

    private void meters(Map<Long, FrameCount> drops, Runnable done) {
        boolean limits =
                connection.sync().state().program().meters().keySet().stream().anyMatch(m -> !MeterKind.isSample(m));
        if (!limits) {
            finish(drops, Map.of(), done);
            return;
        }
        Map<Integer, FrameCount> meters = new HashMap<>();
        Multipart.read(
                connection,
                MeterCodec::writeStatsRequest,
                part -> MeterCodec.readStats(part, (id, packets, bytes) -> {
                    if (packets > 0 && !MeterKind.isSample(id)) {
                        meters.put(id, new FrameCount(packets, bytes));
                    }
                }),
                why -> finish(drops, why == null ? meters : Map.of(), done));
    }

    private void finish(Map<Long, FrameCount> drops, Map<Integer, FrameCount> meters, Runnable done) {
        if (connection.isActive()) {
            listener.counted(connection, drops, meters);
            done.run();
        }
    }
}
