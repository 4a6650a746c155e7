package io.heddle.flows.program;

/** OpenFlow port numbers that mean something else than a port. Source: OpenFlow 1.3.5 §7.2.1. */
public final class PortNumber {
    /** Back out of the port that the frame came in by. */
    public static final int IN_PORT = 0xfffffff8;
    /** Through the tables from the first one on; for frames that a controller sends. */
    public static final int TABLE = 0xfffffff9;
    /** Forward as the switch would without OpenFlow. */
    public static final int NORMAL = 0xfffffffa;
    /** All ports but the one the frame came in by. */
    public static final int FLOOD = 0xfffffffb;
    /** All ports. */
    public static final int ALL = 0xfffffffc;
    /** To the controller. */
    public static final int CONTROLLER = 0xfffffffd;
    /** The bridge's own port. */
    public static final int LOCAL = 0xfffffffe;
    /** The highest number that a real port can have. */
    public static final int MAX = 0xffffff00;

    private PortNumber() {}

    /** The name of a reserved port as ovs-ofctl prints it, or the number. */
    public static String text(int port) {
        return switch (port) {
            case IN_PORT -> "IN_PORT";
            case NORMAL -> "NORMAL";
            case FLOOD -> "FLOOD";
            case ALL -> "ALL";
            case CONTROLLER -> "CONTROLLER";
            case LOCAL -> "LOCAL";
            default -> Integer.toUnsignedString(port);
        };
    }
}
