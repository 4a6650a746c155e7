package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import org.junit.jupiter.api.Test;

/** A hypervisor with a bond, VLANs for itself and its VMs, and the two well-known faults of such hosts. */
class KvmTest extends LabTest {
    private LabHost hv1;
    private LabHost tor;

    private void topology(String network) {
        hv1 = lab.host("hv1");
        tor = lab.host("tor1");
        lab.machine(hv1, "vm1", "10.0.200.1/24");
        lab.machine(hv1, "vm2r", "10.0.200.2/24");
        lab.machine(hv1, "vm2b", "10.0.3.2/24");
        lab.machine(tor, "gw-mgmt", "10.0.100.254/24");
        lab.machine(tor, "gw-red", "10.0.200.254/24");
        lab.machine(tor, "gw-blue", "10.0.3.254/24");
        lab.cable(hv1, "nic1", tor, "p1");
        lab.cable(hv1, "nic2", tor, "p2");
        startController();
        apply(network);
        hv1.run("ip addr add 10.0.100.1/24 dev mgmt0");
        hv1.run("ip link set mgmt0 up");
    }

    @Test
    void connectsHostMachinesAndGateways() {
        topology(example("kvm"));
        ControllerProcess.until(10, "the bond carries", () -> lab.machine("vm1").pings("10.0.200.254"));
        assertTrue(lab.machine("vm1").pings("10.0.200.2"), "two machines in one network");
        assertTrue(lab.machine("vm2r").pings("10.0.200.254"));
        assertTrue(lab.machine("vm2b").pings("10.0.3.254"));
        assertTrue(hv1.pings("10.0.100.254"), "the host itself");
        assertFalse(lab.machine("vm1").pings("10.0.3.254"), "no way out of a VLAN");
    }

    @Test
    void reportsUntaggedFramesOfATaggedNetwork() {
        // The upstream has blue as its native VLAN on these two ports.
        topology(example("kvm")
                .replace("p1: {trunk: [mgmt, red, blue]}", "p1: {trunk: [mgmt, red], native: blue}")
                .replace("p2: {trunk: [mgmt, red, blue]}", "p2: {trunk: [mgmt, red], native: blue}"));
        lab.machine("gw-blue").pings("10.0.3.2");
        awaitEvent(
                "native-mismatch",
                "hv1/br0/bond0",
                "frames of network blue arrive untagged on bond0, where VLAN 300 is declared tagged (from ");
        awaitEvent("native-mismatch", "hv1/br0/bond0", ", 10.0.3.254, which is in 10.0.3.0/24");
        assertTrue(drops("untagged frame on trunk bond0, which has no native network") > 0);
        // The fix that the event suggests.
        apply(example("kvm")
                .replace("p1: {trunk: [mgmt, red, blue]}", "p1: {trunk: [mgmt, red], native: blue}")
                .replace("p2: {trunk: [mgmt, red, blue]}", "p2: {trunk: [mgmt, red], native: blue}")
                .replace(
                        "mode: active-backup}, trunk: [mgmt, red, blue]}",
                        "mode: active-backup}, trunk: [mgmt, red], native: blue}"));
        assertTrue(lab.machine("gw-blue").pings("10.0.3.2"));
    }

    /** The upstream reflects frames, as if a hub joined both members of the bond. */
    @Test
    void keepsAMachineReachableWhenTheUpstreamReflects() {
        topology(example("kvm")
                .replace("mode: active-backup}, trunk", "mode: active-backup, bond-primary: nic1}, trunk"));
        ControllerProcess.until(10, "the bond carries", () -> lab.machine("vm1").pings("10.0.200.254"));
        assertTrue(lab.machine("vm2r").pings("10.0.200.1"));
        // From now on the upstream also sends every broadcast from p1 back out of p1.
        tor.ofctl(
                "br0",
                "add-flow",
                "cookie=1,priority=65100,in_port=p1,dl_dst=ff:ff:ff:ff:ff:ff,actions=IN_PORT,NORMAL");
        Pings pings = ping("vm2r", "10.0.200.1");
        for (int i = 0; i < 10; i++) {
            lab.machine("vm1").attempt("arping -c 1 -w 1 -I eth0 10.0.200.77");
        }
        awaitEvent("reflected", "hv1/br0", "of network red is attached to port vm1");
        assertEquals(0, pings.lost(), "a reflected broadcast must not move a machine behind the bond");
        assertTrue(
                controller.get("macs").toString().contains("\"port\":\"vm1\""),
                controller.get("macs").toString());
        assertFalse(happened("mac-moved", ""), controller.get("events").toString());
        ControllerProcess.until(5, "they are counted", () -> controller.counter("reflected_frames_total") >= 5);
        assertTrue(lab.machine("gw-red").pings("10.0.200.1"), "and the world reaches it");
    }
}
