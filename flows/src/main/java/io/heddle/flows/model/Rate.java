package io.heddle.flows.model;

/**
 * A rate limit.
 *
 * @param packets whether the units are packets, rather than bits
 * @param perSecond bits or packets, above 0
 * @param burst bits or packets that may pass at once after a silence; 0 for the amount of one second
 */
public record Rate(boolean packets, long perSecond, long burst) {
    /** As tc(8) writes it: {@code 10mbit}, {@code 100pps}. */
    @Override
    public String toString() {
        if (packets) {
            return perSecond + "pps";
        }
        return perSecond % 1_000_000 == 0
                ? perSecond / 1_000_000 + "mbit"
                : perSecond % 1000 == 0 ? perSecond / 1000 + "kbit" : perSecond + "bit";
    }
}
