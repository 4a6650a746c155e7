package io.heddle.openflow;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Reason;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.PortCodec;
import io.heddle.openflow.codec.PortCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the traffic of a switch: every few seconds reads the counters of its ports, of the entries that send to tunnel
 * peers, and of the rules that allow. Confined to the switch's event loop.
 */
final class TrafficWatch {
    private final SwitchConnection connection;
    private final SwitchListener listener;
    /** The program that {@link #hasRules} is about; cached, because a program may be large and seldom changes. */
    private FlowProgram looked;

    /** The tables in which that program has rules of access lists. */
    private final List<Integer> tables = new ArrayList<>();

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
        FlowProgram program = connection.sync().state().program();
        if (program != looked) {
            looked = program;
            tables.clear();
            for (Table t : List.of(Table.ACL, Table.FROM, Table.FROM_RELATED, Table.TO, Table.TO_RELATED)) {
                if (program.isAbove(t.number(), 1)) {
                    tables.add(t.number());
                }
            }
        }
        Map<Reason.AclRule, FrameCount> hits = new HashMap<>();
        hits(List.copyOf(tables), program, hits, () -> {
            listener.carried(connection, ports, tunnels, hits);
            done.run();
        });
    }

    /** Adds up the hits of rules in some tables. A stateful rule counts the frames of its connections both ways. */
    private void hits(List<Integer> in, FlowProgram program, Map<Reason.AclRule, FrameCount> hits, Runnable done) {
        if (in.isEmpty()) {
            done.run();
            return;
        }
        new FlowReader(connection)
                .report(in.get(0), Cookies.HEDDLE, Cookies.OWNER_MASK | Cookies.DROP, (flows, why) -> {
                    for (FlowCodec.Reported f : flows == null ? List.<FlowCodec.Reported>of() : flows) {
                        if (f.packets() > 0 && program.reason(f.cookie()).orElse(null) instanceof Reason.AclRule rule) {
                            hits.merge(rule, new FrameCount(f.packets(), f.bytes()), FrameCount::plus);
                        }
                    }
                    hits(in.subList(1, in.size()), program, hits, done);
                });
    }
}
