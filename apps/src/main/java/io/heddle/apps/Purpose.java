package io.heddle.apps;

/**
 * The purposes of copying frames to the controller. Each purpose has its own meter on every switch, so that many copies
 * for one purpose do not displace those for another. Samples of dropped frames have meters by reason instead, see
 * {@link MeterKind#sample}.
 */
public enum Purpose {
    /** To learn hosts that the switch does not know. */
    LEARNING,
    /** To find whether Open vSwitch joins two ports of a switch that the network file does not name. */
    CONVERSATION,
    /** To tell senders that their frames are rejected. */
    REJECT,
    /** To log what access lists decide. */
    LOG,
    /** To find the MAC address of a neighbour. */
    NEIGHBOUR,
    /** To answer for a router, where the switch cannot. */
    ROUTER,
    /** To hand out addresses. */
    DHCP,
    /** To answer for names. */
    DNS,
    /** To find out whether hosts serve. */
    CHECK,
    /** To take what DHCP servers answer to the controller, which relays it. */
    RELAY;

    /** The largest burst of copies, in seconds of the meter's rate: a switch may bring all its hosts at once. */
    static final int BURST_SECONDS = 5;

    /** The number of the purpose's meter. */
    public int meter() {
        return MeterKind.FIRST_PURPOSE + ordinal();
    }
}
