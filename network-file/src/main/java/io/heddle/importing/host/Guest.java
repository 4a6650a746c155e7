package io.heddle.importing.host;

import java.util.List;

/**
 * A NIC of a virtual machine or container.
 *
 * @param port the device on the host, such as {@code tap100i0}
 * @param tag its VLAN, 0 if its frames leave as they are
 * @param trunks the VLANs that it may send tagged; null if nothing says so
 * @param mac its address; "" if nobody knows
 * @param addresses its IP addresses with the lengths of their prefixes
 * @param firewall whether the platform's own firewall stands between guest and bridge
 * @param command what changes the NIC, up to and including the name of the NIC, such as {@code qm set 100 --net0}
 * @param line the NIC's line as it is
 */
record Guest(
        String port,
        String bridge,
        int tag,
        VlanSet trunks,
        String mac,
        List<String> addresses,
        boolean firewall,
        String command,
        String line,
        Place place) {}
