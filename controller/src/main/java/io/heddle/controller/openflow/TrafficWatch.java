package io.heddle.controller.openflow;

import io.heddle.controller.openflow.codec.PortCodec;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Table;
import java.util.HashMap;
import java.util.Map;

/** Reads every few seconds what a switch's ports have carried, and what went to each peer by tunnel. On the switch's event loop. */
final class TrafficWatch {
    private final SwitchConnection connection;
    private final SwitchListener listener;

    TrafficWatch(SwitchConnection connection, SwitchListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    void start() {
        new Rounds(connection, this::look).start();
    }

    private void look(Runnable done) {
        Map<Integer, PortCount> counts = new HashMap<>();
        Multipart.read(connection, PortCodec::writeStatsRequest, part -> PortCodec.readStats(part, counts::put), why -> {
            if (why == null) {
                tunnels(counts, done);
            } else {
                done.run();
            }
        });
    }

    private void tunnels(Map<Integer, PortCount> ports, Runnable done) {
        new FlowReader(connection).report(Table.TUNNEL.number(), Cookies.HEDDLE, Cookies.OWNER_MASK, (flows, why) -> {
            Map<Long, FrameCount> sent = new HashMap<>();
            if (flows != null) {
                flows.forEach(f -> sent.put(f.cookie(), new FrameCount(f.packets(), f.bytes())));
            }
            listener.carried(connection, ports, sent);
            done.run();
        });
    }
}
