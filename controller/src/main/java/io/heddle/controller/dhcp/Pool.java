package io.heddle.controller.dhcp;

import io.heddle.flows.model.Dhcp;
import java.net.InetAddress;
import java.util.List;

/** The addresses of one IP version that a network assigns to hosts without a declared address. Immutable. */
public interface Pool {
    /** The ranges, in the order in which their addresses are assigned. */
    List<Dhcp.Range> ranges();

    /** Whether a host without a declared address may have this one. */
    boolean isFree(InetAddress address);

    /** The number of addresses that hosts can get from the ranges. */
    long size();
}
