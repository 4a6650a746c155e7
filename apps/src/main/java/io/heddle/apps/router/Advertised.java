package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Network;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;

/** Hands the questions of guests for IPv6 routers to the controller, which answers them. Source: RFC 4861 §4.1. */
final class Advertised {
    private static final int ASKS = 115;
    private static final int ASKS_ELSEWHERE = 116;
    private static final Match SOLICITATION = Protocols.icmpv6(133);

    private Advertised() {}

    static void contribute(SwitchView view, FlowSink sink, Network network) {
        if (!network.hasGateway6()) {
            return;
        }
        Match asks = SOLICITATION.with(Field.METADATA, Metadata.inNetworkFromHost(network.number()));
        Reason reason = Reason.note(
                "asks-for-routers", "router: tells hosts of " + network.name() + " its gateway", network.name());
        sink.hand(Table.GATEWAY, ASKS, asks, Purpose.ROUTER, RouterApp.ANSWERS_PER_SECOND, reason);
        Reason elsewhere =
                Reason.note("asks-elsewhere", "router: the switch of the asking host answers", network.name());
        view.tunnelPort()
                .ifPresent(t -> sink.add(
                        Table.GATEWAY,
                        ASKS_ELSEWHERE,
                        asks.with(Field.IN_PORT, t),
                        Instructions.go(Table.GATEWAY.next().number()),
                        elsewhere));
    }
}
