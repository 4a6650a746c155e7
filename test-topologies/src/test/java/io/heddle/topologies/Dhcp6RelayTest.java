package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real DHCPv6 clients get their addresses from a real server in another network, through Heddle. */
class Dhcp6RelayTest extends Dhcp6Lab {
    private static final String NO_AUTOCONF = "net.ipv6.conf.eth0.autoconf=0";
    private static final String SERVER = "fd00:30::5";
    private static final String GATEWAY = "fd00:200::fe";
    private static final String ROUTER_MAC = "0a4edd000001";
    private static final int SOLICIT = 1;

    private Path script;
    private Path log;
    private Process server;

    @BeforeEach
    void build() {
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        guest(hv1, "red1", "31:01", NO_AUTOCONF);
        machine(hv1, "green1", "31:11", "10.255.0.1/32", "");
        guest(hv2, "red2", "31:02", NO_AUTOCONF);
        machine(hv2, "server", "31:05", "10.0.30.5/24", SERVER + "/64 nodad");
        lab.machine("server").run("ip -6 route add default via fd00:30::fe");
        machine(hv2, "isp", "31:21", "192.0.2.1/24", "");
        lab.introduce();
        startController();
        apply(example("dhcp-relay"));
        script = executable("relay6-script", SCRIPT);
        serve();
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.destroy();
        }
    }

    /** Starts dnsmasq. It knows red2 by the MAC that the relay tells. */
    private void serve() {
        log = Lab.FOLDER.resolve("dnsmasq6");
        server = lab.machine("server")
                .start(
                        log,
                        "dnsmasq --no-daemon --conf-file=/dev/null --port=0 --user=root --log-dhcp --log-facility=-"
                                + " --no-ping --pid-file --dhcp-leasefile=" + log + "-leases"
                                + " --dhcp-range=fd00:200::50,fd00:200::60,64,2m"
                                + " --dhcp-host=02:00:00:00:31:02,[fd00:200::77]"
                                + " --dhcp-option=option6:domain-search,red.example");
        ControllerProcess.until(5, "dnsmasq serves", () -> text(log).contains("DHCPv6, IP range"));
    }

    private Shell.Result dhclient(String machine, String how) {
        String files = Lab.FOLDER.resolve("relay6-" + machine).toString();
        return lab.machine(machine)
                .script("timeout 15 dhclient -6 " + how + " -v -sf " + script + " -e ME=" + machine + " -lf " + files
                        + ".leases -pf " + files + ".pid eth0; kill $(cat " + files + ".pid) 2>/dev/null");
    }

    private String got(String machine) {
        return text(Path.of(script + "-" + machine));
    }

    private long logged(String part) {
        return text(log).lines().filter(l -> l.contains(part)).count();
    }

    private static long metric(String name) {
        return Shell.attempt(List.of("curl", "-s", "http://127.0.0.1:8080/metrics"))
                .output()
                .lines()
                .filter(l -> l.startsWith("heddle_" + name + " "))
                .mapToLong(l -> (long) Double.parseDouble(l.replaceFirst(".* ", "")))
                .findFirst()
                .orElse(0);
    }

    @Test
    void leasesComeFromServerInOtherNetwork() {
        Shell.Result first = dhclient("red1", "-1");
        assertTrue(
                got("red1").matches("(?s).*new_ip6_address=fd00:200::(5\\p{XDigit}|60)\n.*"),
                first.output() + got("red1") + text(log));
        assertTrue(got("red1").contains("new_dhcp6_domain_search=red.example."), got("red1"));
        Shell.Result second = dhclient("red2", "-1");
        assertTrue(got("red2").contains("new_ip6_address=fd00:200::77\n"), second.output() + text(log));
        ControllerProcess.until(
                10,
                "red1 has a default route by an advertisement",
                () -> lab.machine("red1").run("ip -6 route show default").contains("proto ra"));
        assertTrue(lab.machine("red1").pings(SERVER), "the server");
        assertTrue(lab.machine("red1").pings("fd00:200::77"), "the other guest");

        Shell.Result again = dhclient("red1", "-1");
        assertTrue(again.output().contains("Confirm") && again.output().contains("Reply"), again.output());
        dhclient("red1", "-r");
        ControllerProcess.until(5, "the server hears of the release", () -> logged("DHCPRELEASE") > 0);
        assertEquals(0, metric("dhcp_relay_refused_total"));
        assertFalse(happened("dhcp-server", "hv1"), "the relay is no other server");
    }

    /** A frame of IPv6 with UDP, from a machine to port 547. The addresses without colons. */
    private static String frame(String toMac, String mac, String from, String to, String message) {
        int length = message.length() / 2 + 8;
        String pseudo = from + to + String.format("%08x", length) + "00000011";
        String udp = "02230223" + String.format("%04x", length);
        String sum = String.format("%04x", checksum(pseudo + udp + "0000" + message));
        return toMac + mac + "86dd" + "60000000" + String.format("%04x", length) + "1140" + from + to + udp + sum
                + message;
    }

    private static int checksum(String hex) {
        String even = hex + "0".repeat((4 - hex.length() % 4) % 4);
        int sum = 0;
        for (int at = 0; at < even.length(); at += 4) {
            sum += Integer.parseInt(even.substring(at, at + 4), 16);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    /** A message of a client with an identity association. @param more options */
    private static String message(int type, String xid, String more) {
        return String.format("%02x", type) + xid + "0001000a" + "00030001020000003101" + "0003000c" + "00000001"
                + "0000000000000000" + more;
    }

    private static String digits(String address) {
        StringBuilder out = new StringBuilder();
        for (byte b : InetAddresses.forString(address).getAddress()) {
            out.append(String.format("%02x", b));
        }
        return out.toString();
    }

    private static String asked(String from, String message) {
        return frame("333300010002", "020000003101", digits(from), digits("ff02::1:2"), message);
    }

    private static String wrapped(int type, String peer, String port, String message) {
        String id = HexFormat.of().formatHex(port.getBytes(StandardCharsets.UTF_8));
        return String.format("%02x00", type) + digits(GATEWAY) + digits(peer) + "0012"
                + String.format("%04x", id.length() / 2) + id + "0009" + String.format("%04x", message.length() / 2)
                + message;
    }

    @Test
    void guestsCannotPassForRelaysOrServers() {
        Node guest = lab.machine("red1");
        String own = "fe80::ff:fe00:3101";
        String solicit = message(SOLICIT, "070809", "");
        send(guest, asked(own, wrapped(12, own, "hv1/br0/red1", solicit)), 1);
        send(guest, asked(own, message(SOLICIT, "070809", "0012000178")), 1);
        send(guest, asked("fd00:200::99", solicit), 1);
        ControllerProcess.until(5, "three are refused", () -> metric("dhcp_relay_refused_total") == 3);
        // An answer that nobody has asked for, from the server's own address; and one from another.
        String answer = wrapped(13, own, "hv1/br0/red1", message(7, "010203", ""));
        Node real = lab.machine("server");
        send(real, frame(ROUTER_MAC, "020000003105", digits(SERVER), digits(GATEWAY), answer), 1);
        ControllerProcess.until(5, "the answer is refused", () -> metric("dhcp_relay_refused_total") == 4);
        send(guest, frame(ROUTER_MAC, "020000003101", digits("fd00:200::99"), digits(GATEWAY), answer), 1);
        assertEquals(0, logged("DHCPSOLICIT"), text(log));
        send(guest, asked(own, solicit), 1);
        ControllerProcess.until(5, "the server answers", () -> logged("DHCPADVERTISE") == 1);
        ControllerProcess.until(5, "the guest gets it", () -> metric("dhcp_relayed_answers_total") == 1);
        assertEquals(4, metric("dhcp_relay_refused_total"), "the other address is not the server's");
    }
}
