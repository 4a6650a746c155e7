package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.NamedAddresses;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Service;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceReaderTest {
    private static final String HEAD = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
              up: {vlan: 0}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                tunnel-ip: 192.0.2.1
                bridges:
                  br0:
                    ports:
                      vm1: {access: red, mac: "02:00:00:00:00:01", address: [10.0.200.1/24]}
                      isp: {access: up}
            routers:
              edge:
                networks: [red]
                outside: {network: up, addresses: [198.51.100.2/24], gateway: 198.51.100.1, host: hv1}
                nat: [{dnat: "198.51.100.2:80", to: "10.0.200.1:80"}, {floating: 198.51.100.7, to: 10.0.200.9}]
                services:
            """;

    private static NetworkModel model(String services) throws InvalidNetworkException {
        return NetworkFile.parse(Map.of("n.yaml", HEAD + services));
    }

    @Test
    void servicesHaveAddressesOfTheirOwn() throws InvalidNetworkException {
        NetworkModel model = model("""
                      web: {address: "10.0.200.80:80", backends: ["10.0.200.1:8080", "10.0.200.3:8080"]}
                      dns: {address: "10.0.200.80:53", proto: udp, backends: ["10.0.200.1:53"]}
                      shop: {address: "198.51.100.8:443", backends: ["10.0.200.1:443"], affinity: client, check: none}
                """);
        Router edge = model.routers().get("edge");
        Service web = edge.services().get(0);
        assertTrue(web.checked() && !web.sticky());
        assertEquals("10.0.200.3:8080", web.backends().get(1).text());
        assertFalse(edge.services().get(1).checked(), "nobody can tell of UDP");
        Service shop = edge.services().get(2);
        assertTrue(shop.sticky() && !shop.checked());
        assertTrue(edge.isOutside(shop));
        assertTrue(edge.outsideAddresses().contains(shop.address()));
        assertEquals(Set.of(web.address()), edge.insideServices());
        assertEquals(
                NamedAddresses.Kind.SERVICE,
                NamedAddresses.of(model, model.networks().get("red"))
                        .get(InetAddresses.forString("10.0.200.80"))
                        .kind());
        assertEquals(
                List.of(web.address()),
                model.services(model.networks().get("red")).stream().distinct().toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{backends: ['10.0.200.1:80']} | needs address, such as",
                "{address: '10.0.200.80:80'} | needs backends, such as",
                "{address: '10.0.200.80:80', backends: []} | backends: expected the addresses and ports of the hosts that serve, such as [\"10.0.200.11:8080\"], found none",
                "{address: '10.0.200.80', backends: ['10.0.200.1:80']} | 10.0.200.80",
                "{address: '10.0.200.80:70000', backends: ['10.0.200.1:80']} | expected an IPv4 address and a port",
                "{address: '10.0.200.80:80', backends: ['10.0.201.1:80']} | is no host's address in a network of the router",
                "{address: '10.0.200.80:80', backends: ['10.0.200.254:80']} | is no host's address in a network of the router",
                "{address: '10.0.200.80:80', backends: ['10.0.200.1:80', '10.0.200.1:80']} | is a backend already",
                "{address: '10.0.200.254:80', backends: ['10.0.200.1:80']} | is the gateway of network red",
                "{address: '10.0.200.255:80', backends: ['10.0.200.1:80']} | is no address of a host in 10.0.200.0/24",
                "{address: '10.0.200.1:80', backends: ['10.0.200.1:80']} | has the address of port hv1/br0/vm1",
                "{address: '198.51.100.1:80', backends: ['10.0.200.1:80']} | is no address that the router can have",
                "{address: '198.51.100.2:80', backends: ['10.0.200.1:80']} | is translated by nat already",
                "{address: '198.51.100.7:80', backends: ['10.0.200.1:80']} | is translated by nat already",
                "{address: '10.0.200.80:80', proto: udp, check: tcp, backends: ['10.0.200.1:80']} | only finds out about TCP services",
            })
    void saysWhatIsWrong(String service, String message) {
        InvalidNetworkException e =
                assertThrows(InvalidNetworkException.class, () -> model("      web: " + service + "\n"));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void twoServicesDoNotShareAPort() {
        String web = "      web: {address: \"10.0.200.80:80\", backends: [\"10.0.200.1:80\"]}\n";
        InvalidNetworkException e =
                assertThrows(InvalidNetworkException.class, () -> model(web + web.replace("web", "shop")));
        assertTrue(e.getMessage().contains("is already the address of service web"), e.getMessage());
    }
}
