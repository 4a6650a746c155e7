package io.heddle.controller.dhcp;

import io.heddle.flows.model.Dhcp;
import java.net.InetAddress;
import java.util.List;

/** Addresses of one IP version that a network gives to hosts of which no address is declared. Immutable. */
public interface Pool {
    /** The ranges, in the order in which their addresses are given out. */
    List<Dhcp.Range> ranges();

    /** Whether a host of which no address is declared may have this one. */
    boolean isFree(InetAddress address);

    /** The number of addresses that hosts can get from the ranges. */
    long size();
}
