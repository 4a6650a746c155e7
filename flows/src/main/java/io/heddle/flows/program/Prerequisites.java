package io.heddle.flows.program;

import java.util.List;

/**
 * What a match must also say before it may speak of a field: a TCP port only where the protocol is TCP. A switch
 * refuses other matches (OFPBMC_BAD_PREREQ). Source: OpenFlow 1.3.5 §7.2.3.8.
 */
final class Prerequisites {
    private static final List<Integer> IP = List.of(0x0800, 0x86dd);

    private Prerequisites() {
    }

    /** @throws FlowSyntaxException when a field lacks what it builds on */
    static void check(Match match) {
        for (Field f : match.fields().keySet()) {
            switch (f) {
                case IPV4_SRC, IPV4_DST -> type(match, f, List.of(0x0800), "ip (or tcp, udp, icmp …)");
                case IPV6_SRC, IPV6_DST -> type(match, f, List.of(0x86dd), "ipv6 (or tcp6, udp6, icmp6 …)");
                case IP_PROTO, IP_DSCP, IP_ECN -> type(match, f, IP, "ip or ipv6");
                case ARP_OP, ARP_SPA, ARP_TPA, ARP_SHA, ARP_THA -> type(match, f, List.of(0x0806), "arp");
                case TCP_SRC, TCP_DST -> proto(match, f, 6, "tcp or tcp6");
                case UDP_SRC, UDP_DST -> proto(match, f, 17, "udp or udp6");
                case SCTP_SRC, SCTP_DST -> proto(match, f, 132, "sctp or sctp6");
                case ICMP_TYPE, ICMP_CODE -> proto(match, f, 1, "icmp");
                case ICMPV6_TYPE, ICMPV6_CODE -> proto(match, f, 58, "icmp6");
                case ND_TARGET, ND_SLL, ND_TLL, ND_RESERVED, ND_OPTIONS_TYPE -> proto(match, f, 58, "icmp6");
                case VLAN_PCP -> {
                    if (match.get(Field.VLAN_VID).map(m -> (m.lo() & Field.VLAN_PRESENT) == 0).orElse(true)) {
                        throw new FlowSyntaxException("dl_vlan_pcp needs a tag: add dl_vlan=N");
                    }
                }
                default -> { }
            }
        }
    }

    private static void type(Match match, Field f, List<Integer> types, String remedy) {
        if (match.exact(Field.ETH_TYPE).map(t -> !types.contains(t.intValue())).orElse(true)) {
            throw new FlowSyntaxException(f.text() + " needs its protocol: add " + remedy);
        }
    }

    private static void proto(Match match, Field f, int proto, String remedy) {
        if (match.exact(Field.IP_PROTO).map(p -> p != proto).orElse(true)) {
            throw new FlowSyntaxException(f.text() + " needs its protocol: add " + remedy);
        }
    }
}
