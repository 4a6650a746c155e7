package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bridge functions besides forwarding: spanning trees, multicast, patch ports, the bridge's own port. */
class BridgeTest extends LabTest {
    private LabHost hv1;

    private void topology() {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        lab.machine(hv1, "vm1", "10.0.10.11/24");
        lab.machine(hv1, "vm3", "10.0.10.13/24");
        lab.machine(hv1, "vm4", "10.0.10.14/24");
        lab.machine(hv2, "vm2", "10.0.10.12/24");
        lab.cable(hv1, "up1", hv2, "up1x");
        lab.cable(hv1, "up2", hv2, "up2x");
        startController();
        apply(example("bridge"));
        ControllerProcess.until(
                20,
                "RSTP lets frames through",
                () -> lab.machine("vm1").pings("10.0.10.12")
                        && lab.machine("vm1").pings("10.0.10.13")
                        && lab.machine("vm1").pings("10.0.10.14"));
    }

    @Test
    void breaksALoopByRstpAndFailsOver() {
        topology();
        List<String> pairs = reached(List.of("vm1", "vm2", "vm3", "vm4"), m -> "10.0.10.1" + m.charAt(2));
        assertEquals(12, pairs.size(), pairs.toString());
        long before = received("vm4");
        lab.machine("vm1").attempt("arping -c 1 -I eth0 10.0.10.99");
        pause(500);
        long storm = received("vm4") - before;
        assertTrue(storm < 20, storm + " frames for one broadcast: it circles");
        Pings pings = ping("vm1", "10.0.10.12");
        hv1.run("ip link set up1 down");
        pause(3000);
        int lost = pings.lost();
        System.out.println("measured: RSTP, root port's link lost: " + lost + " of 60 pings lost");
        assertTrue(lost < 40, lost + " pings lost");
        assertTrue(hv1.appctl("rstp/show", "br0").contains("up2"), hv1.appctl("rstp/show", "br0"));
    }

    private long received(String machine) {
        return Long.parseLong(lab.machine(machine)
                .run("cat /sys/class/net/eth0/statistics/rx_packets")
                .strip());
    }

    @Test
    void forwardsMulticastOnlyToMembersAndConfiguresTheBridgePort() {
        topology();
        String join = "timeout 8 /usr/bin/python3 -c 'import socket, struct\n"
                + "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind((\"\", 5000))\n"
                + "s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack(\"4s4s\", "
                + "socket.inet_aton(\"239.1.1.1\"), socket.inet_aton(\"10.0.10.13\")))\n"
                + "print(s.recv(100))' > /run/heddle-lab/joined 2>&1 &";
        lab.machine("vm3").script(join);
        ControllerProcess.until(
                5,
                "the switch knows the group",
                () -> hv1.appctl("mdb/show", "br0").contains("239.1.1.1"));
        long before = received("vm4");
        String speak = "/usr/bin/python3 -c 'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                + "s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(\"10.0.10.11\"))\n"
                + "[s.sendto(b\"hello\", (\"239.1.1.1\", 5000)) for i in range(50)]'";
        assertTrue(lab.machine("vm1").script(speak).ok());
        ControllerProcess.until(
                5,
                "the member hears it",
                () -> lab.machine("vm3")
                        .script("cat /run/heddle-lab/joined")
                        .output()
                        .contains("hello"));
        assertTrue(received("vm4") - before < 25, "who did not ask hears nothing");
        assertEquals("1400", hv1.run("cat /sys/class/net/br0/mtu").strip());
        assertEquals(
                "02:00:00:00:10:01", hv1.run("cat /sys/class/net/br0/address").strip());
        hv1.run("ip addr add 10.0.10.1/24 dev br0");
        hv1.run("ip link set br0 up");
        ControllerProcess.until(
                5, "the host itself is in the network", () -> lab.machine("vm1").pings("10.0.10.1"));
        assertTrue(hv1.vsctl("get interface br0 external_ids").contains("heddle-address=\"10.0.10.1\""));
    }
}
