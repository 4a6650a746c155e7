package io.heddle.apps;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.PortNumber;

/**
 * Purposes of meters. A meter's number is computed from its port's number and its kind. So meters need no registry, and
 * keep their numbers when others come and go. The Linux kernel's datapath allows at most 200,000 meters; this limits
 * the port numbers that Heddle requests, see {@link Blueprint}.
 */
public enum MeterKind {
    /** All incoming frames of one port. */
    INGRESS,
    /** Storm control of one port, as are the next two. */
    BROADCAST,
    MULTICAST,
    UNKNOWN_UNICAST;

    /** The number of meters that limit samples of dropped frames. Many, so that a busy reason starves few others. */
    public static final int SAMPLES = 256;

    private static final int KINDS = 4;
    private static final int LOCAL = 0xc000;
    private static final int FIRST_SAMPLE = (LOCAL + 1) * KINDS;

    /** The number of the first meter that limits the copies for a purpose, see {@link Purpose}. */
    static final int FIRST_PURPOSE = FIRST_SAMPLE + SAMPLES;

    /** The number of the first meter that limits what rules of access lists allow. */
    static final int FIRST_RULE = FIRST_PURPOSE + 16;

    /** The meter's number for a port. */
    int number(int port) {
        return (port == PortNumber.LOCAL ? LOCAL : port) * KINDS + ordinal();
    }

    /**
     * The number of the meter that limits samples of the frames dropped under a cookie. Items with the same number in
     * two lists usually get different meters.
     */
    static int sample(long cookie) {
        return FIRST_SAMPLE + (int) ((cookie ^ cookie / Cookies.MOST_ITEMS) & SAMPLES - 1);
    }

    /** Whether a meter limits samples of dropped frames, rather than forwarded frames. */
    public static boolean isSample(int number) {
        return number >= FIRST_SAMPLE && number < FIRST_SAMPLE + SAMPLES;
    }
}
