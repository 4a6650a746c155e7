package io.heddle.flows.model;

import java.util.Locale;

/** Something that a port's host may not do; {@code guard} in the network file. */
public enum Guard {
    /** Send from other MAC or IP addresses than the declared ones; includes {@link #NEIGHBOURS}. */
    ADDRESSES,
    /** Claim other addresses than the declared ones by ARP or IPv6 neighbour discovery. */
    NEIGHBOURS,
    /** Send IPv6 router advertisements and redirects. */
    RA,
    /** Answer as a DHCP server, for IPv4 or IPv6. */
    DHCP_SERVER;

    /** The value in the network file, such as {@code dhcp-server}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it compares with declared addresses. */
    public boolean needsAddresses() {
        return this == ADDRESSES || this == NEIGHBOURS;
    }
}
