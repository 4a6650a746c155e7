package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Ingress and egress rates, and storm limits. */
class ShapingTest extends LabTest {
    private String last;

    private void topology() {
        LabHost hv1 = lab.host("hv1");
        for (int n = 1; n <= 4; n++) {
            lab.machine(hv1, "vm" + n, "10.0.10." + n + "/24");
        }
        startController();
        apply(example("shaping"));
    }

    /** The received UDP rate in Mbit/s when the sender offers {@code offered}. */
    private double udp(String from, String to, String offered) throws IOException {
        Node server = lab.machine("vm" + to);
        Path log = Lab.FOLDER.resolve("iperf" + System.nanoTime());
        Process p = server.start(log, "iperf3 -s -1 -J");
        pause(500);
        lab.machine("vm" + from).attempt("iperf3 -u -b " + offered + " -t 3 -l 1200 -c 10.0.10." + to);
        ControllerProcess.until(10, "iperf3 reports", () -> !p.isAlive());
        last = Files.readString(log);
        JsonNode sum = new ObjectMapper().readTree(last).path("end").path("sum_received");
        return sum.path("bits_per_second").asDouble() / 1e6;
    }

    @Test
    void limitsIngressAndEgressRates() throws IOException {
        topology();
        double in = udp("1", "4", "30M");
        assertTrue(in > 3.5 && in < 6, "5 Mbit/s in: " + in + last);
        double free = udp("4", "1", "30M");
        assertTrue(free > 20, "no limit this way: " + free);
        double out = udp("4", "2", "60M");
        assertTrue(out > 14 && out < 23, "20 Mbit/s out: " + out);
        System.out.println("measured: ingress-rate 5mbit: " + in + ", egress-rate 20mbit: " + out + " Mbit/s of UDP");
    }

    private long received(String machine) {
        return Long.parseLong(lab.machine(machine)
                .run("cat /sys/class/net/eth0/statistics/rx_packets")
                .strip());
    }

    private long arrived(String from, String destination, int count) {
        long before = received("vm2");
        send(lab.machine(from), destination + "020000000f01 88b5", count);
        pause(300);
        return received("vm2") - before;
    }

    @Test
    void limitsStormsButNotOtherTraffic() {
        topology();
        assertTrue(lab.machine("vm4").pings("10.0.10.2"));
        assertTrue(lab.machine("vm3").pings("10.0.10.2"));
        // After a second without traffic the bucket is full, so about ten frames may pass at once.
        for (String destination : new String[] {"ffffffffffff", "01005e010203", "020000000fff"}) {
            pause(1100);
            long held = arrived("vm4", destination, 500);
            assertTrue(held >= 1 && held <= 60, destination + ": " + held + " of 500");
        }
        Pings pings = ping("vm4", "10.0.10.2");
        arrived("vm4", "ffffffffffff", 500);
        pause(500);
        assertEquals(0, pings.lost(), "what is not a storm passes");
        long free = arrived("vm1", "ffffffffffff", 100);
        assertTrue(free >= 95, "no limit at vm1: " + free);
        pause(300);
        long rate = arrived("vm3", "ffffffffffff", 300);
        assertTrue(rate <= 60, "100pps with a burst of 10: " + rate);
        // A changed rate changes one meter. Heddle replaces only the entry whose reason contains the rate.
        long mods = controller.counter("openflow_flow_mods_total");
        apply(example("shaping").replace("5mbit", "6mbit"));
        assertEquals(
                1, controller.counter("openflow_flow_mods_total") - mods, "only the entry whose reason tells the rate");
        apply("heddle: v1\nhosts: {hv1: {ovsdb: tcp:172.31.0.1:6640, bridges: {br0: {datapath: netdev}}}}\n");
        // The meters for samples of drops stay, with one packet a second each, and so does the learning meter.
        String left = lab.hosts()
                .get("hv1")
                .ofctl("br0", "dump-meters")
                .replace("rate=1 ", "")
                .replace("rate=2000 burst_size=10000", "");
        assertFalse(left.contains("rate="), "meters of limits go with their entries: " + left);
    }

    @Test
    void metersAFloodOfRandomMacsWithoutStarvingOthers() throws IOException {
        LabHost hv1 = lab.host("hv1");
        for (int n = 1; n <= 4; n++) {
            lab.machine(hv1, "vm" + n, "10.0.10." + n + "/24");
        }
        startController();
        apply("""
                heddle: v1
                networks: {lan: {vlan: 300}}
                hosts: {hv1: {ovsdb: tcp:172.31.0.1:6640, bridges: {br0: {datapath: netdev, learning-rate: 200, ports: {
                  vm1: {trunk: [lan]}, vm2: {access: lan}, vm3: {access: lan}, vm4: {access: lan}}}}}}
                acls: [{name: bad, rules: [{match: "ip,nw_src=10.0.10.4", action: drop}]}]
                """);
        Pings pings = ping("vm2", "10.0.10.3");
        // On an access port, mac-limit would stop the flood. A trunk may have any number of hosts behind it.
        Path sender = Files.writeString(Lab.FOLDER.resolve("storm.py"), """
                import socket
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                s.bind(("eth0", 0))
                f = [bytes.fromhex("ffffffffffff02%010x8100012c88b5" % i) + bytes(46) for i in range(200000)]
                while True:
                    for x in f: s.send(x)
                """);
        Process storm =
                lab.machine("vm1").start(Lab.FOLDER.resolve("storm.log"), "timeout 120 /usr/bin/python3 " + sender);
        awaitEvent(60, "packet-in-storm", "hv1/br0", "sends more than 200 frames of unknown hosts a second");
        String meters = hv1.ofctl("br0", "dump-meters");
        Matcher learning = Pattern.compile("meter=(\\d+) pktps burst stats bands=\\s*type=drop rate=200 ")
                .matcher(meters);
        assertTrue(learning.find(), meters);
        ControllerProcess.until(
                20,
                "the meter drops copies",
                () -> Pattern.compile("bands:\\s*0: packet_count:[1-9]")
                        .matcher(hv1.ofctl("br0", "meter-stats", "meter=" + learning.group(1)))
                        .find());
        // During the flood, a drop still gets its sample: it does not wait behind the copies for learning.
        lab.machine("vm4").start(Lab.FOLDER.resolve("dropped.log"), "timeout 20 ping -i 0.2 10.0.10.3");
        ControllerProcess.until(10, "a drop is sampled", () -> sampledFrom("vm4"));
        assertEquals(0, pings.lost(), "known hosts lose nothing");
        storm.descendants().forEach(ProcessHandle::destroy);
        ControllerProcess.until(10, "the storm is over", () -> !storm.isAlive());
        long learnt = controller.counter("macs_learnt_total");
        send(lab.machine("vm3"), "ffffffffffff 0200aabbcc01 88b5", 1);
        ControllerProcess.until(5, "a new host is learnt", () -> controller.counter("macs_learnt_total") > learnt);
    }

    private boolean sampledFrom(String port) {
        for (JsonNode drop : controller.get("drops")) {
            if (drop.path("acl").asText().equals("bad")
                    && drop.path("lastPort").asText().equals(port)) {
                return true;
            }
        }
        return false;
    }
}
