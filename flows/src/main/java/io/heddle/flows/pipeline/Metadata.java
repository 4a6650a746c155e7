package io.heddle.flows.pipeline;

import io.heddle.flows.program.Masked;

/**
 * The layout of the 64 metadata bits that accompany a frame through the tables.
 *
 * <pre>
 *  63                               32 31  30  29  28 27                0
 * | target: port number or VTEP       | R |   | P | U | network           |
 * </pre>
 *
 * <p>{@link Table#ADMISSION} writes the network, U and P; {@link Table#FORWARD} writes the target. R means that the
 * target is the id of a remote VTEP, U that the frame came in by an uplink, P that it came in by a private port. Zero
 * in the network bits means a port or a VLAN that the network file does not name. Between {@link Table#ADMISSION} and
 * {@link Table#PEERS}, the target bits of a frame from a tunnel hold the group of its network.
 */
public final class Metadata {
    /** The bits of the network. */
    public static final long NETWORK_MASK = 0x0fff_ffffL;
    /** The bit of a target that is a remote VTEP. */
    public static final long REMOTE = 0x8000_0000L;
    /** The bit of frames from an uplink: a port that leads to other switches. */
    public static final long UPLINK = 0x1000_0000L;
    /** The bit of frames from a private port, which is isolated from other private ports. */
    public static final long PRIVATE = 0x2000_0000L;
    /** The bits of the target and {@link #REMOTE}. */
    public static final long TARGET_MASK = 0xffff_ffff_8000_0000L;

    private static final int BY_VLAN = 0x200_0000;
    private static final int BY_VNI = 0x300_0000;
    private static final int BY_ROUTER = 0x400_0000;

    private Metadata() {}

    /** The number of a network without a VNI; unique within a bridge. */
    public static int networkOfVlan(int vlan) {
        return BY_VLAN | vlan;
    }

    /** The number of a network with a VNI; unique in the fleet. */
    public static int networkOfVni(int vni) {
        return BY_VNI | vni;
    }

    /** What stands in place of a network's number while a router has a packet. @param router see {@code Router} */
    public static int ofRouter(int router) {
        return BY_ROUTER | router;
    }

    /** The number of the router that has a packet; any number if none has it. */
    public static int router(long metadata) {
        return (int) (metadata & NETWORK_MASK & ~BY_ROUTER);
    }

    /** Whether a network's number is unique in the whole fleet, rather than on one bridge. */
    public static boolean isByVni(int network) {
        return (network & NETWORK_MASK & ~0xff_ffff) == BY_VNI;
    }

    /** The target bits of a port of this switch. */
    public static long port(int port) {
        return (long) port << 32;
    }

    /** The target bits of a remote VTEP. @param id see {@code Vtep} */
    public static long vtep(int id) {
        return (long) id << 32 | REMOTE;
    }

    /**
     * The target bits of a group of networks that have the same peers.
     *
     * @param vni the lowest VNI of the group
     */
    public static long group(int vni) {
        return (long) vni << 32;
    }

    /** The target bits of the next router on a packet's way, until its MAC is known. @param id see {@code RouterApp} */
    public static long hop(int id) {
        return (long) id << 32;
    }

    /** Matches frames of one network with any target. */
    public static Masked inNetwork(int network) {
        return Masked.of(network, NETWORK_MASK);
    }

    /** Matches what a router has. @param router its number */
    public static Masked inRouter(int router) {
        return inNetwork(ofRouter(router));
    }

    /** Matches frames to one target, in any network. */
    public static Masked to(long target) {
        return Masked.of(target, TARGET_MASK);
    }

    /** Matches frames of one network from an uplink. */
    public static Masked inNetworkByUplink(int network) {
        return Masked.of(network | UPLINK, NETWORK_MASK | UPLINK);
    }

    /** Matches frames of one network that did not come by an uplink. */
    public static Masked inNetworkFromHost(int network) {
        return Masked.of(network, NETWORK_MASK | UPLINK);
    }

    /** Matches frames of one network to one target. */
    public static Masked inNetworkTo(int network, long target) {
        return Masked.of(network | target, NETWORK_MASK | TARGET_MASK);
    }
}
