package io.heddle.apps.l2learning;

import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;

/**
 * The entries that a learnt MAC becomes.
 *
 * <p>Time limits: the source entry goes after {@code aging} seconds at the latest, so that an active host is seen
 * again and both its entries are renewed; the destination entry goes a little later. With the controller away, no
 * learnt entry outlives {@code aging} + {@value #GRACE} seconds: a host that moves meanwhile is lost for that long at
 * worst, and then NORMAL finds it.
 */
public final class LearntFlows {
    private static final int PRIORITY = 100;
    private static final int SUPPRESS_PRIORITY = 50;
    /** Seconds that a destination entry outlives its source entry. */
    static final int GRACE = 30;
    /** Seconds for which a port over its limit is not copied to the controller. */
    static final int SUPPRESS_SECONDS = 10;
    /** Set in the network number where no file names the switch: the rest is the frame's VLAN_VID field. */
    public static final int UNNAMED = 0x4000_0000;

    private LearntFlows() {}

    /**
     * "This source is known here": frames of {@code mac} by {@code inPort} no longer reach the controller.
     *
     * @param network the network's number, or {@link #UNNAMED} and the VLAN_VID field
     * @param from matches the tunnel's far end; {@link Match#ALL} for a port that is not a tunnel
     * @param aging seconds
     */
    public static FlowEntry source(int network, long mac, int inPort, Match from, int aging) {
        Match match =
                in(from, network).with(Field.IN_PORT, inPort & 0xffffffffL).with(Field.ETH_SRC, mac);
        return new FlowEntry(
                Table.LEARN.number(),
                PRIORITY,
                match,
                Instructions.go(Table.FORWARD.number()),
                L2LearningApp.LEARNT,
                aging,
                aging,
                false);
    }

    /** "This destination is there": frames to {@code mac} go to a target, see {@link Metadata}. */
    public static FlowEntry destination(int network, long mac, long target, int aging) {
        return new FlowEntry(
                Table.FORWARD.number(),
                PRIORITY,
                in(Match.ALL, network).with(Field.ETH_DST, mac),
                Instructions.go(Table.EGRESS.number()).write(target, Metadata.TARGET_MASK),
                L2LearningApp.LEARNT,
                aging,
                aging + GRACE,
                true);
    }

    /** "This source is at home here": its frames that an uplink brings back are dropped. The switch adds it by itself. */
    public static FlowEntry reflected(int network, long mac) {
        return new FlowEntry(
                Table.LEARN.number(),
                L2LearningApp.REFLECTED_PRIORITY,
                Match.ALL
                        .with(Field.METADATA, Metadata.inNetworkByUplink(network))
                        .with(Field.ETH_SRC, mac),
                Instructions.DROP,
                L2LearningApp.REFLECTED);
    }

    /** "This port has had its share": its unknown sources go on without a copy for a while. */
    public static FlowEntry suppress(int inPort) {
        return new FlowEntry(
                Table.LEARN.number(),
                SUPPRESS_PRIORITY,
                Match.ALL.with(Field.IN_PORT, inPort & 0xffffffffL),
                Instructions.go(Table.FORWARD.number()),
                L2LearningApp.LEARNT,
                0,
                SUPPRESS_SECONDS,
                false);
    }

    /** On a switch that no file names: frames with this tag may go from one port straight out of another. */
    public static FlowEntry proven(int network, int inPort, int outPort, int aging) {
        Match match = in(Match.ALL, network)
                .with(Field.IN_PORT, inPort & 0xffffffffL)
                .with(Field.METADATA, Metadata.to(Metadata.port(outPort)));
        return new FlowEntry(
                Table.EGRESS.number(),
                PRIORITY,
                match,
                Instructions.apply(new Action.Output(outPort)),
                L2LearningApp.LEARNT,
                0,
                aging,
                false);
    }

    /** On a switch that no file names: NORMAL serves these two ports, and is not watched for some seconds. */
    public static FlowEntry unproven(int network, int inPort, int outPort, int seconds) {
        Match match = in(Match.ALL, network)
                .with(Field.IN_PORT, inPort & 0xffffffffL)
                .with(Field.METADATA, Metadata.to(Metadata.port(outPort)));
        return new FlowEntry(
                Table.EGRESS.number(),
                SUPPRESS_PRIORITY,
                match,
                Instructions.apply(new Action.Output(PortNumber.NORMAL)),
                L2LearningApp.LEARNT,
                0,
                seconds,
                false);
    }

    private static Match in(Match match, int network) {
        return (network & UNNAMED) != 0
                ? match.with(Field.VLAN_VID, network & 0x1fff)
                : match.with(Field.METADATA, Metadata.inNetwork(network));
    }
}
