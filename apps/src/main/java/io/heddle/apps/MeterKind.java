package io.heddle.apps;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.PortNumber;

/**
 * What meters are for. A meter's number is made of the port's and of this, so that meters need no register and stay
 * what they are when others come and go. The Linux kernel's datapath has 200,000 meters at most, which is why the numbers
 * that Heddle asks for its ports end where they do.
 */
public enum MeterKind {
    /** All that comes in by one port. */
    INGRESS,
    /** Storm control, each for one port. */
    BROADCAST,
    MULTICAST,
    UNKNOWN_UNICAST;

    /** How many meters share the samples of dropped frames, so that one busy reason leaves the others some. */
    public static final int SAMPLES = 256;

    private static final int KINDS = 4;
    private static final int LOCAL = 0xc000;
    private static final int FIRST_SAMPLE = (LOCAL + 1) * KINDS;

    /** The number of the first meter that holds a purpose's copies to a rate, see {@link Purpose}. */
    static final int FIRST_PURPOSE = FIRST_SAMPLE + SAMPLES;

    /** The meter's number for a port. */
    int number(int port) {
        return (port == PortNumber.LOCAL ? LOCAL : port) * KINDS + ordinal();
    }

    /** The number of the meter that bounds the samples of frames dropped under a cookie; items of one number in two lists differ. */
    static int sample(long cookie) {
        return FIRST_SAMPLE + (int) ((cookie ^ cookie / Cookies.MOST_ITEMS) & SAMPLES - 1);
    }

    /** Whether a meter bounds samples of dropped frames, rather than frames that pass. */
    public static boolean isSample(int number) {
        return number >= FIRST_SAMPLE && number < FIRST_SAMPLE + SAMPLES;
    }
}
