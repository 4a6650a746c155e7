package io.heddle.controller.openflow;

import io.heddle.apps.MeterKind;
import io.heddle.controller.openflow.codec.FlowCodec;
import io.heddle.controller.openflow.codec.MeterCodec;
import io.heddle.controller.openflow.codec.Wire;
import io.heddle.flows.pipeline.Cookies;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reads every few seconds what a switch has dropped: the counters of its drop entries, which cookies tell from the others,
 * and of its meters. Where that takes long, it is done less often. On the switch's event loop.
 */
final class DropWatch {
    private static final long EVERY_MILLIS = 2000;
    /** At most this share of the time is spent on asking. */
    private static final int SHARE = 20;

    private final SwitchConnection connection;
    private final SwitchListener listener;
    private long begun;

    DropWatch(SwitchConnection connection, SwitchListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    void start() {
        long took = begun == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        connection.loop().schedule(this::look, Math.max(EVERY_MILLIS, took * SHARE), TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (!connection.isActive()) {
            return;
        }
        begun = System.nanoTime();
        new FlowReader(connection).report(Cookies.HEDDLE | Cookies.DROP, Cookies.OWNER_MASK | Cookies.DROP,
                (flows, error) -> meters(flows == null ? Map.of() : sums(flows)));
    }

    private static Map<Long, DropCount> sums(List<FlowCodec.Reported> flows) {
        Map<Long, DropCount> sums = new HashMap<>();
        flows.stream().filter(f -> f.packets() > 0)
                .forEach(f -> sums.merge(f.cookie(), new DropCount(f.packets(), f.bytes()), DropCount::plus));
        return sums;
    }

    private void meters(Map<Long, DropCount> drops) {
        boolean limits = connection.sync().state().program().meters().keySet().stream().anyMatch(m -> !MeterKind.isSample(m));
        if (!limits) {
            finish(drops, Map.of());
            return;
        }
        Map<Integer, DropCount> meters = new HashMap<>();
        connection.ask(MeterCodec::writeStatsRequest, new SwitchConnection.Answer() {
            @Override
            public boolean received(ByteBuf message) {
                MeterCodec.readStats(message.duplicate().skipBytes(Wire.HEADER + 8), (id, packets, bytes) -> {
                    if (packets > 0 && !MeterKind.isSample(id)) {
                        meters.put(id, new DropCount(packets, bytes));
                    }
                });
                boolean last = !FlowSync.more(message);
                if (last) {
                    finish(drops, meters);
                }
                return last;
            }

            @Override
            public void failed(String why) {
                finish(drops, Map.of());
            }
        });
    }

    private void finish(Map<Long, DropCount> drops, Map<Integer, DropCount> meters) {
        if (connection.isActive()) {
            listener.counted(connection, drops, meters);
            start();
        }
    }
}
