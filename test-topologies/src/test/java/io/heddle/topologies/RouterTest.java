package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import org.junit.jupiter.api.Test;

/** Routers on real hosts: those of the example. */
class RouterTest extends FirewallLab {
    private void routers() {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        guest(hv1, "red1", "09:01", "10.0.200.1/24", "fd00:200::1/64", "10.0.200.254", "fd00:200::fe");
        guest(hv1, "blue1", "09:02", "10.0.30.1/24", "fd00:30::1/64", "10.0.30.254", "fd00:30::fe");
        guest(hv1, "lab1", "09:01", "10.0.200.1/24", "", "10.0.200.254", "");
        guest(hv2, "blue2", "09:03", "10.0.30.2/24", "fd00:30::2/64", "10.0.30.254", "fd00:30::fe");
        guest(hv2, "blue3", "09:05", "10.0.30.9/24", "fd00:30::9/64", "10.0.30.254", "fd00:30::fe");
        guest(hv2, "desk2", "09:04", "10.0.50.2/24", "", "10.0.50.254", "");
        lab.introduce();
        startController();
        apply(example("router"));
    }

    private void guest(
            LabHost host, String name, String mac, String ipv4, String ipv6, String gateway, String gateway6) {
        machine(host, name, mac, ipv4, ipv6.isEmpty() ? "" : ipv6 + " nodad");
        lab.machine(name).run("ip route replace default via " + gateway);
        if (!gateway6.isEmpty()) {
            lab.machine(name).run("ip -6 route replace default via " + gateway6 + " dev eth0");
        }
    }

    private void cannotReach(String from, String to) {
        assertFalse(lab.machine(from).attempt("ping -n -c 2 -i 0.2 -W 1 " + to).ok(), from + " to " + to);
    }

    @Test
    void routesOnOneHostAndByTunnel() {
        routers();
        for (String gateway : new String[] {"10.0.200.254", "10.0.30.254", "fd00:200::fe", "fd00:30::fe"}) {
            reaches("red1", gateway);
        }
        reaches("red1", "10.0.30.1");
        reaches("red1", "10.0.30.2");
        reaches("blue2", "10.0.200.1");
        reaches("red1", "fd00:30::1");
        reaches("red1", "fd00:30::2");
        String one = lab.machine("red1").script("ping -n -c 1 -W 2 10.0.30.2").output();
        assertTrue(one.contains("ttl=63") || one.contains("ttl=62"), one);

        // Nobody has declared these: the first packets wait until they are found.
        reaches("red1", "10.0.30.9");
        reaches("red1", "fd00:30::9");

        // Tenants with the same addresses have routers of their own.
        reaches("lab1", "10.0.50.2");
        cannotReach("lab1", "10.0.30.1");
        cannotReach("red1", "10.0.50.2");
        assertTrue(drops("router: has no route to the address") > 0);
    }

    /** A guest without addresses of its own makes them from what the gateway advertises. */
    @Test
    void advertisesTheGatewayOfIpv6() {
        routers();
        Node guest = lab.machine("blue3");
        guest.run("ip addr flush dev eth0");
        guest.run("sysctl -qw net.ipv6.conf.eth0.accept_ra=1 net.ipv6.conf.eth0.autoconf=1");
        guest.run("ip link set eth0 down");
        guest.run("ip link set eth0 up");
        ControllerProcess.until(
                10,
                "an address and a default route",
                () -> guest.run("ip -6 addr show dev eth0 -tentative").contains("fd00:30::")
                        && guest.run("ip -6 route").contains("default via fe80::84e:ddff:fe00:1"));
        assertTrue(guest.run("ip -6 route").contains("mtu 1430")
                || guest.run("cat /proc/sys/net/ipv6/conf/eth0/mtu").strip().equals("1450"));
        reaches("blue3", "fd00:200::1");
        reaches(
                "red1",
                guest.run("ip -6 -o addr show dev eth0 scope global")
                        .replaceFirst("(?s).*inet6 ([0-9a-f:]+)/.*", "$1")
                        .strip());
    }

    @Test
    void tellsSendersWhatHappened() {
        routers();
        String expired =
                lab.machine("red1").script("ping -n -c 1 -t 1 -W 2 10.0.30.2").output();
        assertTrue(expired.contains("From 10.0.200.254") && expired.contains("exceeded"), expired);
        String expired6 =
                lab.machine("red1").script("ping -n -c 1 -t 1 -W 2 fd00:30::2").output();
        assertTrue(expired6.contains("From fd00:200::fe") && expired6.contains("exceeded"), expired6);
        String refused = lab.machine("red1")
                .script("echo hello | socat -t 2 - TCP:10.0.200.254:80,connect-timeout=2")
                .output();
        assertTrue(refused.contains("refused"), refused);
        cannotReach("red1", "10.98.1.1");
        assertTrue(drops("router edge: its route to 10.98.0.0/16 leads nowhere") > 0);
        // A guest that passes for the gateway.
        send(lab.machine("blue3"), "ffffffffffff 0a4edd000001 0806", 3);
        ControllerProcess.until(5, "dropped by name", () -> drops("the source is the MAC of a router") > 0);
    }

    /** Senders learn what the next network carries, by the router of their own host. */
    @Test
    void tellsHowLongPacketsMayBe() {
        routers();
        apply(example("router").replace("blue: {vlan: 300", "blue: {mtu: 1400, vlan: 300"));
        String big = lab.machine("red1")
                .script("ping -n -c 2 -i 0.2 -W 1 -M do -s 1400 10.0.30.2")
                .output();
        assertTrue(big.contains("From 10.0.200.254") && big.contains("(mtu = 1400)"), big);
        String big6 = lab.machine("red1")
                .script("ping -n -c 2 -i 0.2 -W 1 -M do -s 1400 fd00:30::2")
                .output();
        assertTrue(big6.contains("From fd00:200::fe") && big6.contains("mtu=1400"), big6);
        assertTrue(lab.machine("blue2")
                .attempt("ping -n -c 1 -W 2 -M do -s 1372 10.0.200.1")
                .ok());
        assertTrue(
                lab.machine("red1")
                        .attempt("ping -n -c 1 -W 2 -M do -s 1372 10.0.30.1")
                        .ok(),
                "just right");
    }

    @Test
    void routesByAnotherRouterAndThroughTheListsOfTheReceiver() {
        routers();
        lab.machine("blue3").run("ip addr add 10.99.0.1/32 dev lo");
        reaches("red1", "10.99.0.1");
        reaches("blue1", "10.99.0.1");
        cannotReach("blue2", "10.99.0.1");
        assertTrue(drops("router edge: its route to 10.99.0.0/24 from 10.0.30.2/32 leads nowhere") > 0);
        echoes("blue2", 80, 81);
        assertTrue(answers("red1", "10.0.30.2", 81));
        apply(example("router") + """
                acls:
                  - name: web
                    on: {ports: [blue2]}
                    stateful: true
                    rules:
                      - {match: {proto: tcp, dst-port: 80}, action: allow}
                    default: drop
                """);
        assertTrue(answers("red1", "10.0.30.2", 80));
        assertFalse(answers("red1", "10.0.30.2", 81));
        assertTrue(drops("acl web default") > 0);
    }

    /** As when a virtual address moves to the standby, or a machine is replaced. */
    @Test
    void anAddressMayMoveToAnotherMachine() {
        routers();
        machine(hv1, "spare", "09:06", "10.0.30.8/24", "fd00:30::8/64 nodad");
        lab.machine("spare").run("ip route replace default via 10.0.30.254");
        lab.machine("spare").run("ip -6 route replace default via fd00:30::fe dev eth0");
        apply(example("router").replace("          trunk1:", "          spare: {access: blue}\n          trunk1:"));
        // The switch knows both machines already.
        reaches("red1", "10.0.30.8");
        Pings four = ping("red1", "10.0.30.9");
        Pings six = ping("red1", "fd00:30::9");
        lab.machine("blue3").run("ip addr del 10.0.30.9/24 dev eth0");
        lab.machine("blue3").run("ip addr del fd00:30::9/64 dev eth0");
        lab.machine("spare").run("ip addr add 10.0.30.9/24 dev eth0");
        lab.machine("spare").run("ip addr add fd00:30::9/64 dev eth0 nodad");
        send(
                lab.machine("spare"),
                "ffffffffffff 020000000906 0806 0001 0800 06 04 0001 020000000906 0a001e09 000000000000 0a001e09",
                1);
        send(lab.machine("spare"), advertisement(), 1);
        pause(1000);
        int lost = Math.max(four.lost(), six.lost());
        System.out.println("lost pings of 50 ms while an address moves: " + lost);
        assertTrue(lost < 8, lost + " pings of 50 ms");
        controller.kill();
        restartController();
        awaitInSync(2);
        assertEquals(0, controller.counter("openflow_flow_mods_total"));
    }

    /** That fd00:30::9 is at 02:00:00:00:09:06, to all nodes. */
    private static String advertisement() {
        String from = "fd000030000000000000000000000009";
        String to = "ff020000000000000000000000000001";
        String message = "8800 0000 20000000 " + from + " 0201 020000000906";
        String hex = (from + to + "00000020" + "0000003a" + message).replace(" ", "");
        long sum = 0;
        for (int i = 0; i < hex.length(); i += 4) {
            sum += Integer.parseInt(hex.substring(i, i + 4), 16);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return "333300000001 020000000906 86dd 60000000 0020 3aff " + from + to
                + message.replaceFirst("8800 0000", String.format("8800 %04x", ~sum & 0xffff));
    }

    @Test
    void outlivesTheController() {
        routers();
        reaches("red1", "10.0.30.9");
        Pings declared = ping("red1", "10.0.30.2");
        Pings back = ping("blue1", "10.0.200.1");
        Pings found = ping("red1", "10.0.30.9");
        controller.kill();
        pause(1000);
        restartController();
        awaitInSync(2);
        assertEquals(0, controller.counter("openflow_flow_mods_total"));
        apply(example("router").replace("10.98.0.0/16", "10.97.0.0/16"));
        pause(500);
        assertEquals(0, declared.lost() + back.lost() + found.lost());
    }
}
