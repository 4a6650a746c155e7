package io.heddle.apps.dns;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.Purpose;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Network;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Hands the controller the DNS queries that guests send to their gateway. Only the switch of the asking guest does so:
 * queries that come by an uplink or a tunnel pass on.
 *
 * <p>Source: RFC 1035 §4.2.1.
 */
public final class DnsApp implements FlowContributor {
    /** This app's number in cookies. */
    public static final int NUMBER = 14;

    /** Queries a second, for each switch. */
    private static final int QUESTIONS_PER_SECOND = 1000;

    /** Above the router, which takes packets to its own address, and below its refusal of packets from elsewhere. */
    private static final int ASKS = 115;

    private static final int ASKS_ELSEWHERE = 116;
    private static final int UDP = 17;

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        if (view.bridge().isEmpty()) {
            return;
        }
        for (String name : view.bridge().get().networks()) {
            Network network = view.model().networks().get(name);
            if (network != null && network.dns().isPresent()) {
                network.gateways().forEach(g -> serve(view, sink, network, g));
            }
        }
    }

    private static void serve(SwitchView view, FlowSink sink, Network network, InetAddress gateway) {
        Match asks = question(gateway).with(Field.METADATA, Metadata.inNetworkFromHost(network.number()));
        sink.hand(
                Table.GATEWAY,
                ASKS,
                asks,
                Purpose.DNS,
                QUESTIONS_PER_SECOND,
                Reason.note("dns-asks", "dns: answered by the name server of " + network.name(), network.name()));
        view.tunnelPort()
                .ifPresent(t -> sink.add(
                        Table.GATEWAY,
                        ASKS_ELSEWHERE,
                        asks.with(Field.IN_PORT, t),
                        Instructions.go(Table.GATEWAY.next().number()),
                        Reason.note("asked-elsewhere", "dns: the switch of the asking guest answers")));
    }

    private static Match question(InetAddress gateway) {
        boolean v4 = gateway instanceof Inet4Address;
        Field destination = v4 ? Field.IPV4_DST : Field.IPV6_DST;
        return Protocols.ip(v4)
                .with(destination, Masked.address(destination, gateway))
                .with(Field.IP_PROTO, UDP)
                .with(Field.UDP_DST, Dns.PORT);
    }
}
