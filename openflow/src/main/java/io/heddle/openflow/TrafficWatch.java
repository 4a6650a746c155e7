package io.heddle.openflow;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.PortCodec;
import io.heddle.openflow.codec.PortCount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts the traffic of a switch: every few seconds reads the counters of its ports, of the entries that send to tunnel
 * peers, and of the rules that allow. Confined to the switch's event loop.
 */
final class TrafficWatch {
    private final SwitchConnection connection;
    private final SwitchListener listener;
    /** The program that {@link #hasRules} is about; cached, because a program may be large and seldom changes. */
    private FlowProgram looked;

    private boolean hasRules;

    TrafficWatch(SwitchConnection connection, SwitchListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    void start() {
        new Rounds(connection, this::look).start();
    }

    private void look(Runnable done) {
        Map<Integer, PortCount> counts = new HashMap<>();
        Multipart.read(
                connection, PortCodec::writeStatsRequest, part -> PortCodec.readStats(part, counts::put), why -> {
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
            acls(ports, sent, done);
        });
    }

    private void acls(Map<Integer, PortCount> ports, Map<Long, FrameCount> tunnels, Runnable done) {
        Map<Reason.AclRule, FrameCount> hits = new HashMap<>();
        FlowProgram program = connection.sync().state().program();
        Consumer<List<FlowCodec.Reported>> finish = flows -> {
            for (FlowCodec.Reported f : flows) {
                if (f.packets() > 0 && program.reason(f.cookie()).orElse(null) instanceof Reason.AclRule rule) {
                    hits.merge(rule, new FrameCount(f.packets(), f.bytes()), FrameCount::plus);
                }
            }
            listener.carried(connection, ports, tunnels, hits);
            done.run();
        };
        if (program != looked) {
            looked = program;
            hasRules = program.entries().stream().anyMatch(e -> e.table() == Table.ACL.number() && e.priority() > 0);
        }
        if (!hasRules) {
            finish.accept(List.of());
        } else {
            new FlowReader(connection)
                    .report(
                            Table.ACL.number(),
                            Cookies.HEDDLE,
                            Cookies.OWNER_MASK | Cookies.DROP,
                            (flows, why) -> finish.accept(flows == null ? List.of() : flows));
        }
    }
}
