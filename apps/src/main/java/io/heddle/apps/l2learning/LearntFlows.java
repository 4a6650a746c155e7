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
 * The flow entries of learnt MACs.
 *
 * <p>Timeouts: the source entry lives at most {@code aging} seconds. The next frame of an active host then reaches the
 * controller, which renews both entries. The destination entry lives {@value #GRACE} seconds longer. Without a
 * controller, a host that moves is unreachable for at most {@code aging} + {@value #GRACE} seconds; then its old
 * entries have gone, and NORMAL finds it.
 */
public final class LearntFlows {
    private static final int PRIORITY = 100;
    private static final int SUPPRESS_PRIORITY = 50;
    /** Seconds that a destination entry outlives its source entry. */
    static final int GRACE = 30;
    /** Seconds for which a port over its limit is not copied to the controller. */
    public static final int SUPPRESS_SECONDS = 10;
    /** Marks a network number on a switch that the network file does not name; its low bits are the VLAN_VID field. */
    public static final int UNNAMED = 0x4000_0000;

    private LearntFlows() {}

    /**
     * Marks a source as known: frames from {@code mac} at {@code inPort} no longer go to the controller.
     *
     * @param network the network's number, or {@link #UNNAMED} | the VLAN_VID field
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
                Instructions.go(Table.LEARN.next().number()),
                L2LearningApp.LEARNT,
                aging,
                aging,
                false);
    }

    /** Sends frames to {@code mac} to a target, see {@link Metadata}. */
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

    /**
     * Drops frames that an uplink sends back to a source attached to this bridge. The switch adds this entry itself.
     */
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

    /** Forwards frames from unknown sources of a port over its MAC limit without copies, for a while. */
    public static FlowEntry suppress(int inPort) {
        return new FlowEntry(
                Table.LEARN.number(),
                SUPPRESS_PRIORITY,
                Match.ALL.with(Field.IN_PORT, inPort & 0xffffffffL),
                Instructions.go(Table.LEARN.next().number()),
                L2LearningApp.LEARNT,
                0,
                SUPPRESS_SECONDS,
                false);
    }

    /** On a switch that the network file does not name: outputs frames with this tag directly to another port. */
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

    /** On a switch that the network file does not name: NORMAL serves these ports, without copies for some seconds. */
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
