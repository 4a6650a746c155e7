package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mirrors, and samples for collectors. */
class MirrorTest extends LabTest {
    private LabHost hv1;
    private LabHost hv2;

    private void topology() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        lab.machine(hv1, "vm1", "10.0.10.1/24");
        lab.machine(hv1, "vm2", "10.0.10.2/24");
        lab.machine(hv1, "mon0", "10.0.99.1/24");
        lab.machine(hv1, "spy", "10.0.99.2/24");
        lab.introduce();
        startController();
        apply(example("mirrors"));
    }

    @Test
    void mirrorsToAPortAVlanAndATunnel() throws IOException {
        topology();
        hv2.vsctl("add-br far -- set bridge far datapath_type=netdev -- add-port far g -- set interface g type=gre "
                + "options:remote_ip=172.31.0.1 options:key=55 "
                + "-- add-port far look -- set interface look type=internal");
        hv2.ofctl("far", "add-flow", "priority=1,in_port=g,actions=output:look");
        hv2.run("ip link set look up");
        Capture port = capture(hv1, "mon0", 8, "");
        Capture vlan = capture(hv1, "spy", 8, "");
        Capture tunnel = capture(hv2, "look", 8, "");
        Pings pings = ping("vm1", "10.0.10.2");
        String copy = port.text("10.0.10.2 > 10.0.10.1");
        assertTrue(copy.contains("10.0.10.1 > 10.0.10.2"), copy);
        String spied = vlan.text("10.0.10.2 > 10.0.10.1");
        assertFalse(spied.contains("10.0.10.1 > 10.0.10.2"), "only what vm2 sends: " + spied);
        String far = tunnel.text("10.0.10.2 > 10.0.10.1");
        assertTrue(far.contains("10.0.10.1 > 10.0.10.2"), far);
        // Removing the mirrors must not disturb the traffic.
        apply(example("mirrors").replaceAll("(?s)        mirrors:.*?        sflow", "        sflow"));
        assertEquals(0, pings.lost());
        assertEquals("", hv1.vsctl("--columns=name list mirror").strip());
        assertFalse(hv1.vsctl("list-ports br0").contains("mi-far"));
    }

    @Test
    void mirrorsThroughOtherTunnelTypes() throws IOException {
        topology();
        for (String type : List.of("erspan", "vxlan")) {
            apply(example("mirrors").replace("{type: gre,", "{type: " + type + ","));
            Capture wire = capture(hv1, "eth0", 8, type.equals("vxlan") ? "udp port 4789" : "proto 47");
            Pings pings = ping("vm1", "10.0.10.2");
            String seen = wire.text("172.31.0.1");
            assertTrue(seen.contains("172.31.0.1") && seen.contains("172.31.0.2"), type + ": " + seen);
            pings.lost();
        }
    }

    @Test
    void samplesForCollectorsAndKeepsForeignMirrors() {
        topology();
        hv1.vsctl("-- --id=@m create mirror name=theirs select-all=true output-vlan=77 -- add bridge br0 mirrors @m");
        for (int port : new int[] {6343, 2055, 4739}) {
            assertTrue(hears(port), "datagrams on port " + port);
        }
        apply(example("mirrors")
                .replaceAll("(?m)^        (sflow|netflow|ipfix):.*\n", "")
                .replaceAll("(?s)        mirrors:.*?        ports", "        ports"));
        assertEquals("", hv1.vsctl("--columns=targets list sflow").strip());
        assertTrue(hv1.vsctl("--columns=name list mirror").contains("theirs"));
    }

    @Test
    void capturesBothDirectionsAndCleansUp() throws IOException {
        topology();
        Path file = Lab.FOLDER.resolve("vm1.pcap");
        Pings pings = ping("vm1", "10.0.10.2");
        // mon0 is a mirror's output: NORMAL floods neither there nor into the capture's patch.
        var done = ControllerProcess.heddle("capture hv1 vm1 icmp -c 20 --seconds 10 -w " + file);
        assertTrue(done.ok(), done.output());
        String seen = Shell.run("tcpdump -nn -e -r " + file);
        assertTrue(
                seen.contains("10.0.10.1 > 10.0.10.2: ICMP echo request")
                        && seen.contains("10.0.10.2 > 10.0.10.1: ICMP echo reply"),
                seen);
        assertFalse(seen.contains("vlan") || seen.contains("ARP"), seen);
        assertEquals(20, seen.lines().filter(l -> l.contains("ICMP")).count(), seen);
        Path slow = Lab.FOLDER.resolve("slow.pcap");
        assertTrue(ControllerProcess.heddle("capture hv1 vm1 --rate 3 --seconds 4 -s 64 -w " + slow)
                .ok());
        String bounded = Shell.run("tcpdump -nn -r " + slow);
        long frames = bounded.lines().filter(l -> l.contains("ICMP")).count();
        assertTrue(frames >= 5 && frames <= 18, frames + " of 160 at 3 a second in 4 s");
        ControllerProcess.until(
                5, "the bridge is gone", () -> !hv1.vsctl("list-br").contains("heddle-cap"));
        assertFalse(hv1.vsctl("--columns=name list mirror").contains("heddle"));
        assertFalse(hv1.vsctl("list-ports br0").contains("hcp"));
        assertEquals(0, pings.lost(), "who is looked at does not notice");
        String wrong = ControllerProcess.heddle("capture hv1 vm11 -w " + file).output();
        assertTrue(wrong.contains("unknown port \"vm11\", did you mean vm1?"), wrong);
        assertTrue(ControllerProcess.heddle("capture hv1 vm1 ip,nw_scr=1.2.3.4 -w " + file)
                .output()
                .contains("nw_src"));
    }

    /** Whether a datagram arrives at the controller's address while machines communicate. */
    private boolean hears(int port) {
        try (DatagramSocket socket = new DatagramSocket(port)) {
            socket.setSoTimeout(6000);
            Pings pings = ping("vm1", "10.0.10.2");
            try {
                socket.receive(new DatagramPacket(new byte[2000], 2000));
                return true;
            } catch (IOException e) {
                return false;
            } finally {
                pings.lost();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
