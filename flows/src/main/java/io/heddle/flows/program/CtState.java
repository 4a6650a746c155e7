package io.heddle.flows.program;

/**
 * The bits of {@link Field#CT_STATE}. A frame has none of them until an {@link Action.Ct} with a table has tracked it.
 *
 * <p>Source: ovs-fields(7), "Connection Tracking Fields".
 */
public final class CtState {
    /** The frame begins a connection. It keeps this bit until the connection has carried a reply. */
    public static final long NEW = 0x01;

    /** The connection has been committed, and has carried frames in both directions. */
    public static final long ESTABLISHED = 0x02;

    /** The frame is about another connection, such as an ICMP error; its tuple is that of the other connection. */
    public static final long RELATED = 0x04;

    /** The frame goes the other way than the first frame of its connection. */
    public static final long REPLY = 0x08;

    /** The frame can belong to no connection; it has no tuple. */
    public static final long INVALID = 0x10;

    /** The frame has been tracked. */
    public static final long TRACKED = 0x20;

    /** The connection's source address is translated. */
    public static final long SOURCE_NAT = 0x40;

    /** The connection's destination address is translated. */
    public static final long DESTINATION_NAT = 0x80;

    /** All bits that exist. Open vSwitch accepts no others, not even as zeros. */
    public static final long ALL = 0xff;

    private static final long VALID = NEW | ESTABLISHED | RELATED | REPLY | SOURCE_NAT | DESTINATION_NAT;

    private CtState() {}

    /**
     * Whether a match on the state makes sure that a frame has a tuple: only then may the match ask for the tuple.
     * Source: is_ct_valid() in Open vSwitch.
     */
    static boolean hasTuple(Masked state) {
        boolean notInvalid =
                (state.lo() & TRACKED) != 0 && (state.maskLo() & INVALID) != 0 && (state.lo() & INVALID) == 0;
        return (state.lo() & VALID) != 0 || notInvalid;
    }
}
