package io.heddle.apps.stateful;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;

/**
 * Drops IP packets to the addresses of protocols between neighbours, such as LLDP and STP. These frames are left to
 * Open vSwitch ahead of all lists, and with {@code other_config:forward-bpdu=true} it hands them on. The protocols
 * themselves do not use IP.
 */
final class LinkGroups {
    /** Above the entry that leaves the other frames to Open vSwitch. */
    private static final int PRIORITY = 64_001;

    private LinkGroups() {}

    static void contribute(FlowSink sink) {
        Reason reason = Reason.drop("ip-in-link-group", "acl: an IP packet to the address of a link protocol");
        Match group = Match.ALL.with(Field.ETH_DST, Field.LINK_PROTOCOLS);
        for (Match ip : Protocols.IP) {
            sink.add(Table.ADMISSION, PRIORITY, group.and(ip).orElseThrow(), Instructions.DROP, reason);
        }
    }
}
