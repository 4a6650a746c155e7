package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real DHCP clients get their addresses from a real server in another network, through Heddle. */
class DhcpRelayTest extends LabTest {
    /** Sets the address and the router, and writes the domain down; for udhcpc and for dhclient. */
    private static final String SCRIPT = """
            #!/bin/sh
            [ -z "$reason" ] && [ "$1" = deconfig ] && exit 0
            address=${new_ip_address:-$ip}
            [ -n "$address" ] || exit 0
            echo "$address $domain$new_domain_name" > $0-$ME
            ip addr replace $address/24 dev eth0
            ip route replace default via ${new_routers:-$router}
            """;

    private final List<Process> running = new ArrayList<>();
    private Path script;

    @BeforeEach
    void build() {
        LabHost hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        guest(hv1, "red1", "31:01");
        guest(hv1, "green1", "31:11");
        guest(hv2, "red2", "31:02");
        machine(hv2, "server", "31:05", "10.0.30.5/24", "");
        lab.machine("server").run("ip route add default via 10.0.30.254");
        machine(hv2, "isp", "31:21", "192.0.2.1/24", "");
        lab.machine("isp").run("ip route add 10.0.40.0/24 via 192.0.2.10");
        lab.introduce();
        startController();
        apply(example("dhcp-relay"));
        script = executable("relay-script", SCRIPT);
    }

    @AfterEach
    void end() {
        running.forEach(Process::destroy);
    }

    private void guest(LabHost host, String name, String mac) {
        machine(host, name, mac, "10.255.0.1/32", "");
        lab.machine(name).run("ip addr flush dev eth0");
    }

    /** Starts dnsmasq on a machine. @return its log */
    private Path serve(String machine, String subnet) {
        Path log = Lab.FOLDER.resolve("dnsmasq-" + machine);
        running.add(lab.machine(machine)
                .start(
                        log,
                        "dnsmasq --no-daemon --conf-file=/dev/null --port=0 --user=root --log-dhcp --log-facility=-"
                                + " --no-ping --pid-file --dhcp-leasefile=" + log + "-leases"
                                + " --dhcp-range=" + subnet + ".50," + subnet + ".60,255.255.255.0,2m"
                                + " --dhcp-option=3," + subnet + ".254"
                                + " --dhcp-circuitid=set:here,hv1/br0/red1 --dhcp-option=tag:here,15,here.example"));
        ControllerProcess.until(5, "dnsmasq serves", () -> text(log).contains("DHCP, IP range"));
        return log;
    }

    private Path udhcpc(String machine) {
        Path log = Lab.FOLDER.resolve("udhcpc-" + machine);
        running.add(lab.machine(machine)
                .start(
                        log,
                        "env ME=" + machine + " busybox udhcpc -f -t 5 -T 1 -A 1 -i eth0 -p " + log + ".pid -s "
                                + script));
        return log;
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }

    private static void awaitCount(Path log, String part, int count) {
        ControllerProcess.until(10, count + " times " + part, () -> count(text(log), part) >= count);
    }

    /** What a client's script has written of its lease. It runs after the client has said that it has one. */
    private String leased(String machine, Path log) {
        awaitCount(log, "obtained", 1);
        Path written = Path.of(script + "-" + machine);
        ControllerProcess.until(
                5, "the script of " + machine, () -> text(written).endsWith("\n"));
        return text(written);
    }

    private static String metric(String name) {
        return Shell.attempt(List.of("curl", "-s", "http://127.0.0.1:8080/metrics"))
                .output()
                .lines()
                .filter(l -> l.startsWith("heddle_" + name + " "))
                .findFirst()
                .orElse("");
    }

    @Test
    void leasesComeFromServerInOtherNetwork() throws Exception {
        Path server = serve("server", "10.0.200");
        Path client = udhcpc("red1");
        String got = leased("red1", client);
        assertTrue(got.matches("(?s)10\\.0\\.200\\.(5\\d|60) here\\.example\\s*"), "by its circuit id: " + got);
        String address = got.replaceFirst(" .*\\s*", "");
        Path other = udhcpc("red2");
        String second = leased("red2", other);
        assertTrue(
                second.matches("10\\.0\\.200\\.(5\\d|60) \\s*"), "the server's own host, another circuit: " + second);
        reaches("red1", "10.0.30.5");

        // A lease is renewed at the server itself, so that it does not need the controller.
        controller.kill();
        int before = count(text(server), "DHCPACK");
        String renew =
                "kill -USR1 " + Files.readString(Path.of(client + ".pid")).strip();
        // The client asks once, and again only after half of the lease.
        ControllerProcess.until(20, "the lease is renewed", () -> {
            Shell.run(renew);
            pause(1000);
            return count(text(client), "obtained") >= 2;
        });
        assertTrue(count(text(server), "DHCPACK") > before, text(server));
        assertTrue(text(client).lines().filter(l -> l.contains("obtained")).allMatch(l -> l.contains(address)));
    }

    @Test
    void leasesComeFromServerOutside() {
        Path server = serve("isp", "10.0.40");
        Shell.Result r = lab.machine("green1")
                .script("timeout 15 dhclient -4 -1 -v -sf " + script + " -e ME=green1 -lf "
                        + Lab.FOLDER.resolve("relay.leases") + " -pf " + Lab.FOLDER.resolve("relay.pid")
                        + " eth0; kill $(cat " + Lab.FOLDER.resolve("relay.pid") + ")");
        assertTrue(r.output().contains("bound to 10.0.40."), r.output() + text(server));
        assertEquals("heddle_dhcp_relayed_answers_total 2.0", metric("dhcp_relayed_answers_total"));
        assertFalse(happened("dhcp-server", "hv1"), "the relay is no other server");
    }

    /** A discover. @param hops and giaddr as hexadecimal digits */
    private static String discover(String hops, String giaddr, String more) {
        String bootp = "010106" + hops + "00000007" + "00000000" + "00".repeat(12) + giaddr + "020000003101"
                + "00".repeat(10 + 192) + "63825363" + "350101" + more + "ff";
        int length = bootp.length() / 2 + 8;
        return "ffffffffffff" + "020000003101" + "0800" + "4500" + String.format("%04x", length + 20) + "00000000"
                + "4011" + "0000" + "00000000" + "ffffffff" + "00440043" + String.format("%04x", length) + "0000"
                + bootp;
    }

    @Test
    void guestsCannotPassForRelays() {
        Path server = serve("server", "10.0.200");
        send(lab.machine("red1"), discover("00", "0a00c8fe", ""), 1);
        send(lab.machine("red1"), discover("10", "00000000", ""), 1);
        send(lab.machine("red1"), discover("00", "00000000", "5205010378797a"), 1);
        ControllerProcess.until(
                5,
                "three are refused",
                () -> metric("dhcp_relay_refused_total").equals("heddle_dhcp_relay_refused_total 3.0"));
        send(lab.machine("red1"), discover("0f", "00000000", ""), 1);
        awaitCount(server, "DHCPOFFER", 1);
        assertEquals(1, count(text(server), "DHCPDISCOVER"), text(server));
    }
}
