package io.heddle.flows.pipeline;

import io.heddle.flows.program.Masked;

/**
 * What the 64 metadata bits that travel with a frame through the tables mean.
 *
 * <pre>
 *  63                               32 31  30  29  28 27                0
 * | target: port number or VTEP       | R |   | P | U | network           |
 * </pre>
 *
 * <p>The network, U and P are written by {@link Table#ADMISSION}, the target by {@link Table#FORWARD}. R says that the
 * target is the id of a remote VTEP, U that the frame came in by an uplink, P that it came in by a private
 * port. Zero in the network bits means a port or a VLAN that the network file does not name.
 */
public final class Metadata {
    /** The bits that hold the network. */
    public static final long NETWORK_MASK = 0x0fff_ffffL;
    /** The bit that says "the target is a remote VTEP". */
    public static final long REMOTE = 0x8000_0000L;
    /** The bit that says "came in by an uplink": a port behind which there are other switches. */
    public static final long UPLINK = 0x1000_0000L;
    /** The bit that says "came in by a private port", which is kept apart from its siblings. */
    public static final long PRIVATE = 0x2000_0000L;
    /** The bits that hold the target and {@link #REMOTE}. */
    public static final long TARGET_MASK = 0xffff_ffff_8000_0000L;

    private static final int BY_VLAN = 0x200_0000;
    private static final int BY_VNI = 0x300_0000;

    private Metadata() {}

    /** The number of a network that only a VLAN tells apart; unique within a bridge. */
    public static int networkOfVlan(int vlan) {
        return BY_VLAN | vlan;
    }

    /** The number of a network that has a VNI; unique in the fleet. */
    public static int networkOfVni(int vni) {
        return BY_VNI | vni;
    }

    /** Whether a network's number tells it apart in the whole fleet, rather than on one bridge. */
    public static boolean isByVni(int network) {
        return (network & NETWORK_MASK & ~0xff_ffff) == BY_VNI;
    }

    /** The metadata's target bits for a port of this switch. */
    public static long port(int port) {
        return (long) port << 32;
    }

    /** The metadata's target bits for the host whose VTEP has this id, see {@code Vtep}. */
    public static long vtep(int id) {
        return (long) id << 32 | REMOTE;
    }

    /** Matches frames of one network wherever they go. */
    public static Masked inNetwork(int network) {
        return Masked.of(network, NETWORK_MASK);
    }

    /** Matches frames on their way to one target, in any network. */
    public static Masked to(long target) {
        return Masked.of(target, TARGET_MASK);
    }

    /** Matches frames of one network that came in by an uplink. */
    public static Masked inNetworkByUplink(int network) {
        return Masked.of(network | UPLINK, NETWORK_MASK | UPLINK);
    }

    /** Matches frames of one network on their way to one target. */
    public static Masked inNetworkTo(int network, long target) {
        return Masked.of(network | target, NETWORK_MASK | TARGET_MASK);
    }
}
