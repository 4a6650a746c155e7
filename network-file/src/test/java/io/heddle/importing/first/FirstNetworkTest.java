package io.heddle.importing.first;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** First networks of hosts of several kinds; each file is one that Heddle accepts. */
class FirstNetworkTest {
    private static final String ADDRESSES = """
            [{"ifname":"lo","link_type":"loopback","operstate":"UNKNOWN","addr_info":[
               {"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]},
             {"ifname":"eth0","link_type":"ether","operstate":"UP","addr_info":[
               {"family":"inet","local":"192.0.2.11","prefixlen":24,"scope":"global","dynamic":true},
               {"family":"inet6","local":"2001:db8::11","prefixlen":64,"scope":"global"},
               {"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]},
             {"ifname":"eth1","link_type":"ether","operstate":"DOWN","addr_info":[]},
             {"ifname":"bond0","link_type":"ether","operstate":"UP","linkinfo":{"info_kind":"bond"},"addr_info":[]},
             {"ifname":"eth2","link_type":"ether","operstate":"UP","master":"bond0","addr_info":[]},
             {"ifname":"vmbr0","link_type":"ether","operstate":"UP","linkinfo":{"info_kind":"bridge"},"addr_info":[]},
             {"ifname":"eth3","link_type":"ether","operstate":"UP","master":"vmbr0","addr_info":[]},
             {"ifname":"eth4","link_type":"ether","operstate":"UP","addr_info":[]},
             {"ifname":"eth4.7","link":"eth4","link_type":"ether","operstate":"UP","linkinfo":{"info_kind":"vlan"},
              "addr_info":[{"family":"inet","local":"10.7.0.1","prefixlen":24,"scope":"global"}]},
             {}]""";
    private static final String ROUTES = """
            [{"dst":"198.51.100.0/24","gateway":"10.9.9.9","dev":"eth0","metric":5,"prefsrc":"192.0.2.11"},
             {"dst":"10.9.9.9","dev":"eth0","scope":"link"},
             {"dst":"default","gateway":"192.0.2.1","dev":"eth0","protocol":"dhcp","metric":100},
             {"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel","scope":"link"},
             {"type":"blackhole","dst":"10.0.0.0/8","dev":"lo"}]""";
    private static final String ROUTES6 = """
            [{"dst":"default","gateway":"2001:db8::1","dev":"eth0","metric":1024},
             {"dst":"default","gateway":"fe80::99","dev":"eth0","protocol":"ra","metric":100}]""";
    private static final RunningHost HOST = RunningHost.read(ADDRESSES, ROUTES, ROUTES6);
    private static final FirstNetwork.Switch OVS =
            new FirstNetwork.Switch("abc-1", false, Map.of("br7", "br7", "eth5", "br7"));

    private static FirstNetwork of(String uplinks, int vlan, String networks) {
        return of(HOST, uplinks, vlan, networks);
    }

    private static FirstNetwork of(RunningHost host, String uplinks, int vlan, String networks) {
        FirstNetwork n = FirstNetwork.of(
                host, OVS, new Answers("hv1", Answers.uplinks(uplinks), vlan, "br0", Answers.networks(networks)));
        try {
            NetworkFile.read(Map.of("network.yaml", n.text()));
        } catch (InvalidNetworkException e) {
            throw new AssertionError(n.text(), e);
        }
        return n;
    }

    private static String fault(String uplinks, String bridge) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> FirstNetwork.of(
                                HOST, OVS, new Answers("hv1", Answers.uplinks(uplinks), 0, bridge, Map.of())))
                .getMessage();
    }

    @Test
    void theManagementAddressMovesWithItsRoutes() {
        FirstNetwork n = of("eth0", 0, "red=10");
        assertTrue(n.text().contains("""
                networks:
                  lan: {vlan: 0, subnet: [192.0.2.0/24, "2001:db8::/64"], gateway: [192.0.2.1, "2001:db8::1"]}
                  red: {vlan: 10}
                hosts:
                  hv1:
                    system-id: abc-1
                    bridges:
                      br0:
                        ports:
                          eth0: {trunk: [red], native: lan}
                          br0: {type: internal, access: lan, address: [192.0.2.11/24, "2001:db8::11/64"]}
                """), n.text());
        assertEquals(
                List.of(
                        "link set dev br0 up",
                        "addr del 192.0.2.11/24 dev eth0",
                        "addr replace 192.0.2.11/24 brd + dev br0",
                        "addr del 2001:db8::11/64 dev eth0",
                        "addr replace 2001:db8::11/64 nodad dev br0",
                        "route replace 10.9.9.9 dev br0",
                        "route replace 198.51.100.0/24 via 10.9.9.9 dev br0 src 192.0.2.11 metric 5",
                        "route replace default via 192.0.2.1 dev br0 metric 100",
                        "route replace ::/0 via 2001:db8::1 dev br0 metric 1024"),
                n.move().there());
        assertEquals(
                "route replace default via 192.0.2.1 dev eth0 metric 100",
                n.move().back().get(7));
        assertTrue(
                n.notes().stream().anyMatch(t -> t.contains("is from DHCP")),
                n.notes().toString());
    }

    @Test
    void aGatewayThatNoOtherRouteReachesMovesToo() {
        String address = "[{\"ifname\":\"eth0\",\"link_type\":\"ether\",\"operstate\":\"UP\",\"addr_info\":["
                + "{\"family\":\"inet\",\"local\":\"192.0.2.11\",\"prefixlen\":32,\"scope\":\"global\"}]}]";
        String v4 = "[{\"dst\":\"default\",\"gateway\":\"10.0.0.1\",\"dev\":\"eth0\",\"flags\":[\"onlink\"]}]";
        String v6 = "[{\"dst\":\"default\",\"gateway\":\"2001:db8::1\",\"dev\":\"eth0\",\"metric\":1024,"
                + "\"flags\":[\"onlink\"]}]";
        AddressMove move = of(RunningHost.read(address, v4, v6), "eth0", 0, "").move();
        assertTrue(move.there().contains("route replace default via 10.0.0.1 dev br0 onlink"), move.toString());
        assertTrue(move.back().contains("route replace default via 10.0.0.1 dev eth0 onlink"), move.toString());
        assertTrue(
                move.there().contains("route replace ::/0 via 2001:db8::1 dev br0 onlink metric 1024"),
                move.toString());
    }

    @Test
    void aVlanForTheHost() {
        FirstNetwork n = of("eth0", 20, "red=20");
        assertTrue(n.text().contains("red: {vlan: 20, subnet:") && n.text().contains("eth0: {trunk: [red]}"), n.text());
        assertTrue(
                n.notes().stream().anyMatch(t -> t.contains("with the tag of VLAN 20")),
                n.notes().toString());
        assertTrue(of("eth0", 0, "lan=5").text().contains("native: host"));
        assertTrue(of("eth0", 0, "").text().contains("eth0: {access: lan, uplink: true}"));
    }

    @Test
    void uplinksWithoutAnAddress() {
        FirstNetwork bond = of("eth0,eth1", 0, "red=10");
        assertTrue(bond.text().contains("uplink0:") && bond.text().contains("members: [eth0, eth1]"), bond.text());
        assertTrue(
                bond.notes().stream().anyMatch(t -> t.contains("eth1 has no link")),
                bond.notes().toString());
        FirstNetwork kernel = of("bond0", 0, "red=10,plain=0");
        assertTrue(kernel.move().isEmpty());
        assertTrue(kernel.text().contains("bond0: {trunk: [red], native: plain}"), kernel.text());
        assertTrue(of("eth1", 0, "none").text().contains("eth1: {trunk: all}"));
    }

    @Test
    void whatCannotBeAnUplink() {
        assertTrue(fault("eth9", "br0").contains("no device eth9 on this host; it has eth0, eth1, bond0, eth4"));
        assertTrue(fault("eth2", "br0").contains("eth2 is in the bond bond0: name the bond"));
        assertTrue(fault("eth3", "br0").contains("eth3 is in the bridge vmbr0 of Linux: heddle import --from"));
        assertTrue(fault("eth4", "br0").contains("eth4.7 on eth4 takes the frames of its VLAN"));
        assertTrue(fault("vmbr0", "br0").contains("vmbr0 is no NIC (bridge)"));
        assertTrue(fault("lo", "br0").contains("lo is no NIC (loopback)"));
        assertTrue(fault("eth0", "br7").contains("Open vSwitch has br7 already"));
        assertTrue(fault("eth0", "eth1").contains("the host has a device eth1 already"));
    }

    @Test
    void wrongAnswersSayWhatWouldBeRight() {
        for (String[] c : new String[][] {
            {"red", "expected networks as NAME=VLAN"},
            {"red=4095", "expected a VLAN number"},
            {"red=10,red=11", "two networks are called red"},
            {"red=10,blue=10", "two networks have VLAN 10"},
            {"a b=10", "expected networks as NAME=VLAN"},
            {"-x=10", "expected the name of a network"}
        }) {
            String message = assertThrows(IllegalArgumentException.class, () -> Answers.networks(c[0]))
                    .getMessage();
            assertTrue(message.contains(c[1]), message);
        }
        assertThrows(IllegalArgumentException.class, () -> Answers.uplinks(" "));
        assertThrows(IllegalArgumentException.class, () -> Answers.uplinks("eth0,eth0"));
        assertThrows(IllegalArgumentException.class, () -> Answers.bridge("a-bridge-too-long"));
        assertThrows(IllegalArgumentException.class, () -> RunningHost.read("no", "", ""));
        assertThrows(IllegalArgumentException.class, () -> RunningHost.read("{}", "", ""));
    }

    @Test
    void twoEqualGatewaysAreRefused() {
        String two = "[{\"dst\":\"default\",\"nexthops\":[{\"gateway\":\"192.0.2.1\",\"dev\":\"eth0\"},"
                + "{\"gateway\":\"192.0.2.2\",\"dev\":\"eth1\"}]}]";
        RunningHost host = RunningHost.read(ADDRESSES, two, "");
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> FirstNetwork.of(host, OVS, new Answers("hv1", List.of("eth0"), 0, "br0", Map.of())))
                .getMessage();
        assertTrue(message.contains("ip route del default via 192.0.2.2 dev eth1"), message);
    }
}
