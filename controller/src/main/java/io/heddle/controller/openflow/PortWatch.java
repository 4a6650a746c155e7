package io.heddle.controller.openflow;

import io.heddle.controller.openflow.codec.PortCodec;
import java.util.HashMap;
import java.util.Map;

/** Reads every few seconds what a switch's ports have carried. On the switch's event loop. */
final class PortWatch {
    private final SwitchConnection connection;
    private final SwitchListener listener;

    PortWatch(SwitchConnection connection, SwitchListener listener) {
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
                listener.carried(connection, counts);
            }
            done.run();
        });
    }
}
