package io.heddle.flows.program;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Fields that ovs-ofctl accepts but that are no headers, or that no frame has here: the cause, and the replacement.
 * Source: ovs-fields(7).
 */
final class Unmatchable {
    private static final String TRACKING = "no frame passes connection tracking here, so it would never match: for new"
            + " TCP connections write tcp_flags=+syn-ack";
    private static final String REGISTER = "registers are a switch's notes between its tables, and empty when an access"
            + " list is asked: match a header, or name networks and ports with on: {networks: […], ports: […]}";
    private static final String TUNNEL =
            "access lists see the frame inside a tunnel, not the tunnel: name networks" + " with on: {networks: […]}";
    private static final String KERNEL = "it is a mark of the host's kernel, which frames lose on their way through the"
            + " network: match a header, such as nw_tos for the class of traffic";
    private static final String HASH = "it is internal state of a switch's datapath: leave it out";

    private static final Map<Pattern, String> WHY = Map.ofEntries(
            why("ct_(state|zone|mark|label|nw_src|nw_dst|ipv6_src|ipv6_dst|nw_proto|tp_src|tp_dst)", TRACKING),
            why("(reg|xreg|xxreg)\\d+", REGISTER),
            why("tun_(metadata\\d+|flags|gbp_id|gbp_flags|erspan_\\w+|gtpu_\\w+|tos|ttl)", TUNNEL),
            why("skb_priority|pkt_mark", KERNEL),
            why("dp_hash|recirc_id", HASH),
            why("conj_id", "Heddle uses it itself: give one rule lists of addresses and ports, such as src: [\u2026]"),
            why(
                    "actset_output",
                    "frames here are sent by actions at once, not by action sets: match the frame's" + " headers"),
            why("packet_type", "all frames here are Ethernet frames: leave it out, or match dl_type"),
            why("in_port_oxm", "write in_port, which means the same"),
            why("nsh_\\w+", "what is inside NSH is not looked at here: dl_type=0x894f matches all of its frames"),
            why("mpls_lse\\d*", "write mpls_label, mpls_tc, mpls_bos and mpls_ttl"));

    private Unmatchable() {}

    private static Map.Entry<Pattern, String> why(String names, String reason) {
        return Map.entry(Pattern.compile(names), reason);
    }

    /** The cause why a field cannot be matched; empty for an unknown name. */
    static Optional<FlowSyntaxException> reason(String name) {
        return WHY.entrySet().stream()
                .filter(e -> e.getKey().matcher(name).matches())
                .findFirst()
                .map(e -> new FlowSyntaxException(name + " cannot be matched: " + e.getValue()));
    }
}
