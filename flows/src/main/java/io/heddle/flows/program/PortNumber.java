package io.heddle.flows.program;

/** OpenFlow's reserved port numbers. Source: OpenFlow 1.3.5 §7.2.1. */
public final class PortNumber {
    /** Output to the ingress port. */
    public static final int IN_PORT = 0xfffffff8;
    /** Process by the flow tables, from the first one; for packet-outs. */
    public static final int TABLE = 0xfffffff9;
    /** Forward as the switch does without OpenFlow. */
    public static final int NORMAL = 0xfffffffa;
    /** All ports except the ingress port. */
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
