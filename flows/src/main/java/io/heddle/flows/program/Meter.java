package io.heddle.flows.program;

/**
 * A rate limit; the switch drops what exceeds it. Source: OpenFlow 1.3.5 §5.7.
 *
 * @param id 1 to 262144 on Open vSwitch
 * @param packets whether the units are packets, rather than kilobits
 * @param rate kbit/s or packets/s, above 0
 * @param burst kilobits or packets that may pass at once after a silence, above 0
 */
public record Meter(int id, boolean packets, long rate, long burst) {
    public Meter {
        if (rate <= 0 || rate > 0xffffffffL || burst <= 0 || burst > 0xffffffffL) {
            throw new IllegalArgumentException(
                    "meter " + id + ": rate " + rate + " and burst " + burst + ", expected 1 to 4294967295");
        }
    }

    /** As ovs-ofctl prints it. */
    @Override
    public String toString() {
        return "meter=" + id + " " + (packets ? "pktps" : "kbps") + " burst stats bands=type=drop rate=" + rate
                + " burst_size=" + burst;
    }
}
