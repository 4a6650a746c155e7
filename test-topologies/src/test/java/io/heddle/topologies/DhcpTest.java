package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real DHCP clients get their addresses from Heddle. */
class DhcpTest extends LabTest {
    /** Sets the address and writes down what else the client has got; for udhcpc and for dhclient. */
    private static final String SCRIPT = """
            #!/bin/sh
            [ -z "$reason" ] && [ "$1" = deconfig ] && exit 0
            address=${new_ip_address:-$ip}
            [ -n "$address" ] || exit 0
            env > $0-$(cat /proc/sys/kernel/hostname)-$ME
            ip addr replace $address/24 dev eth0
            """;

    private Path script;
    private LabHost hv1;
    private LabHost hv2;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        guest(hv1, "r1", "18:01");
        guest(hv1, "r2", "18:02");
        guest(hv1, "b1", "18:11");
        guest(hv2, "r3", "18:03");
        guest(hv2, "b2", "18:12");
        guest(hv2, "b3", "18:13");
        guest(hv2, "t1", "18:21");
        lab.introduce();
        startController();
        apply(example("dhcp"));
        script = executable("dhcp-script", SCRIPT);
    }

    private void guest(LabHost host, String name, String mac) {
        machine(host, name, mac, "10.255.0.1/32", "");
        lab.machine(name).run("ip addr flush dev eth0");
    }

    /** A client that ends once it has an address. @return what it has got; empty if nothing */
    private Map<String, String> udhcpc(String machine, String more) {
        Shell.Result r = lab.machine(machine)
                .script("ME=" + machine + " busybox udhcpc -f -q -n -t 3 -T 1 -i eth0 -s " + script + " " + more);
        return r.ok() ? got(machine) : Map.of();
    }

    private Map<String, String> got(String machine) {
        Map<String, String> got = new HashMap<>();
        try (var files = Files.list(Lab.FOLDER)) {
            for (Path f : files.filter(p -> p.getFileName().toString().matches("dhcp-script-.*-" + machine))
                    .toList()) {
                Files.readAllLines(f).forEach(l -> got.put(l.replaceFirst("=.*", ""), l.replaceFirst("^[^=]*=", "")));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return got;
    }

    private JsonNode lease(String network, String mac) {
        JsonNode rows = controller.get("leases?network=" + network + "&mac=02:00:00:00:" + mac);
        return rows.size() == 1 ? rows.get(0) : rows.path(-1);
    }

    @Test
    void guestsGetWhatTheFileDeclares() {
        Map<String, String> r1 = udhcpc("r1", "-x hostname:one -O 121 -O mtu -O search -O ntpsrv -O tftp -O bootfile");
        assertEquals("192.168.1.100", r1.get("ip"));
        assertEquals("255.255.255.0", r1.get("subnet"));
        assertEquals("192.168.1.1", r1.get("router"));
        assertEquals("192.168.1.1 192.168.1.53", r1.get("dns"));
        assertEquals("1450", r1.get("mtu"), "what the tunnels carry");
        assertEquals("red.example", r1.get("domain"));
        assertEquals("red.example example", r1.get("search"));
        assertEquals("192.168.1.1", r1.get("ntpsrv"));
        assertEquals("10.99.0.0/16 192.168.1.254 0.0.0.0/0 192.168.1.1", r1.get("staticroutes"));
        assertEquals("3600", r1.get("lease"));
        assertEquals("192.168.1.1", r1.get("serverid"));
        assertEquals("pxelinux.0", r1.get("boot_file"));
        assertEquals("192.168.1.102", udhcpc("r2", "").get("ip"), "its declared address");
        assertEquals("192.168.1.101", udhcpc("r3", "").get("ip"), "on another host, from the same range");
        assertTrue(lab.machine("r1").pings("192.168.1.101"));
        assertTrue(lab.machine("r1").pings("192.168.1.102"));
        assertEquals("one", lease("red", "18:01").path("name").asText());
        assertEquals("r1", lease("red", "18:01").path("port").asText());
        assertEquals("declared", lease("red", "18:02").path("origin").asText());
        String table = ControllerProcess.heddle("get leases network=red").output();
        assertTrue(table.matches("(?s).*red +192.168.1.100 +02:00:00:00:18:01 +r1 +one +bound.*"), table);
    }

    /** A message of a client, in a VLAN. */
    private static String tagged(int vlan) {
        String bootp = "01010600" + "00000007" + "00000000" + "00".repeat(16) + "020000001821" + "00".repeat(10 + 192)
                + "63825363" + "350101" + "ff";
        return "ffffffffffff" + "020000001821" + "8100" + String.format("%04x", vlan) + udp(bootp, "00440043");
    }

    /** The type and headers of a datagram to all hosts. @param ports both, as eight digits */
    private static String udp(String payload, String ports) {
        int length = payload.length() / 2 + 8;
        return "0800" + "4500" + String.format("%04x", length + 20) + "00000000" + "4011" + "0000" + "c0a80107"
                + "ffffffff" + ports + String.format("%04x", length) + "0000" + payload;
    }

    @Test
    void networksWithEqualRangesDoNotDisturbEachOther() throws IOException {
        assertEquals("192.168.1.100", udhcpc("b1", "").get("ip"));
        assertEquals("192.168.1.100", udhcpc("r1", "").get("ip"));
        assertEquals("192.168.1.101", udhcpc("b2", "").get("ip"));
        assertEquals("192.168.1.110", udhcpc("b3", "").get("ip"));
        assertTrue(lab.machine("b1").pings("192.168.1.101"));
        // One more host, in VLANs of a trunk: answers keep the tag of the question.
        send(lab.machine("t1"), tagged(300), 1);
        awaitEvent("exhausted", "blue", "widen the range");
        Capture answers = capture(hv2, "t1", 10, "vlan 200 and udp src port 67");
        send(lab.machine("t1"), tagged(200), 1);
        String answer = answers.text("BOOTP");
        assertTrue(answer.contains("vlan 200"), answer);
        ControllerProcess.until(
                5,
                "an offer",
                () -> lease("red", "18:21").path("address").asText().equals("192.168.1.101"));
        String metrics = Shell.attempt(List.of("curl", "-s", "http://127.0.0.1:8080/metrics"))
                .output();
        assertTrue(metrics.contains("heddle_dhcp_range_used{network=\"blue\"} 3.0"), metrics);
        assertTrue(metrics.contains("heddle_dhcp_range_size{network=\"red\"} 99.0"), metrics);
    }

    @Test
    void leasesSurviveTheController() throws Exception {
        Path log = Lab.FOLDER.resolve("udhcpc");
        Node b1 = lab.machine("b1");
        Process client = b1.start(
                log,
                "env ME=b1 busybox udhcpc -f -t 3 -T 1 -A 1 -i eth0 -p " + Lab.FOLDER.resolve("udhcpc.pid") + " -s "
                        + script);
        try {
            ControllerProcess.until(10, "b1 has an address", () -> text(log).contains("lease of 192.168.1.100"));
            String before = lease("blue", "18:11").path("ends").asText();
            controller.kill();
            assertTrue(Map.of().equals(udhcpc("b2", "")), "nobody answers");
            restartController();
            awaitInSync(2);
            assertEquals(before, lease("blue", "18:11").path("ends").asText());
            Shell.run("kill -USR1 "
                    + Files.readString(Lab.FOLDER.resolve("udhcpc.pid")).strip());
            ControllerProcess.until(
                    10,
                    "b1 has renewed",
                    () -> !lease("blue", "18:11").path("ends").asText().equals(before));
            assertEquals("192.168.1.100", lease("blue", "18:11").path("address").asText());
            assertNotEquals("192.168.1.100", udhcpc("b2", "-r 192.168.1.100").get("ip"));
        } finally {
            client.destroy();
        }
    }

    @Test
    void servesIscsClientToo() {
        Node r1 = lab.machine("r1");
        String dhclient = "dhclient -4 -1 -v -sf " + script + " -e ME=r1 -lf " + Lab.FOLDER.resolve("dhclient.leases")
                + " -pf " + Lab.FOLDER.resolve("dhclient.pid") + " eth0";
        Shell.Result first =
                r1.script("timeout 10 " + dhclient + "; kill $(cat " + Lab.FOLDER.resolve("dhclient.pid") + ")");
        assertTrue(first.output().contains("bound to 192.168.1.100"), first.output());
        assertEquals("1450", got("r1").get("new_interface_mtu"));
        Shell.Result again =
                r1.script("timeout 10 " + dhclient + "; kill $(cat " + Lab.FOLDER.resolve("dhclient.pid") + ")");
        assertTrue(again.output().contains("DHCPACK of 192.168.1.100"), again.output());
        assertFalse(again.output().contains("DHCPDISCOVER"), "it asks for its former address: " + again.output());
    }

    @Test
    void anotherServerIsNoticed() {
        // An offer, such as a second server's, of 192.168.1.99.
        String bootp = "02010600" + "00000001" + "00".repeat(8) + "c0a80163" + "00".repeat(8) + "020000001801"
                + "00".repeat(10 + 192) + "63825363" + "350102" + "3604c0a80107" + "ff";
        String frame = "ffffffffffff" + "020000001803" + udp(bootp, "00430044");
        send(lab.machine("r3"), frame, 3);
        awaitEvent("dhcp-server", "hv2/br0/r3", "another DHCP server answers in red: 192.168.1.7, 02:00:00:00:18:03");
        // A guarded port is not even heard.
        assertFalse(happened("dhcp-server", "hv1"));
    }
}
