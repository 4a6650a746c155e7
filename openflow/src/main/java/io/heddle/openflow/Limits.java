package io.heddle.openflow;

/**
 * What a connection may cost. Tests use shorter times.
 *
 * @param handshakeSeconds time for the handshake
 * @param answerSeconds how long a request may stay without any part of its answer
 * @param probeSeconds how long the owner of a datapath id has to answer an echo request when another claims the id
 * @param guestBytes memory of all switches together that the network file does not name
 */
public record Limits(int handshakeSeconds, int answerSeconds, int probeSeconds, long guestBytes) {
    /** The limits of a controller in service. */
    public static final Limits DEFAULT = new Limits(20, 60, 3, 128L << 20);

    /** Bytes of one answer. The largest tables of Open vSwitch, a million entries, take about this. */
    static final int ANSWER_BYTES = 128 << 20;
    /** The number of ports that OpenFlow leaves to Open vSwitch: 1 to 0xfeff. */
    static final int PORTS = 65_279;
    /** Up to how many ports a switch that the network file does not name may add to those of its handshake. */
    static final int GUEST_PORTS = 1_024;
    /** MACs of one switch: the maximum of mac-table-size in Open vSwitch. */
    static final int MACS = 1_000_000;
}
