package io.heddle.apps;

/**
 * What frames are copied to the controller for. Each purpose has a meter of its own on every switch, so that a flood of
 * copies for one leaves the others theirs. Samples of dropped frames have meters by reason instead, see
 * {@link MeterKind#sample}.
 */
public enum Purpose {
    /** Hosts that the switch does not know. */
    LEARNING,
    /** Whether Open vSwitch joins two ports of a switch that no file names. */
    CONVERSATION;

    /** Copies that a meter lets pass at once after a silence, in seconds of its rate: a switch may bring all its hosts. */
    static final int BURST_SECONDS = 5;

    /** The number of the purpose's meter. */
    public int meter() {
        return MeterKind.FIRST_PURPOSE + ordinal();
    }
}
