package io.heddle.openflow;

import io.heddle.apps.l2learning.LearntFlows;
import io.heddle.flows.model.Vtep;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Masked;

/**
 * What a learnt entry about a source says, see {@link LearntFlows#source}.
 *
 * @param vtep the short number of the tunnel's other end, 0 for a local source
 */
record LearntSource(int network, long mac, int inPort, int vtep) {
    /** Reads an entry of the table LEARN. */
    static LearntSource of(FlowEntry e) {
        return new LearntSource(
                network(e),
                e.match().exact(Field.ETH_SRC).orElse(0L),
                e.match().exact(Field.IN_PORT).orElse(0L).intValue(),
                e.match()
                        .get(Field.TUN_IPV6_SRC)
                        .map(a -> Vtep.idOf(a.hi(), a.lo()))
                        .orElseGet(
                                () -> e.match().exact(Field.TUN_SRC).orElse(0L).intValue()));
    }

    /** The network of a learnt entry about a source or a destination. */
    static int network(FlowEntry e) {
        return e.match()
                .get(Field.METADATA)
                .map(Masked::lo)
                .map(m -> (int) (m & Metadata.NETWORK_MASK))
                .orElseGet(() -> LearntFlows.UNNAMED
                        | e.match()
                                .get(Field.VLAN_VID)
                                .map(Masked::lo)
                                .orElse(0L)
                                .intValue());
    }
}
