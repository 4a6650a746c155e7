package io.heddle.apps;

import io.heddle.flows.program.PortNumber;

/**
 * What meters are for. A meter's number is made of the port's and of this, so that meters need no register and stay
 * what they are when others come and go: four for each of the 65,279 ports that OVS can have are just what its 262,144
 * meters hold.
 */
public enum MeterKind {
    /** All that comes in by one port. */
    INGRESS,
    /** Storm control, each for one port. */
    BROADCAST, MULTICAST, UNKNOWN_UNICAST,
    /** Copies of misfits for the controller; one for the whole switch. */
    FAULT_COPIES;

    private static final int KINDS = 4;
    private static final int LOCAL = 0xff00;
    private static final int SHARED = 1;

    /** The meter's number for a port. */
    int number(int port) {
        return this == FAULT_COPIES ? SHARED : (port == PortNumber.LOCAL ? LOCAL : port) * KINDS + ordinal();
    }
}
