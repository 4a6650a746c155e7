package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Tunnels between hosts: options, MTU, BFD, and ARP and ND suppression. */
class VxlanTest extends LabTest {
    private LabHost hv1;
    private LabHost hv2;
    private LabHost gw;

    private void topology(String network) {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        gw = lab.host("gw1");
        machine(hv1, "vm1", 1);
        machine(hv2, "vm2", 2);
        // A machine behind a switch that supports only VLANs, beyond the gateway's trunk.
        LabHost old = lab.host("old");
        lab.machine(old, "vm3", "10.0.200.13/24");
        lab.cable(gw, "nic1", old, "nic1x");
        old.vsctl(
                "add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 nic1x -- add-port br0 vm3 tag=200");
        lab.introduce();
        startController();
        apply(network);
        ControllerProcess.until(10, "the mesh carries", () -> lab.machine("vm1").pings("10.0.200.12"));
    }

    private void machine(LabHost host, String name, int n) {
        Node vm = lab.machine(host, name, "10.0.200.1" + n + "/24");
        vm.run("ip link set eth0 address 02:00:00:00:02:0" + n);
        vm.run("sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0");
        vm.run("ip -6 addr add fd00:200::1" + n + "/64 dev eth0 nodad");
    }

    @Test
    void derivesTheMtuOfAMeshFromTheUnderlay() {
        topology(example("vxlan"));
        assertEquals(
                6,
                reached(List.of("vm1", "vm2", "vm3"), m -> "10.0.200.1" + m.charAt(2))
                        .size());
        assertEquals("1450", hv1.run("cat /sys/class/net/vm1/mtu").strip());
        Node vm1 = lab.machine("vm1");
        assertTrue(vm1.attempt("ping -c 1 -W 1 -M do -s 1422 10.0.200.12").ok(), "1450 bytes fit");
        String options = hv1.vsctl("get interface vx-br0 options");
        for (String option :
                List.of("tos=inherit", "ttl=\"64\"", "df_default=\"true\"", "csum=\"false\"", "dst_port=\"4789\"")) {
            assertTrue(options.contains(option), options);
        }
        // A jumbo underlay raises the network's MTU.
        for (LabHost h : List.of(hv1, hv2, gw)) {
            lab.underlayMtu(h, 1600);
        }
        apply(example("vxlan")
                .replaceAll("tunnel-ip: (.*)( *#.*)?", "tunnel-ip: $1\n    underlay-mtu: 1600")
                .replaceFirst("    underlay-mtu: 1500\n", ""));
        assertEquals("1550", hv1.run("cat /sys/class/net/vm1/mtu").strip());
        vm1.run("ip link set eth0 mtu 1550");
        lab.machine("vm2").run("ip link set eth0 mtu 1550");
        assertTrue(vm1.attempt("ping -c 2 -W 1 -M do -s 1522 10.0.200.12").ok(), "1550 bytes fit now");
    }

    @Test
    void reportsAnMtuThatDoesNotFit() {
        topology(example("vxlan"));
        String file = example("vxlan").replace("vni: 10200,", "vni: 10200, mtu: 1500,");
        String plan = ControllerProcess.heddle("plan " + write(file)).output();
        assertTrue(plan.contains("is more than the 1450 that fit into the tunnels between its hosts"), plan);
        assertTrue(plan.contains("underlay-mtu to 1550"), plan);
    }

    @Test
    void answersArpAndNdLocallyWithoutFlooding() throws IOException {
        topology(example("vxlan"));
        // The owner is down, so only the switch can answer.
        lab.machine("vm2").run("ip link set eth0 down");
        Capture wire = capture(hv1, "eth0", 6, "udp port 4789");
        Node vm1 = lab.machine("vm1");
        vm1.run("ip neigh flush dev eth0");
        String arp = vm1.attempt("arping -c 2 -w 3 -I eth0 10.0.200.12").output();
        assertTrue(arp.toLowerCase(Locale.ROOT).contains("02:00:00:00:02:02"), arp);
        vm1.attempt("ping -6 -c 1 -W 1 fd00:200::12");
        String neighbours = vm1.run("ip -6 neigh show fd00:200::12");
        assertTrue(neighbours.contains("02:00:00:00:02:02"), neighbours);
        // Requests for unknown addresses are still flooded.
        vm1.attempt("arping -c 1 -w 1 -I eth0 10.0.200.99");
        String seen = wire.text("10.0.200.99");
        assertTrue(seen.contains("who-has 10.0.200.99"), seen);
        assertFalse(seen.contains("who-has 10.0.200.12") || seen.contains("solicitation, who has fd00:200::12"), seen);
        lab.machine("vm2").run("ip link set eth0 up");
        // A host that checks for a duplicate of its own address gets no answer about itself.
        String own = lab.machine("vm2")
                .attempt("arping -D -c 2 -w 3 -I eth0 10.0.200.12")
                .output();
        assertTrue(own.contains("Received 0 "), own);
    }

    @Test
    void reportsABrokenPath() {
        topology(example("vxlan"));
        ControllerProcess.until(
                10, "all paths are up", () -> states().equals(List.of("up", "up", "up", "up", "up", "up")));
        // The probe ports carry no frames, and nothing floods into them.
        assertTrue(lab.machine("vm1").pings("10.0.200.12"));
        hv2.run("ip link set eth0 down");
        awaitEvent("tunnel-down", "hv1", "the path to hv2 (172.31.0.2) is down");
        hv2.run("ip link set eth0 up");
        awaitEvent("tunnel-up", "hv1", "the path to hv2 (172.31.0.2) is up");
    }

    @Test
    void carriesNetworksOverAnIpv6Underlay() throws IOException {
        topology(example("vxlan"));
        List<LabHost> hosts = List.of(hv1, hv2, gw);
        for (int from = 1; from <= 3; from++) {
            hosts.get(from - 1).run("sysctl -qw net.ipv6.conf.brp.disable_ipv6=0");
            hosts.get(from - 1).run("ip -6 addr add fd00:31::" + from + "/64 dev brp nodad");
            for (int to = 1; to <= 3; to++) {
                hosts.get(from - 1).appctl("tnl/neigh/set", "brp", "fd00:31::" + to, "02:00:ac:1f:00:0" + to);
            }
        }
        apply(example("vxlan").replaceAll("tunnel-ip: 172.31.0.", "tunnel-ip: fd00:31::"));
        assertEquals("1430", hv1.run("cat /sys/class/net/vm1/mtu").strip());
        lab.machine("vm1").run("ip link set eth0 mtu 1430");
        ControllerProcess.until(10, "the mesh carries", () -> lab.machine("vm1").pings("10.0.200.12"));
        Capture wire = capture(hv1, "eth0", 8, "ip6 and udp port 4789");
        for (int round = 0; round < 2; round++) {
            assertEquals(
                    6,
                    reached(List.of("vm1", "vm2", "vm3"), m -> "10.0.200.1" + m.charAt(2))
                            .size());
        }
        assertTrue(
                lab.machine("vm1")
                        .attempt("ping -c 2 -W 1 -M do -s 1402 10.0.200.12")
                        .ok(),
                "1430 bytes fit");
        assertTrue(wire.text("fd00:31::2").contains("fd00:31::1"), "over IPv6");
        String macs = controller.get("macs").toString();
        assertTrue(macs.contains("\"via\":\"fd00:31::2\""), macs);
        assertTrue(hv1.ofctl("br0", "dump-flows", "table=16").contains("tun_ipv6_src=fd00:31::2"));
        // The restarted controller takes over the learnt entries and sends nothing.
        controller.kill();
        restartController();
        ControllerProcess.until(
                20,
                "the controller knows the MACs again",
                () -> controller.get("macs").toString().contains("\"via\":\"fd00:31::2\""));
        assertEquals(
                0,
                controller.counter("openflow_flow_mods_total"),
                () -> controller.get("events").toString());
    }

    @Test
    void admitsFramesOnlyFromThePeersOfTheirNetwork() throws IOException {
        topology(example("vxlan"));
        LabHost stranger = lab.host("stranger");
        ControllerProcess.until(
                10,
                "the stranger reaches the VTEP",
                () -> stranger.attempt("ping -c 1 -W 1 172.31.0.1").ok());
        Capture atVm1 = capture(hv1, "vm1", 15, "arp");
        ControllerProcess.until(10, "the drop is named", () -> {
            inject(stranger, "66", "10.0.200.66");
            return controller.get("drops").toString().contains("not a peer of the frame's network");
        });
        inject(hv2, "77", "10.0.200.77");
        String seen = atVm1.text("tell 10.0.200.77");
        assertTrue(seen.contains("tell 10.0.200.77"), seen);
        assertFalse(seen.contains("10.0.200.66"), seen);
        assertFalse(controller.get("macs").toString().contains("02:00:00:00:02:66"), "a stranger teaches nothing");
    }

    /** Sends an ARP request inside VXLAN to hv1, as any machine that can send UDP may do. */
    private static void inject(LabHost from, String mac, String ip) {
        String last = String.format("%02x", Integer.parseInt(ip.replaceFirst(".*[.]", "")));
        String hex = "0800000000 27d8 00" // flags, VNI 10200
                + "ffffffffffff 0200000002" + mac + "0806" // Ethernet
                + "0001080006040001 0200000002" + mac + "0a00c8" + last // ARP request
                + "000000000000 0a00c8fe" + "00".repeat(18);
        String bytes = hex.replace(" ", "").replaceAll("(..)", "\\\\x$1");
        // The kernel may have learnt the MAC that the underlay's bridge had at first.
        from.run("ip neigh replace 172.31.0.1 lladdr 02:00:ac:1f:00:01 dev brp");
        from.script("printf '" + bytes + "' | socat -u - UDP4-DATAGRAM:172.31.0.1:4789");
    }

    private List<String> states() {
        return StreamSupport.stream(controller.get("tunnels").spliterator(), false)
                .map(t -> t.path("state").asText())
                .toList();
    }

    @Test
    void carriesNetworksOverGeneveAndGre() {
        topology(example("vxlan").replace("type: vxlan  ", "type: geneve").replace("4789", "6081"));
        assertTrue(lab.machine("vm1").pings("10.0.200.13"), "geneve");
        apply(example("vxlan")
                .replace("type: vxlan  ", "type: gre")
                .replace("  dst-port: 4789\n", "")
                .replace("  bfd: true\n", "")
                .replaceAll("  bfd-min-.x: 200\n", ""));
        ControllerProcess.until(5, "gre", () -> lab.machine("vm1").pings("10.0.200.12"));
        assertTrue(lab.machine("vm1").pings("10.0.200.13"), "gre");
        assertEquals("1458", hv1.run("cat /sys/class/net/vm1/mtu").strip());
    }
}
