package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Network;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayReaderTest {
    private static final String RED = "  red: {vlan: 2, subnet: 10.0.200.0/24, gateway: 10.0.200.1, dhcp: {";

    private static Network read(String dhcp, String routers) throws InvalidNetworkException {
        String text = "heddle: v1\nnetworks:\n" + RED + dhcp + "}}\n"
                + "  blue: {vlan: 3, subnet: 10.0.30.0/24, gateway: 10.0.30.1}\n  up: {vlan: 4}\n" + routers
                + "hosts:\n  hv1:\n    ovsdb: tcp:172.31.0.1:6640\n    bridges:\n      br0:\n        ports:\n"
                + "          a: {access: red}\n          b: {access: blue}\n          u: {access: up, uplink: true}\n";
        return NetworkFile.parse(Map.of("n.yaml", text)).networks().get("red");
    }

    private static String router(String more) {
        return "routers:\n  edge: {networks: [red, blue]" + more + "}\n";
    }

    private static final String OUTSIDE =
            ", outside: {network: up, addresses: [192.0.2.10/24], gateway: 192.0.2.1, hosts: [hv1]}";

    @Test
    void leavesAddressesToServers() throws InvalidNetworkException {
        Network red = read("relay: [10.0.30.5, 203.0.113.5]", router(OUTSIDE));
        assertEquals(
                List.of(InetAddresses.forString("10.0.30.5"), InetAddresses.forString("203.0.113.5")),
                red.dhcpServers());
        assertTrue(red.dhcp().isEmpty(), "Heddle hands out nothing");
        assertEquals(
                1,
                read("relay: [10.0.99.5]", router(", routes: [{to: 10.0.99.0/24, via: 10.0.30.9}]"))
                        .dhcpServers()
                        .size());
        assertEquals(
                1,
                read("relay: [10.0.30.5]", router(OUTSIDE + ", nat: [{snat: red}]"))
                        .dhcpServers()
                        .size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "relay: [10.0.30.5], range: 10.0.200.10-19 | red.dhcp.relay: and range contradict each other: take range away",
                "relay: [10.0.30.5], lease: 1h | and lease contradict each other",
                "relay: [10.0.200.5] | is in the network itself, where a server hears the hosts without a relay",
                "relay: [10.0.30.5, 10.0.30.5] | is there twice",
                "relay: ['fd00::5'] | needs a gateway of IPv6 of the network, from which Heddle asks the servers, such as",
                "relay: [224.0.0.5] | is no address of a server in another network",
                "relay: [0.0.0.0] | is no address of a server in another network",
                "relay: [10.0.3] | expected an IP address such as 10.0.200.1",
                "relay: [] | dhcp.relay: expected",
                "relay: 10.0.30.5 | dhcp.relay: expected",
                "relay: [203.0.113.5] | red.dhcp.relay: router edge has no route to 203.0.113.5",
            })
    void saysWhatIsWrong(String dhcp, String message) {
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> read(dhcp, router("")));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static Network read6(String relay, String more) throws InvalidNetworkException {
        String text = "heddle: v1\nnetworks:\n  red: {vlan: 2, subnet: 'fd00:200::/64', gateway: 'fd00:200::1', dhcp: {"
                + "relay: " + relay + "}}\n  blue: {vlan: 3, subnet: 'fd00:30::/64', gateway: 'fd00:30::1'}\n"
                + "  up: {vlan: 4}\n" + router(more) + "hosts:\n  hv1:\n    ovsdb: tcp:172.31.0.1:6640\n"
                + "    bridges:\n      br0:\n        ports:\n          a: {access: red}\n          b: {access: blue}\n"
                + "          u: {access: up, uplink: true}\n";
        return NetworkFile.parse(Map.of("n.yaml", text)).networks().get("red");
    }

    @Test
    void serversMayHaveIpv6() throws InvalidNetworkException {
        Network red = read6("['fd00:30::5']", "");
        assertEquals(List.of(InetAddresses.forString("fd00:30::5")), red.dhcpServers6());
        assertEquals(List.of(), red.dhcpServers4());
        assertEquals(
                1,
                read6("['fd00:99::5']", ", routes: [{to: 'fd00:99::/64', via: 'fd00:30::9'}]")
                        .dhcpServers6()
                        .size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "fd00:200::5 | is in the network itself, where a server hears the hosts without a relay",
                "ff02::1:2 | is no address of a server in another network",
                "fe80::5 | is no address of a server in another network",
                "::1 | is no address of a server in another network",
                "fd00:99::5 | red.dhcp.relay: router edge has no route to fd00:99::5: its way out is of IPv4",
                "10.0.30.5 | needs a gateway of IPv4 of the network, from which Heddle asks the servers, such as",
            })
    void saysWhatIsWrongWithIpv6(String server, String message) {
        InvalidNetworkException e =
                assertThrows(InvalidNetworkException.class, () -> read6("['" + server + "']", OUTSIDE));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void needsWayThereAndBack() {
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> read("relay: [10.0.30.5]", ""));
        assertTrue(e.getMessage().contains("needs a router that leads to the servers"), e.getMessage());
        e = assertThrows(
                InvalidNetworkException.class,
                () -> read("relay: [203.0.113.5]", router(OUTSIDE + ", nat: [{snat: red}]")));
        assertTrue(e.getMessage().contains("203.0.113.5 is outside of router edge, where snat hides"), e.getMessage());
        String text = "heddle: v1\nnetworks:\n  red: {subnet: 10.0.200.0/24, dhcp: {relay: [10.0.30.5]}}\n";
        e = assertThrows(InvalidNetworkException.class, () -> NetworkFile.parse(Map.of("n.yaml", text)));
        assertTrue(e.getMessage().contains("needs a gateway of IPv4 of the network"), e.getMessage());
    }
}
