package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks that span three hosts in a full mesh. */
class OverlayTest extends LabTest {
    /** red and blue use the same addresses. one and two use VLAN 500 on different hosts, with different VNIs. */
    private static final String NETWORK = """
            heddle: v1
            networks:
              red:  {vlan: 200, vni: 10200}
              blue: {vlan: 300, vni: 10300}
              one:  {vlan: 500, vni: 501}
              two:  {vlan: 500, vni: 502}
            hosts:
            """;

    private static String host(int n, String ports) {
        return """
              hvN:
                ovsdb: tcp:172.31.0.N:6640
                tunnel-ip: 172.31.0.N
                bridges: {br0: {datapath: netdev, ports: {PORTS}}}
            """.replace("N", Integer.toString(n)).replace("PORTS", ports).indent(0);
    }

    private String network(String more) {
        return NETWORK
                + host(1, "r1: {access: red}, b1: {access: blue}, x1: {access: one}")
                + host(2, "r2: {access: red}, b2: {access: blue}, x2: {access: two}")
                + host(3, "r3: {access: red}, b3: {access: blue}")
                + more;
    }

    private void build() {
        for (int n = 1; n <= 3; n++) {
            LabHost host = lab.host("hv" + n);
            lab.machine(host, "r" + n, "10.0.0." + n + "/24");
            lab.machine(host, "b" + n, "10.0.0." + n + "/24");
            if (n < 3) {
                lab.machine(host, "x" + n, "10.0.0." + n + "/24");
            }
        }
        lab.introduce();
        startController();
        apply(network(""));
    }

    private static String address(String machine) {
        return "10.0.0." + machine.charAt(1);
    }

    @Test
    void meshesTenantsAndSeparatesThem() {
        build();
        assertEquals(
                List.of("r1→r2", "r1→r3", "r2→r1", "r2→r3", "r3→r1", "r3→r2"),
                reached(List.of("r1", "r2", "r3"), OverlayTest::address));
        assertEquals(
                List.of("b1→b2", "b1→b3", "b2→b1", "b2→b3", "b3→b1", "b3→b2"),
                reached(List.of("b1", "b2", "b3"), OverlayTest::address));
        // The answers came from the right tenant: the neighbour table has no MACs of the other tenant.
        String neighbours = lab.machine("r1").run("ip neigh show dev eth0");
        for (String n : List.of("2", "3")) {
            assertTrue(neighbours.contains(mac("r" + n)), neighbours);
            assertFalse(neighbours.contains(mac("b" + n)), neighbours);
        }
        assertFalse(lab.machine("x1").pings("10.0.0.2"), "VLAN 500 is two networks");
        tcpGetsThrough();
        aBroadcastEnds();
        theControllerKnowsWhoIsWhere();
    }

    private String mac(String machine) {
        return lab.machine(machine).run("cat /sys/class/net/eth0/address").strip();
    }

    private void tcpGetsThrough() {
        Node r1 = lab.machine("r1");
        Shell.Result r = lab.machine("r3").script("iperf3 -s -1 -D && sleep 0.3");
        assertTrue(r.ok(), r.output());
        String out = r1.run("iperf3 -c 10.0.0.3 -t 1 -f m");
        assertTrue(out.matches("(?s).*[1-9][0-9]* Mbits/sec.*receiver.*"), out);
    }

    /** One ARP request for an unused address, then silence: a loop would repeat it for ever. */
    private void aBroadcastEnds() {
        lab.machine("r1").attempt("ping -c 1 -W 1 10.0.0.99");
        pause(500);
        long before = underlayFrames();
        pause(1500);
        long frames = underlayFrames() - before;
        assertTrue(frames < 200, frames + " frames on the underlay in 1.5 quiet seconds");
    }

    private static long underlayFrames() {
        // The mounted /sys may belong to another namespace; ip asks the kernel.
        String[] lines = Shell.run("ip -s link show u-hv1").split("\n");
        return Long.parseLong(lines[3].strip().split("\\s+")[1]);
    }

    private void theControllerKnowsWhoIsWhere() {
        String macs = controller.get("macs").toString();
        assertTrue(macs.contains("\"network\":\"red\",\"mac\":\"" + mac("r2") + "\",\"port\":\"r2\""), macs);
        assertTrue(macs.contains("\"mac\":\"" + mac("r2") + "\",\"port\":\"vx-br0\",\"via\":\"172.31.0.2\""), macs);
    }

    @Test
    void appliesAccessListsAcrossTunnels() {
        build();
        apply(network("""
                acls:
                  - name: no-r3
                    on: {networks: [red]}
                    rules: [{match: "ip,nw_src=10.0.0.3", action: drop}]
                """));
        assertFalse(lab.machine("r3").pings("10.0.0.1"), "10.0.0.3 is dropped in red");
        assertTrue(lab.machine("b3").pings("10.0.0.1"), "and only in red");
        assertTrue(drops("acl no-r3 rule 1") >= 3, "the drops are counted");
        apply(network(""));
        assertTrue(lab.machine("r3").pings("10.0.0.1"), "the rule is gone");
    }

    @Test
    void dropsFramesOfAnotherVniWithAReason() throws IOException {
        build();
        LabHost hv1 = lab.hosts().get("hv1");
        // A foreign flow entry sends a frame to hv2 in a VNI that hv2 does not have.
        lab.machine("x1").attempt("ping -c 2 -i 0.2 -W 1 10.0.0.2");
        String tunnel = hv1.vsctl("get interface vx-br0 ofport").strip();
        hv1.ofctl(
                "br0",
                "add-flow",
                "table=0,priority=65535,in_port=x1,actions=set_field:777->tun_id,"
                        + "set_field:172.31.0.2->tun_dst,output:" + tunnel);
        lab.machine("x1").attempt("ping -c 2 -i 0.2 -W 1 10.0.0.2");
        assertTrue(drops("VNI of a network that this bridge does not have") > 0);
        // The entry is foreign, so Heddle keeps it in every reconciliation.
        apply(network("acls: [{name: a, rules: [{match: \"udp,tp_dst=9\", action: drop}]}]\n"));
        assertTrue(hv1.ofctl("br0", "dump-flows", "table=0").contains("priority=65535"));
    }

    @Test
    void followsAMachineThatMoves() {
        build();
        assertTrue(lab.machine("r3").pings("10.0.0.1"));
        // r1's address and MAC appear on hv2, as after a live migration.
        String mac = mac("r1");
        lab.machine("r1").run("ip link set eth0 down");
        LabHost hv2 = lab.hosts().get("hv2");
        Node moved = lab.machine(hv2, "r1b", "10.0.0.1/24");
        moved.run("ip link set eth0 down");
        moved.run("ip link set eth0 address " + mac);
        moved.run("ip link set eth0 up");
        apply(network("").replace("r2: {access: red}", "r2: {access: red}, r1b: {access: red}"));
        List<String> failures = new ArrayList<>();
        // The migrated machine sends a frame, as hypervisors make it do.
        moved.attempt("ping -c 1 -W 1 10.0.0.2");
        if (!lab.machine("r3").pings("10.0.0.1")) {
            failures.add("r3 lost sight of r1");
        }
        assertEquals(List.of(), failures);
        assertTrue(happened("mac-moved", ""), "the move is an event");
    }
}
