package io.heddle.topologies;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;

/** Machines that get their IPv6 addresses by ISC's dhclient. */
abstract class Dhcp6Lab extends LabTest {
    /** Writes down what the client has got, and sets the address. */
    static final String SCRIPT = """
            #!/bin/sh
            env >> $0-$ME
            [ -n "$new_ip6_address" ] || exit 0
            ip -6 addr replace $new_ip6_address/64 dev eth0 nodad
            """;

    /** Adds a machine with a link-local address and no other. @param settings more of them for sysctl */
    void guest(LabHost host, String name, String mac, String... settings) {
        machine(host, name, mac, "10.255.0.1/32", "");
        Node guest = lab.machine(name);
        guest.run("ip -4 addr flush dev eth0");
        guest.run("sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.dad_transmits=0 "
                + String.join(" ", settings) + " net.ipv6.conf.eth0.disable_ipv6=0");
        ControllerProcess.until(
                10,
                name + " has a link-local address",
                () -> guest.run("ip -6 addr show dev eth0 scope link -tentative")
                        .contains("fe80::"));
    }
}
