package io.heddle.apps.shaping;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.MeterKind;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Limits;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Rate;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.List;

/**
 * Limits the incoming frames of a port: one meter for all frames, and storm control by one meter each for broadcast,
 * multicast and unknown unicast. OVS itself shapes outgoing frames, see {@code HostCompiler}.
 */
public final class ShapingApp implements FlowContributor {
    private static final int POLICED = 100;
    private static final int BROADCAST = 40;
    private static final int MULTICAST = 30;
    private static final int UNKNOWN = 20;
    private static final long BROADCAST_MAC = 0xffff_ffff_ffffL;
    private static final Masked ANY_MULTICAST = Masked.of(Field.ETH_MULTICAST, Field.ETH_MULTICAST);

    @Override
    public String name() {
        return "shaping";
    }

    @Override
    public int number() {
        return 6;
    }

    @Override
    public boolean readsOtherHosts() {
        return false;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        sink.add(
                Table.POLICE,
                0,
                Match.ALL,
                Instructions.go(Table.POLICE.next().number()),
                Reason.note("no-limit", "shaping: no limit"));
        view.bridge().ifPresent(bridge -> bridge.ports().values().forEach(p -> limit(sink, p, view.numbers(p))));
    }

    /** The members of a bond share the meter of the first member. */
    private static void limit(FlowSink sink, Port port, List<Integer> numbers) {
        Limits limits = port.limits();
        for (int number : numbers) {
            Match in = Match.ALL.with(Field.IN_PORT, number & 0xffffffffL);
            int owner = numbers.get(0);
            limits.ingress()
                    .ifPresent(r -> sink.add(
                            Table.POLICE,
                            POLICED,
                            in,
                            Instructions.go(Table.POLICE.next().number())
                                    .metered(meter(sink, owner, MeterKind.INGRESS, r)),
                            new Reason.RateLimit(port.name(), "", r.toString())));
            storms(sink, port, in, owner);
        }
    }

    /** @param owner the port number that has the meters */
    private static void storms(FlowSink sink, Port port, Match in, int owner) {
        Limits limits = port.limits();
        limits.broadcast()
                .ifPresent(r -> storm(
                        sink,
                        BROADCAST,
                        in.with(Field.ETH_DST, BROADCAST_MAC),
                        meter(sink, owner, MeterKind.BROADCAST, r),
                        "broadcast",
                        port,
                        r));
        limits.multicast()
                .ifPresent(r -> storm(
                        sink,
                        MULTICAST,
                        in.with(Field.ETH_DST, ANY_MULTICAST),
                        meter(sink, owner, MeterKind.MULTICAST, r),
                        "multicast",
                        port,
                        r));
        limits.unknownUnicast()
                .ifPresent(r -> storm(
                        sink,
                        UNKNOWN,
                        in.with(Field.ETH_DST, Masked.of(0, Field.ETH_MULTICAST)),
                        meter(sink, owner, MeterKind.UNKNOWN_UNICAST, r),
                        "unknown unicast",
                        port,
                        r));
    }

    private static void storm(FlowSink sink, int priority, Match match, int meter, String what, Port port, Rate rate) {
        // Broadcast is a multicast address too: exempt it from a limit on multicast only.
        if (priority == MULTICAST && port.limits().broadcast().isEmpty()) {
            sink.add(
                    Table.FORWARD,
                    BROADCAST,
                    match.with(Field.ETH_DST, BROADCAST_MAC),
                    Instructions.go(Table.FLOOD.number()),
                    Reason.ofPort(
                            "broadcast-not-limited",
                            port.name(),
                            "shaping: broadcast by port " + port.name() + " is not limited"));
        }
        sink.add(
                Table.FORWARD,
                priority,
                match,
                Instructions.go(Table.FLOOD.number()).metered(meter),
                new Reason.RateLimit(port.name(), what, rate.toString()));
    }

    private static int meter(FlowSink sink, int port, MeterKind kind, Rate r) {
        long rate = r.packets() ? r.perSecond() : Math.max(1, r.perSecond() / 1000);
        long burst = r.burst() == 0 ? rate : r.packets() ? r.burst() : Math.max(1, r.burst() / 1000);
        return sink.meter(port, kind, r.packets(), rate, burst);
    }
}
