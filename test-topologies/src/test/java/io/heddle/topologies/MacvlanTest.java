package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** macvlan's and ipvlan's modes as port policies, with an upstream switch that reflects. */
class MacvlanTest extends LabTest {
    private static final Map<String, String> ADDRESSES = Map.of(
            "b1",
            "10.0.10.1",
            "p1",
            "10.0.10.2",
            "p2",
            "10.0.10.3",
            "s1",
            "10.0.10.4",
            "i1",
            "10.0.10.5",
            "v1",
            "10.0.20.1",
            "v2",
            "10.0.20.2",
            "x1",
            "10.0.30.1",
            "gw",
            "10.0.10.254");

    private LabHost hv1;

    private void topology() {
        hv1 = lab.host("hv1");
        LabHost upstream = lab.host("upstream");
        for (String name : List.of("b1", "p1", "p2", "s1", "i1", "v1", "v2", "x1")) {
            lab.machine(hv1, name, ADDRESSES.get(name) + "/24");
        }
        for (String name : List.of("gw", "gwv", "gwx")) {
            lab.machine(
                    upstream,
                    name,
                    name.equals("gw") ? "10.0.10.254/24" : name.equals("gwv") ? "10.0.20.254/24" : "10.0.30.254/24");
        }
        mac("v1", "02:00:00:00:06:01");
        mac("v2", "02:00:00:00:06:02");
        mac("s1", "02:00:00:00:05:01");
        lab.cable(hv1, "nic1", upstream, "nic1x");
        upstream.vsctl(
                "add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 nic1x -- add-port br0 gw tag=10 "
                        + "-- add-port br0 gwv tag=20 -- add-port br0 gwx tag=30");
        // The upstream reflects VLAN 20, as the reflective relay of 802.1Qbg does.
        upstream.ofctl("br0", "add-flow", "priority=10,in_port=nic1x,dl_vlan=20,actions=IN_PORT,NORMAL");
        startController();
        apply(example("macvlan"));
    }

    private void mac(String machine, String mac) {
        lab.machine(machine).run("ip link set eth0 address " + mac);
    }

    private boolean reach(String a, String b) {
        return lab.machine(a).pings(ADDRESSES.get(b));
    }

    /**
     * Open vSwitch sends no answer back into a protected port. Where the switch itself answers ARP for other ports, a
     * private port's request goes to the owner of the address.
     */
    @Test
    void resolvesADeclaredAddressFromAPrivatePort() {
        LabHost host = lab.host("hv1");
        lab.machine(host, "p1", "10.0.10.1/24");
        lab.machine(host, "b1", "10.0.10.2/24").run("ip link set eth0 address 02:00:00:00:00:b1");
        lab.machine(host, "b2", "10.0.10.3/24");
        startController();
        apply("""
                heddle: v1
                networks: {lan: {vlan: 10}}
                hosts:
                  hv1:
                    ovsdb: tcp:172.31.0.1:6640
                    bridges: {br0: {datapath: netdev, ports: {p1: {access: lan, macvlan: private}, b2: {access: lan},
                      b1: {access: lan, mac: "02:00:00:00:00:b1", address: [10.0.10.2]}}}}
                """);
        assertTrue(lab.machine("p1")
                .attempt("arping -c 2 -w 3 -I eth0 10.0.10.2")
                .output()
                .contains("02:00:00:00:00:B1"));
        assertTrue(lab.machine("p1").pings("10.0.10.2") && lab.machine("b2").pings("10.0.10.2"));
    }

    @Test
    void appliesBridgePrivateSourceAndIpvlanModes() {
        topology();
        // Twice: first through NORMAL, then through learnt entries.
        for (int round = 0; round < 2; round++) {
            assertTrue(reach("b1", "p1") && reach("p1", "b1") && reach("p2", "gw") && reach("gw", "p1"));
            assertFalse(reach("p1", "p2") || reach("p2", "p1"), "private ports are apart");
        }
        assertTrue(reach("s1", "b1") && reach("gw", "s1"));
        mac("s1", "02:00:00:00:05:99");
        assertFalse(reach("s1", "b1"), "not a listed source");
        assertTrue(
                drops("source MAC not listed for port s1") > 0,
                controller.get("drops").toString());
        // ipvlan L2: a second address behind the same MAC.
        lab.machine("i1").run("ip addr add 10.0.10.55/24 dev eth0");
        assertTrue(lab.machine("b1").pings("10.0.10.5") && lab.machine("gw").pings("10.0.10.55"));
        assertTrue(lab.machine("x1").pings("10.0.30.254"), "passthru");
    }

    @Test
    void forwardsVepaThroughTheUpstream() throws IOException {
        topology();
        Capture cable = capture(hv1, "nic1", 8, "vlan 20 and icmp");
        assertTrue(lab.machine("v1").pings("10.0.20.254") && lab.machine("v2").pings("10.0.20.254"), "the upstream");
        Pings pings = ping("v1", "10.0.20.2");
        pause(1500);
        assertEquals(0, pings.lost(), "siblings, by way of the upstream");
        String seen = cable.text("10.0.20.1 > 10.0.20.2");
        assertTrue(seen.contains("10.0.20.1 > 10.0.20.2"), seen);
        String duplicates =
                lab.machine("v1").attempt("ping -c 5 -i 0.2 10.0.20.2").output();
        assertFalse(duplicates.contains("DUP"), duplicates);
        assertFalse(happened("mac-moved", ""), controller.get("events").toString());
    }
}
