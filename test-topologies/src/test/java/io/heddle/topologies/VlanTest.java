package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Access, trunk and native ports on one host and over a cable to another, and a bond for that cable. */
class VlanTest extends LabTest {
    private LabHost hv1;
    private LabHost hv2;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        for (int n = 1; n <= 2; n++) {
            LabHost host = n == 1 ? hv1 : hv2;
            lab.machine(host, "a" + n, "10.0.0.1" + n + "/24");
            lab.machine(host, "b" + n, "10.0.0.2" + n + "/24");
            lab.machine(host, "n" + n, "10.0.0.3" + n + "/24");
        }
        lab.machine(hv1, "a3", "10.0.0.13/24");
        lab.cable(hv1, "nic1", hv2, "nic1x");
        lab.cable(hv1, "nic2", hv2, "nic2x");
        startController();
    }

    /** @param up1 the uplink of hv1; {@code up2} is that of hv2 */
    private static String network(String up1, String up2, String more) {
        return """
            heddle: v1
            networks: {a: {vlan: 10}, b: {vlan: 20}, n: {vlan: 30}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges: {br0: {datapath: netdev, ports: {
                  a1: {access: a}, a3: {access: a}, b1: {access: b}, n1: {access: n}, UP1}}}
              hv2:
                ovsdb: tcp:172.31.0.2:6640
                bridges: {br0: {datapath: netdev, ports: {
                  a2: {access: a}, b2: {access: b}, n2: {access: n}, UP2}}}
            """.replace("UP1", up1).replace("UP2", up2) + more;
    }

    private static String address(String machine) {
        return "10.0.0." + (machine.charAt(0) == 'a' ? 1 : machine.charAt(0) == 'b' ? 2 : 3) + machine.charAt(1);
    }

    private List<String> everybody() {
        return reached(List.of("a1", "a2", "a3", "b1", "b2", "n1", "n2"), VlanTest::address);
    }

    private static final List<String> SAME_VLAN =
            List.of("a1→a2", "a1→a3", "a2→a1", "a2→a3", "a3→a1", "a3→a2", "b1→b2", "b2→b1", "n1→n2", "n2→n1");

    @Test
    void carriesTaggedAndNativeNetworksOnATrunk() throws IOException {
        apply(network("nic1: {trunk: [a, b], native: n}", "nic1x: {trunk: [a, b], native: n}", ""));
        assertEquals(SAME_VLAN, everybody());
        // Second round: every MAC is learnt now, so frames match learnt entries instead of NORMAL.
        assertEquals(SAME_VLAN, everybody());
        Capture trunk = capture(hv2, "nic1x", 8, "icmp or (vlan and icmp)");
        Capture access = capture(hv2, "a2", 8, "icmp");
        lab.machine("a1").attempt("ping -c 3 -i 0.2 10.0.0.12");
        lab.machine("n1").attempt("ping -c 3 -i 0.2 10.0.0.32");
        String tagged = trunk.text("10.0.0.31 > 10.0.0.32");
        assertTrue(tagged.matches("(?s).*vlan 10,[^\n]*10\\.0\\.0\\.11 > 10\\.0\\.0\\.12.*"), tagged);
        assertTrue(tagged.matches("(?s).*ethertype IPv4[^\n]*10\\.0\\.0\\.31 > 10\\.0\\.0\\.32.*"), tagged);
        assertFalse(tagged.contains("vlan 30"), tagged);
        String untagged = access.text("10.0.0.11 > 10.0.0.12");
        assertFalse(untagged.contains("vlan"), untagged);
    }

    @Test
    void joinsTwoBridgesByPatchPorts() {
        apply("""
            heddle: v1
            networks: {a: {vlan: 10}, b: {vlan: 20}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0: {datapath: netdev, ports: {
                    a1: {access: a}, b1: {access: b}, to-br1: {type: patch, peer: to-br0, trunk: [a, b]}}}
                  br1: {datapath: netdev, ports: {
                    a3: {access: a}, n1: {access: b}, to-br0: {type: patch, peer: to-br1, trunk: [a]}}}
            """);
        assertEquals(List.of("a1→a3", "a3→a1"), reached(List.of("a1", "a3", "b1", "n1"), VlanTest::address));
        assertEquals(List.of("a1→a3", "a3→a1"), reached(List.of("a1", "a3"), VlanTest::address));
        assertTrue(
                drops("VLAN not allowed on trunk to-br0") > 0,
                controller.get("drops").toString());
    }

    @Test
    void dropsFramesOfOtherVlansWithAReason() {
        // hv1 sends n tagged. hv2's end carries only a, and no untagged frames.
        apply(network("nic1: {trunk: [a, b, n]}", "nic1x: {trunk: [a]}", ""));
        assertEquals(List.of("a1→a2", "a1→a3", "a2→a1", "a2→a3", "a3→a1", "a3→a2"), everybody());
        assertTrue(drops("VLAN not allowed on trunk nic1x") > 0);
        apply(network("nic1: {trunk: [a, b], native: n}", "nic1x: {trunk: [a, b, n]}", ""));
        lab.machine("n1").pings("10.0.0.32");
        assertTrue(drops("untagged frame on trunk nic1x, which has no native network") > 0);
        apply(network("nic1: {trunk: [a, b, n]}", "nic1x: {access: n}", ""));
        lab.machine("a1").pings("10.0.0.12");
        assertTrue(drops("tagged frame on access port nic1x") > 0);
    }

    @Test
    void reportsNoDropForTheLinkProtocolsOfNeighbours() {
        apply(network("nic1: {trunk: [a, b, n]}", "nic1x: {trunk: [a]}", ""));
        // LLDP from a neighbour comes untagged to a trunk without a native network.
        send(hv1, "nic1", "0180c200000e 020000000077 88cc 0207040200000000770403050a000602007800", 5);
        send(hv1, "nic1", "ffffffffffff 020000000077 0806", 5);
        ControllerProcess.until(
                5,
                "the other untagged frames count",
                () -> drops("untagged frame on trunk nic1x, which has no native network") >= 5);
        assertEquals(5, drops("untagged frame on trunk nic1x, which has no native network"));
    }

    @Test
    void keepsTheTagOfANativeTaggedNetwork() throws IOException {
        String uplink = "{trunk: [a, b], native: n, vlan-mode: native-tagged}";
        apply(network("nic1: " + uplink, "nic1x: " + uplink, ""));
        assertEquals(SAME_VLAN, everybody());
        Capture trunk = capture(hv2, "nic1x", 8, "icmp or (vlan and icmp)");
        lab.machine("n1").attempt("ping -c 3 -i 0.2 10.0.0.32");
        String seen = trunk.text("10.0.0.31 > 10.0.0.32");
        assertTrue(seen.matches("(?s).*vlan 30,[^\n]*10\\.0\\.0\\.31 > 10\\.0\\.0\\.32.*"), seen);
    }

    @Test
    void carriesATrunkOverABondThatLosesAMember() {
        String bond = "{bond: {members: [M], mode: balance-tcp, lacp: active, lacp-time: fast}, trunk: [a, b, n]}";
        apply(network("bond0: " + bond.replace("M", "nic1, nic2"), "bond0: " + bond.replace("M", "nic1x, nic2x"), ""));
        ControllerProcess.until(
                15,
                "LACP has negotiated",
                () -> hv1.appctl("lacp/show", "bond0").split("current attached", -1).length == 3);
        assertEquals(SAME_VLAN, everybody());
        assertEquals(SAME_VLAN, everybody());
        String bonds = controller.get("bonds").toString();
        assertTrue(
                bonds.contains("\"mode\":\"balance-tcp\",\"members\":[\"nic1\",\"nic2\"],\"up\":[\"nic1\",\"nic2\"]"),
                bonds);
        hv1.run("ip link set nic1 down");
        assertTrue(lab.machine("a1").pings("10.0.0.12"), "the other member carries on");
    }

    @Test
    void limitsMacsAndForgetsThemWhenTheLinkGoesDown() {
        String limited = network("nic1: {trunk: [a]}", "nic1x: {trunk: [a]}", "")
                .replaceFirst("datapath: netdev,", "datapath: netdev, mac-limit: 3,");
        apply(limited);
        for (int i = 1; i <= 6; i++) {
            lab.machine("a1").run("ip link set eth0 address 02:00:00:00:01:0" + i);
            assertTrue(lab.machine("a1").pings("10.0.0.13"), "MAC number " + i + " is forwarded, learnt or not");
        }
        assertEquals(3, macsOf("a1"), controller.get("macs").toString());
        assertTrue(happened("mac-limit", ""));
        assertEquals(1, macsOf("a3"));
        hv1.run("ip link set a1 down");
        ControllerProcess.until(3, "MACs behind a dead link are forgotten", () -> macsOf("a1") == 0);
        // The switch's own learn action may renew these entries once more, for five seconds.
        ControllerProcess.until(
                8,
                "and so are their flow entries",
                () -> !hv1.ofctl("br0", "dump-flows").contains("02:00:00:00:01:0"));
        hv1.run("ip link set a1 up");
        ControllerProcess.until(5, "and learnt again", () -> {
            lab.machine("a1").pings("10.0.0.13");
            return macsOf("a1") > 0;
        });
    }

    private int macsOf(String port) {
        int count = 0;
        for (JsonNode mac : controller.get("macs")) {
            count += mac.path("port").asText().equals(port) ? 1 : 0;
        }
        return count;
    }

    @Test
    @Tag("long")
    void forgetsASilentMac() {
        apply(network("nic1: {trunk: [a]}", "nic1x: {trunk: [a]}", "")
                .replace("datapath: netdev,", "datapath: netdev, mac-aging-time: 15,"));
        assertTrue(lab.machine("a1").pings("10.0.0.13"));
        assertEquals(1, macsOf("a1"));
        // Entries of active hosts are renewed without loss.
        String out =
                lab.machine("a1").attempt("ping -q -i 0.1 -c 400 10.0.0.13").output();
        assertTrue(out.contains("400 packets transmitted, 400 received"), out);
        assertEquals(1, macsOf("a1"));
        ControllerProcess.until(60, "the silent MAC is forgotten", () -> macsOf("a1") == 0);
    }

    @Test
    void doesNotDisturbOtherPorts() throws Exception {
        String up = "nic1: {trunk: [a, b, n]}";
        String upx = "nic1x: {trunk: [a, b, n]}";
        apply(network(up, upx, ""));
        assertTrue(lab.machine("a1").pings("10.0.0.12"));
        Process ping = lab.machine("a1").start(hv1.folder().resolve("ping"), "ping -q -i 0.02 -c 200 10.0.0.12");
        pause(1000);
        apply(network(up, upx, "").replace("b1: {access: b}", "b1: {trunk: [b, n]}"));
        pause(500);
        apply(network(up, upx, ""));
        ping.waitFor();
        String out = Files.readString(hv1.folder().resolve("ping"));
        assertTrue(out.contains("200 packets transmitted, 200 received"), out);
    }
}
