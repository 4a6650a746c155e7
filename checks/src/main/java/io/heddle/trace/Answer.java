package io.heddle.trace;

import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.simulate.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the frame with which a receiver answers a traced frame. Pure. */
final class Answer {
    private static final long SOMEBODY = 0x0200_0000_00fdL;
    private static final long ARP = 0x0806;
    private static final long IPV4 = 0x0800;
    private static final long IPV6 = 0x86dd;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int TTL = 64;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    private Answer() {}

    /**
     * The answer of the receiver behind a port.
     *
     * @param asked the frame as it came in
     * @param arrived the frame as it left by the port
     * @param mac the receiver, if it is known
     * @param gateway whether the receiver's network has a gateway of Heddle's
     * @throws IllegalArgumentException if nobody answers such a frame, with the reason
     */
    static Origin.Frame to(Origin.Frame asked, Tracer.Arrived arrived, Optional<Long> mac, boolean gateway) {
        List<String> notes = new ArrayList<>();
        Match header = reversed(received(asked.header(), arrived.frame()), mac, notes);
        if (isRouted(asked.header())) {
            header = header.with(
                    Field.ETH_DST, gateway ? Gateways.MAC : arrived.frame().get(Field.ETH_SRC));
        }
        // A trunk hands a frame on with a tag, and gets the answer with the same.
        header = header.with(Field.VLAN_VID, arrived.frame().get(Field.VLAN_VID));
        return new Origin.Frame(
                arrived.at().place(),
                arrived.at().port().interfaces().get(0),
                header.without(Field.VLAN_PCP).without(Field.IN_PORT),
                Optional.of(asked.place() + "/" + port(asked)),
                notes);
    }

    /** Whether a frame goes to a gateway, so that the receiver's answer does, too. */
    private static boolean isRouted(Match asked) {
        return asked.exact(Field.ETH_DST).filter(d -> d == Gateways.MAC).isPresent();
    }

    /** What the receiver gets: routers may have changed addresses and ports. */
    private static Match received(Match asked, Frame arrived) {
        Match out = asked;
        for (Field f : asked.fields().keySet()) {
            boolean kept = f != Field.ETH_SRC && f != Field.ETH_DST && f != Field.IN_PORT;
            Optional<Masked> value = kept ? arrived.value(f) : Optional.empty();
            out = value.isPresent() ? out.with(f, value.get()) : out;
        }
        return out;
    }

    private static String port(Origin.Frame asked) {
        return asked.place().bridge().ports().values().stream()
                .filter(p -> p.interfaces().contains(asked.device()))
                .map(Port::name)
                .findFirst()
                .orElse(asked.device());
    }

    private static Match reversed(Match asked, Optional<Long> mac, List<String> notes) {
        long receiver = asked.exact(Field.ETH_DST).orElse(0L);
        if ((receiver & Field.ETH_MULTICAST) != 0) {
            if (mac.isEmpty()) {
                notes.add("the MAC of the host that answers is not known");
            }
            receiver = mac.orElse(SOMEBODY);
        }
        if (receiver == Gateways.MAC) {
            receiver = mac.orElse(SOMEBODY);
        }
        Match to = asked.with(Field.ETH_DST, receiver);
        Match out = to;
        for (Field f : to.fields().keySet()) {
            if (to.has(f.opposite())) {
                out = out.with(f, to.get(f.opposite()).orElseThrow());
            }
        }
        long type = asked.exact(Field.ETH_TYPE).orElse(0L);
        if (type == ARP) {
            require(asked.exact(Field.ARP_OP).orElse(0L) == 1, "an ARP packet that is no request");
            return out.with(Field.ARP_OP, 2).with(Field.ARP_SHA, receiver);
        }
        require(type == IPV4 || type == IPV6, "a frame that is neither IP nor an ARP request");
        require(!isGroup(asked), "a packet for a group");
        require(asked.exact(Field.IP_FRAG).orElse(0L) == 0, "a fragment alone");
        return transport(asked, out.with(Field.IP_TTL, TTL));
    }

    private static Match transport(Match asked, Match out) {
        long protocol = asked.exact(Field.IP_PROTO).orElse(0L);
        if (protocol == ICMP) {
            require(asked.exact(Field.ICMP_TYPE).orElse(0L) == 8, "an ICMP message that is no echo request");
            return out.with(Field.ICMP_TYPE, 0);
        }
        if (protocol == ICMPV6) {
            require(asked.exact(Field.ICMPV6_TYPE).orElse(0L) == 128, "an ICMPv6 message that is no echo request");
            return out.with(Field.ICMPV6_TYPE, 129);
        }
        return asked.exact(Field.TCP_FLAGS)
                .map(flags -> out.with(Field.TCP_FLAGS, flags & SYN | ACK))
                .orElse(out);
    }

    private static boolean isGroup(Match asked) {
        long v4 = asked.exact(Field.IPV4_DST).orElse(0L) & 0xffff_ffffL;
        long v6 = asked.get(Field.IPV6_DST).map(m -> m.hi() >>> 56).orElse(0L);
        return v4 >>> 28 == 0xe || v4 == 0xffff_ffffL || v6 == 0xff;
    }

    private static void require(boolean answered, String what) {
        if (!answered) {
            throw new IllegalArgumentException("nobody answers " + what);
        }
    }
}
