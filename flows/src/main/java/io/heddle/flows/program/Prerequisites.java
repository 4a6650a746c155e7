package io.heddle.flows.program;

import java.util.List;

/**
 * The prerequisites of matches on a field: a TCP port needs the protocol TCP. A switch refuses matches that lack them
 * (OFPBMC_BAD_PREREQ). Source: OpenFlow 1.3.5 §7.2.3.8.
 */
final class Prerequisites {
    private static final List<Integer> IP = List.of(0x0800, 0x86dd);
    /** ICMPv6 types of neighbour discovery, RFC 4861 §4.3 and §4.4. */
    private static final long SOLICITATION = 135;

    private static final long ADVERTISEMENT = 136;

    private Prerequisites() {}

    /** @throws FlowSyntaxException if a field lacks its prerequisite */
    static void check(Match match) {
        for (Field f : match.fields().keySet()) {
            switch (f) {
                case IPV4_SRC, IPV4_DST -> type(match, f, List.of(0x0800), "ip (or tcp, udp, icmp …)");
                case IPV6_SRC, IPV6_DST -> type(match, f, List.of(0x86dd), "ipv6 (or tcp6, udp6, icmp6 …)");
                case IPV6_LABEL -> type(match, f, List.of(0x86dd), "ipv6 (or tcp6, udp6, icmp6 …)");
                case IP_PROTO, IP_DSCP, IP_ECN, IP_TTL, IP_FRAG -> type(match, f, IP, "ip or ipv6");
                case MPLS_LABEL, MPLS_TC, MPLS_TTL, MPLS_BOS ->
                    type(match, f, List.of(0x8847, 0x8848), "mpls or mplsm");
                case ARP_OP, ARP_SPA, ARP_TPA, ARP_SHA, ARP_THA -> arp(match, f);
                case TCP_SRC, TCP_DST, TCP_FLAGS -> proto(match, f, 6, IP, "tcp or tcp6");
                case UDP_SRC, UDP_DST -> proto(match, f, 17, IP, "udp or udp6");
                case SCTP_SRC, SCTP_DST -> proto(match, f, 132, IP, "sctp or sctp6");
                case ICMP_TYPE, ICMP_CODE -> proto(match, f, 1, List.of(0x0800), "icmp");
                case ICMPV6_TYPE, ICMPV6_CODE -> proto(match, f, 58, List.of(0x86dd), "icmp6");
                case ND_TARGET, ND_RESERVED, ND_OPTIONS_TYPE ->
                    neighbour(match, f, List.of(SOLICITATION, ADVERTISEMENT));
                case ND_SLL -> neighbour(match, f, List.of(SOLICITATION));
                case ND_TLL -> neighbour(match, f, List.of(ADVERTISEMENT));
                case CT_NW_SRC, CT_NW_DST -> {
                    tracked(match, f);
                    type(match, f, List.of(0x0800), "ip");
                }
                case CT_IPV6_SRC, CT_IPV6_DST -> {
                    tracked(match, f);
                    type(match, f, List.of(0x86dd), "ipv6");
                }
                case CT_NW_PROTO -> tracked(match, f);
                case CT_TP_SRC, CT_TP_DST -> {
                    tracked(match, f);
                    // Open vSwitch accepts a match without it, and then ignores the port.
                    if (!match.has(Field.CT_NW_PROTO)) {
                        throw new FlowSyntaxException(f.text() + " needs its protocol: add ct_nw_proto=N");
                    }
                }
                case VLAN_PCP -> {
                    if (match.get(Field.VLAN_VID)
                            .map(m -> (m.lo() & Field.VLAN_PRESENT) == 0)
                            .orElse(true)) {
                        throw new FlowSyntaxException("dl_vlan_pcp needs a tag: add dl_vlan=N");
                    }
                }
                default -> {}
            }
        }
    }

    private static void arp(Match match, Field f) {
        type(match, f, List.of(0x0806, 0x8035), "arp");
        // Open vSwitch keeps eight bits of the operation, and reads larger values as 0.
        if (f == Field.ARP_OP && match.exact(f).filter(op -> op > 0xff).isPresent()) {
            throw new FlowSyntaxException("arp_op: " + match.exact(f).get() + " is out of range, expected 0 to 255");
        }
    }

    private static void neighbour(Match match, Field f, List<Long> types) {
        proto(match, f, 58, List.of(0x86dd), "icmp6");
        if (match.exact(Field.ICMPV6_TYPE).filter(types::contains).isEmpty()
                || match.exact(Field.ICMPV6_CODE).filter(c -> c != 0).isPresent()) {
            throw new FlowSyntaxException(f.text() + " needs its message: add icmp_type=" + types.get(0)
                    + (types.size() > 1 ? " or icmp_type=" + types.get(1) : ""));
        }
    }

    private static void tracked(Match match, Field f) {
        if (match.get(Field.CT_STATE).filter(CtState::hasTuple).isEmpty()) {
            throw new FlowSyntaxException(f.text() + " needs a state with a connection: add ct_state=+trk-inv, or one"
                    + " with +new, +est, +rel or +rpl");
        }
    }

    private static void type(Match match, Field f, List<Integer> types, String remedy) {
        if (match.exact(Field.ETH_TYPE).map(t -> !types.contains(t.intValue())).orElse(true)) {
            throw new FlowSyntaxException(f.text() + " needs its protocol: add " + remedy);
        }
    }

    private static void proto(Match match, Field f, int proto, List<Integer> types, String remedy) {
        if (match.exact(Field.IP_PROTO).map(p -> p != proto).orElse(true)) {
            throw new FlowSyntaxException(f.text() + " needs its protocol: add " + remedy);
        }
        type(match, f, types, remedy);
        if (match.get(Field.IP_FRAG)
                .filter(m -> (m.lo() & Field.LATER_FRAGMENT) != 0)
                .isPresent()) {
            throw new FlowSyntaxException(f.text() + " stands in the first fragment only, not in a later one: leave it"
                    + " out, or write nw_frag=not_later");
        }
    }
}
