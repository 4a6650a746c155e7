package io.heddle.apps.router;

import io.heddle.apps.Protocols;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Pings of a router's addresses, which the switch answers by itself. */
final class Echo {
    private static final int TTL = 64;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST_6 = 128;
    private static final int ECHO_REPLY_6 = 129;

    private Echo() {}

    /** The pings among the packets to an address. */
    static Match request(Match to, InetAddress address) {
        return address instanceof Inet4Address
                ? to.and(Protocols.ICMP)
                        .orElseThrow()
                        .with(Field.ICMP_TYPE, ECHO_REQUEST)
                        .with(Field.ICMP_CODE, 0)
                : to.and(Protocols.icmpv6(ECHO_REQUEST_6)).orElseThrow().with(Field.ICMPV6_CODE, 0);
    }

    /** Makes a packet the answer of an address. The frame around it stays as it is. */
    static List<Action> answer(InetAddress address) {
        boolean v4 = address instanceof Inet4Address;
        Field src = v4 ? Field.IPV4_SRC : Field.IPV6_SRC;
        return List.of(
                new Action.Move(src, src.opposite()),
                new Action.SetField(src, Masked.address(src, address)),
                new Action.SetField(Field.IP_TTL, TTL),
                v4
                        ? new Action.SetField(Field.ICMP_TYPE, ECHO_REPLY)
                        : new Action.SetField(Field.ICMPV6_TYPE, ECHO_REPLY_6));
    }

    /** Sends the answer back by the port where the ping came in. @param mac the MAC of the address */
    static Instructions back(InetAddress address, long mac) {
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.Move(Field.ETH_SRC, Field.ETH_DST));
        actions.add(new Action.SetField(Field.ETH_SRC, mac));
        actions.addAll(answer(address));
        actions.add(new Action.Output(PortNumber.IN_PORT));
        return Instructions.apply(actions.toArray(Action[]::new));
    }
}
