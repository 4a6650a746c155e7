package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterMacCheckTest {
    private static final String ONE = "via: 10.0.200.7";
    private static final String TWO = "via: [10.0.200.7, 10.0.200.8]";

    private static String file(String host, String other, String via) {
        return """
                heddle: v1
                networks: {red: {vlan: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}}
                hosts:
                  %s: {ovsdb: tcp:192.0.2.1:6640, bridges: {br0: {ports: {vm1: {access: red}}}}}
                  %s: {ovsdb: tcp:192.0.2.2:6640, bridges: {br0: {ports: {vm2: {access: red}}}}}
                routers: {edge: {networks: [red], routes: [{to: 10.9.0.0/16, %s}]}}
                """.formatted(host, other, via);
    }

    private static List<String> problems(String host, String other, String via) {
        return assertThrows(
                        InvalidNetworkException.class,
                        () -> NetworkFile.parse(Map.of("n.yaml", file(host, other, via))))
                .problems()
                .stream()
                .map(p -> p.path() + ": " + p.message())
                .toList();
    }

    private static String same(String host, String other) {
        return "hosts." + other + ": its routers would have the same MAC as those of host " + host
                + ", because it follows from the name: give one of the two another name";
    }

    /** All bits of the hash of these two names are equal. */
    @Test
    void refusesHostsWhoseRoutersWouldHaveOneMac() {
        assertEquals(List.of(same("hv18177", "hv32044")), problems("hv18177", "hv32044", ONE));
    }

    /** The lower 24 bits of these are. */
    @Test
    void fewerBitsCountWhereNextRoutersAreToldByMacs() throws InvalidNetworkException {
        NetworkFile.parse(Map.of("n.yaml", file("hv2976", "hv4885", ONE)));
        assertEquals(List.of(same("hv2976", "hv4885")), problems("hv2976", "hv4885", TWO));
    }
}
