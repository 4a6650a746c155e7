package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Guests that lie about who they are, on the same host and across VXLAN. */
class GuardTest extends LabTest {
    private static final String ALL = "ffffffffffff";
    private static final String VM1 = "020000000701";
    private static final String THIEF = "020000000766";
    private static final String ROUTER = "020000000711";
    private static final String VRRP = "00005e000105";
    private static final String VM1_IP6 = "fd00001000000000 0000000000000001";
    private static final String VM2_IP6 = "fd00001000000000 0000000000000002";
    private static final String VM1_LINK_LOCAL = "fe80000000000000 000000fffe000701";
    private static final String NOBODY_IP6 = "00".repeat(16);
    private static final String ALL_NODES = "ff02000000000000 0000000000000001";

    private static final String CLAIM = "claims an address that is not declared for port ";
    private static final String SOURCE = "source IP address not declared for port ";

    private LabHost hv1;
    private LabHost hv2;

    private void topology() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        machine(hv1, "vm1", "07:01", "10.0.10.1/24", "fd00:10::1/64");
        machine(hv1, "vm2", "07:02", "10.0.10.2/24", "fd00:10::2/64");
        machine(hv1, "rt1", "07:11", "10.0.10.251/24", "fd00:10::f1/64");
        machine(hv2, "rt2", "07:12", "10.0.10.252/24", "fd00:10::f2/64");
        machine(hv2, "dhcp", "07:20", "10.0.10.20/24", "");
        machine(hv2, "vm3", "07:03", "10.0.10.3/24", "fd00:10::3/64");
        lab.introduce();
        startController();
        apply(example("guard"));
    }

    private static String arp(String etherSource, int operation, String sha, String spa, String tpa) {
        return ALL + etherSource + "0806 0001080006040" + "00" + operation + sha + spa + "000000000000" + tpa;
    }

    private static String ipv4(String etherSource, String source, int protocol, String payload) {
        int length = 20 + payload.length() / 2;
        return ALL + etherSource + "0800 4500" + hex(length) + "0000 0000 40" + String.format("%02x", protocol) + "0000"
                + source + "ffffffff" + payload;
    }

    private static String udp(int source, int destination) {
        return hex(source) + hex(destination) + hex(16) + "0000" + "00".repeat(8);
    }

    private static String ipv6(String etherSource, String source, int next, String payload) {
        String bytes = payload.replace(" ", "");
        return "333300000001" + etherSource + "86dd 60000000" + hex(bytes.length() / 2) + String.format("%02x", next)
                + "ff" + source + ALL_NODES + bytes;
    }

    private static String icmpv6(String etherSource, String source, int type, String rest) {
        return ipv6(etherSource, source, 58, String.format("%02x", type) + "00 0000" + rest);
    }

    private static String hex(int sixteenBits) {
        return String.format("%04x", sixteenBits);
    }

    /** What vm1 must not send, by the drop that names it. */
    private static Map<String, List<String>> lies() {
        String gateway = "0a000afe";
        String own = "0a000a01";
        Map<String, List<String>> lies = new LinkedHashMap<>();
        lies.put(
                CLAIM + "vm1",
                List.of(
                        arp(VM1, 2, VM1, gateway, own),
                        arp(VM1, 1, VM1, gateway, gateway),
                        arp(VM1, 2, THIEF, own, own),
                        // Looks for duplicates of another's address, so that its owner gives up.
                        arp(VM1, 1, VM1, "00000000", "0a000a02"),
                        icmpv6(VM1, VM1_IP6, 136, "20000000" + VM2_IP6 + "0201" + VM1),
                        icmpv6(VM1, VM1_IP6, 136, "20000000" + VM1_IP6 + "0201" + THIEF),
                        icmpv6(VM1, VM1_IP6, 135, "00000000" + VM2_IP6 + "0101" + THIEF),
                        icmpv6(VM1, NOBODY_IP6, 135, "00000000" + VM2_IP6)));
        lies.put(
                SOURCE + "vm1",
                List.of(
                        ipv4(VM1, gateway, 17, udp(7, 7)),
                        ipv4(VM1, "00000000", 17, udp(7, 7)),
                        ipv6(VM1, VM2_IP6, 17, udp(7, 7)),
                        icmpv6(VM1, VM2_IP6, 135, "00000000" + VM2_IP6 + "0101" + VM1)));
        lies.put(
                "source MAC not declared for port vm1",
                List.of(
                        arp(THIEF, 2, VM1, own, own),
                        ipv4(THIEF, own, 17, udp(7, 7)),
                        ALL + THIEF + "88b5 00",
                        ipv4(VRRP, own, 17, udp(7, 7))));
        lies.put(
                "router advertisement or redirect from port vm1",
                List.of(
                        icmpv6(VM1, VM1_LINK_LOCAL, 134, "40000708 0000000000000000"),
                        icmpv6(VM1, VM1_LINK_LOCAL, 137, "00000000" + VM1_IP6 + VM2_IP6),
                        // The first fragment of an advertisement: a switch does not see its type.
                        ipv6(VM1, VM1_LINK_LOCAL, 44, "3a000001 00000007 8600 0000 40000708")));

        lies.put(
                "message of a DHCP server from port vm1",
                List.of(
                        ipv4(VM1, own, 17, udp(67, 68)),
                        ipv6(VM1, VM1_LINK_LOCAL, 17, udp(547, 546)),
                        ipv4(VM1, own, 17, udp(67, 68)).replace("0000 0000 40", "0000 2000 40"),
                        ipv6(VM1, VM1_LINK_LOCAL, 44, "11000001 00000007" + udp(547, 546))
                                .replace(ALL_NODES, "fe80000000000000 0000000000000003")));

        lies.put(
                "tag inside a priority tag (VLAN 0) from port vm1",
                List.of(
                        ALL + VM1 + "8100 0000" + "8100 0000"
                                + arp(VM1, 2, VM1, gateway, own).substring(24),
                        ALL + VM1 + "8100 0000" + "88a8 0000"
                                + ipv4(VM1, gateway, 17, udp(7, 7)).substring(24)));
        return lies;
    }

    @Test
    void dropsWhatAHostMayNotSay() throws IOException {
        topology();
        Capture near = capture(hv1, "vm2", 40, "not ip6 multicast or icmp6");
        Capture far = capture(hv2, "vm3", 40, "not ip6 multicast or icmp6");
        Node vm1 = lab.machine("vm1");
        ControllerProcess.until(10, "addresses are usable", () -> usable(vm1));
        lies().forEach((drop, frames) -> {
            long before = drops(drop);
            frames.forEach(f -> send(vm1, f, 1));
            ControllerProcess.until(
                    5,
                    frames.size() + " frames dropped: " + drop + ", from " + before,
                    () -> drops(drop) == before + frames.size());
        });
        // The last frame, which vm1 may send, shows that the captures had all of them.
        send(vm1, arp(VM1, 1, VM1, "0a000a01", "0a000a63"), 3);
        for (Capture capture : List.of(near, far)) {
            String seen = capture.text("who-has 10.0.10.99");
            assertTrue(seen.contains("who-has 10.0.10.99"), seen);
            assertFalse(seen.contains("02:00:00:00:07:66"), seen);
            assertFalse(seen.contains("10.0.10.254"), seen);
            assertFalse(seen.contains("router advertisement") || seen.contains(".68: ") || seen.contains("88b5"), seen);
        }
        assertFalse(controller.get("macs").toString().contains("02:00:00:00:07:66"), "lies teach nothing");
    }

    @Test
    void letsHostsDoWhatTheyDeclare() throws IOException {
        topology();
        Node vm1 = lab.machine("vm1");
        Node vm3 = lab.machine("vm3");
        ControllerProcess.until(10, "no duplicates found", () -> usable(vm1) && usable(vm3));
        for (String to : List.of("10.0.10.2", "10.0.10.3", "fd00:10::2", "fd00:10::3", "10.0.10.252", "fd00:10::f2")) {
            ControllerProcess.until(5, "vm1 reaches " + to, () -> vm1.pings(to));
        }
        assertTrue(vm3.pings("10.0.10.1") && vm3.pings("fd00:10::1"), "and back");
        assertTrue(vm1.attempt("arping -D -c 1 -w 1 -I eth0 10.0.10.1").ok(), "looks for duplicates");
        Capture client = capture(hv2, "vm3", 30, "udp");
        send(vm1, ipv4(VM1, "00000000", 17, udp(68, 67)), 1);
        assertTrue(client.text("0.0.0.0.68 > ").contains("0.0.0.0.68 > 255.255.255.255.67"), "asks for an address");
        Capture atVm3 = capture(hv2, "vm3", 30, "arp or udp or icmp6");
        // Router 1 takes the shared address, with VRRP's MAC and with its own, and forwards packets of others.
        Node rt1 = lab.machine("rt1");
        send(rt1, arp(VRRP, 1, VRRP, "0a000afe", "0a000afe"), 1);
        send(rt1, arp(ROUTER, 2, ROUTER, "0a000afe", "0a000afe"), 1);
        send(rt1, ipv4(VRRP, "c0000201", 17, udp(7, 9)), 1);
        send(rt1, icmpv6(ROUTER, "fe80000000000000 000000fffe000711", 134, "40000708 0000000000000000"), 1);
        Capture atVm2 = capture(hv1, "vm2", 30, "udp");
        send(lab.machine("dhcp"), ipv4("020000000720", "0a000a14", 17, udp(67, 68)), 1);
        assertTrue(atVm2.text(".67 > ").contains("10.0.10.20.67 > 255.255.255.255.68"), "the server answers");
        String seen = atVm3.text("router advertisement");
        for (String part : List.of(
                "00:00:5e:00:01:05 >",
                "Reply 10.0.10.254 is-at 02:00:00:00:07:11",
                "192.0.2.1.7 > 255.255.255.255.9",
                "router advertisement")) {
            assertTrue(seen.contains(part), part + " in\n" + seen);
        }
        assertEquals(0, drops(CLAIM + "rt1"));
        // But it may not claim another's address.
        send(rt1, arp(ROUTER, 2, ROUTER, "0a000a02", "0a000a02"), 1);
        ControllerProcess.until(5, "the router's lie is dropped", () -> drops(CLAIM + "rt1") == 1);
    }

    private static boolean usable(Node machine) {
        String addresses = machine.run("ip -6 addr show dev eth0");
        return addresses.contains("fd00:10::") && !addresses.contains("tentative") && !addresses.contains("dadfailed");
    }
}
