package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real clients ask Heddle for names. */
class DnsTest extends LabTest {
    /** A server that knows one address for all names, and none of IPv6. */
    private static final String OTHER_SERVER = """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("127.0.0.29", 53))
            print("ready", flush=True)
            while True:
                q, who = s.recvfrom(4096)
                end = q.index(b"\\0", 12) + 5
                print("asked", q[13:13 + q[12]].decode(), flush=True)
                a = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4\\xcb\\0\\x71\\x09" if q[end - 3] == 1 else b""
                s.sendto(q[:2] + b"\\x81\\x80\\0\\1\\0" + bytes([len(a) // 16]) + b"\\0\\0\\0\\0" + q[12:end] + a, who)
            """;

    private static final String LEASE = """
            #!/bin/sh
            [ "$1" = bound ] && ip addr add $ip/24 dev eth0
            [ "$1" = bound ] && echo "$dns $domain" > $0-got
            exit 0
            """;

    private final Path log = Lab.FOLDER.resolve("other-server");
    private Process other;
    private LabHost hv1;

    @BeforeEach
    void build() throws IOException {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        machine(hv1, "web", "29:01", "10.0.200.1/24", "fd00:200::1/64 nodad");
        machine(hv1, "red2", "29:05", "10.255.0.1/32", "");
        lab.machine("red2").run("ip addr flush dev eth0");
        machine(hv1, "lab1", "29:01", "10.0.200.1/24", "");
        machine(hv1, "mute", "29:04", "10.0.200.4/24", "");
        machine(hv2, "db", "29:03", "10.0.30.3/24", "");
        machine(hv2, "host2", "29:02", "10.0.200.2/24", "");
        lab.introduce();
        Path script = Files.writeString(Lab.FOLDER.resolve("other-server.py"), OTHER_SERVER);
        other = new ProcessBuilder("/usr/bin/python3", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ControllerProcess.until(5, "another server listens", () -> text(log).contains("ready"));
        startController();
        apply(network());
    }

    @AfterEach
    void end() {
        if (other != null) {
            other.destroy();
        }
    }

    private static String network() {
        return example("dns").replace("9.9.9.9", "127.0.0.29");
    }

    /** The addresses and names in an answer, or what busybox says. */
    private String look(String machine, String type, String name, String server) {
        // Without a type, busybox asks for the name of an address.
        String option = type.equals("ptr") ? "" : "-type=" + type;
        Shell.Result r = lab.machine(machine)
                .script("timeout 8 busybox nslookup " + option + " " + name + " " + server + " 2>&1");
        String answer = r.output().replaceFirst("(?s)^.*?\\n\\n", "");
        String found = answer.lines()
                .filter(l -> l.matches("(Address|.*name =).*"))
                .map(l -> l.replaceFirst(".*[ \\t]", ""))
                .collect(Collectors.joining(" "));
        return found.isEmpty() ? r.output() : found;
    }

    private String look(String machine, String type, String name) {
        return look(machine, type, name, machine.equals("db") ? "10.0.30.254" : "10.0.200.254");
    }

    private void fails(String machine, String type, String name, String why) {
        String answer = look(machine, type, name);
        assertTrue(answer.contains(why), answer);
    }

    @Test
    void guestsFindEachOther() {
        assertEquals("10.0.200.1", look("web", "a", "web.red.example"));
        assertEquals("10.0.200.1", look("web", "a", "WEB.Red.Example", "fd00:200::fe"), "over IPv6");
        assertEquals("fd00:200::1", look("web", "aaaa", "web.red.example"));
        assertEquals("web.red.example", look("web", "ptr", "10.0.200.1"));
        assertEquals("10.0.30.3", look("web", "a", "db.blue.example"), "by the router");
        assertEquals("web.red.example", look("db", "ptr", "10.0.200.1"));
        assertEquals("10.0.200.254", look("web", "a", "gateway.red.example"));
        fails("web", "a", "none.red.example", "NXDOMAIN");

        // Tenants with equal addresses and domains hear their own names only.
        assertEquals("lab1.red.example", look("lab1", "ptr", "10.0.200.1"));
        assertEquals("10.0.200.2", look("lab1", "a", "host2.red.example"), "on another host");
        assertEquals("10.0.200.1", look("host2", "a", "lab1.red.example"));
        fails("lab1", "a", "web.red.example", "NXDOMAIN");
        fails("web", "a", "host2.red.example", "NXDOMAIN");

        // An access list forbids it.
        fails("mute", "a", "web.red.example", "timed out");
        assertTrue(drops("acl no-names rule 1") > 0, controller.get("drops").toPrettyString());
        String trace = ControllerProcess.heddle("trace --from hv1/web udp,nw_dst=10.0.200.254,tp_dst=53")
                .output();
        assertTrue(trace.contains("dns: answered by the name server of red"), trace);
    }

    @Test
    void routersTellTheirNameServer() throws IOException {
        Capture capture = capture(hv1, "web", 10, "-v icmp6 and ip6[40] == 134");
        String solicitation = "333300000002" + "020000002901" + "86dd" + "6000000000083aff" + "00".repeat(16)
                + "ff020000000000000000000000000002" + "85007bb800000000";
        send(lab.machine("web"), solicitation, 1);
        String seen = capture.text("dnssl option");
        assertTrue(seen.contains("addr: fd00:200::fe"), seen);
        assertTrue(seen.contains("domain(s): red.example."), seen);
    }

    @Test
    void otherNamesAreForwarded() {
        assertEquals("203.0.113.9", look("web", "a", "www.example.org"));
        assertEquals("203.0.113.9", look("web", "a", "v6.example.org", "fd00:200::fe"));
        assertTrue(text(log).contains("asked www"), text(log));
        fails("lab1", "a", "secret.example.org", "REFUSED");
        assertFalse(text(log).contains("asked secret"), "a network with forward: [] asks nobody");
        other.destroy();
        fails("web", "a", "www.example.org", "SERVFAIL");
        String tcp = lab.machine("web")
                .script("/usr/bin/python3 -c 'import socket\nsocket.create_connection((\"10.0.200.254\", 53), 3)' 2>&1")
                .output();
        assertTrue(tcp.contains("refused"), tcp);
        String metrics = Shell.attempt(List.of("curl", "-s", "http://127.0.0.1:8080/metrics"))
                .output();
        assertTrue(metrics.contains("heddle_dns_forwarded_total 2.0"), metrics);
        assertTrue(metrics.contains("heddle_dns_unanswered_total"), metrics);
    }

    @Test
    void leasesHaveNamesAlsoAfterAnEndOfTheController() throws Exception {
        Path script = executable("lease", LEASE);
        lab.machine("red2").run("busybox udhcpc -f -q -n -t 3 -T 1 -i eth0 -x hostname:Laptop -s " + script);
        assertEquals(
                "10.0.200.254 red.example",
                text(Lab.FOLDER.resolve("lease-got")).strip());
        ControllerProcess.until(
                5,
                "the lease has a name",
                () -> look("web", "a", "laptop.red.example").equals("10.0.200.100"));
        assertEquals("10.0.200.100", look("web", "a", "red2.red.example"), "its port's name");
        assertEquals("laptop.red.example", look("red2", "ptr", "10.0.200.100"));
        controller.kill();
        fails("web", "a", "web.red.example", "timed out");
        restartController();
        awaitInSync(2);
        ControllerProcess.until(
                5, "names again", () -> look("web", "a", "laptop.red.example").equals("10.0.200.100"));
    }
}
