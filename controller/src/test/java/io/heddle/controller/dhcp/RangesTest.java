package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.Dhcp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of both IP versions in the network file. */
final class RangesTest {
    private static String file(String subnets, String dhcp) {
        return "heddle: v1\nnetworks:\n  red: {vlan: 200, subnet: [" + subnets + "], gateway: \"fd00::1\", dhcp: {"
                + dhcp + "}}\n";
    }

    private static List<Dhcp.Range> ranges(String ranges) throws InvalidNetworkException {
        return NetworkFile.read(Map.of("n.yaml", file("10.0.0.0/24, \"fd00::/64\"", "range: [" + ranges + "]")))
                .model()
                .networks()
                .get("red")
                .dhcp()
                .orElseThrow()
                .ranges();
    }

    @Test
    void readsBothVersions() throws InvalidNetworkException {
        List<Dhcp.Range> all = ranges("\"fd00::100-1ff\", 10.0.0.10-19, \"fd00::2:0-fd00::2:f\"");
        assertEquals(List.of(256L, 10L, 16L), all.stream().map(Dhcp.Range::size).toList());
        assertEquals("fd00:0:0:0:0:0:0:1ff", all.get(0).at(255).getHostAddress());
        assertEquals("10.0.0.19", all.get(1).at(9).getHostAddress());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fd01::10-20 | is not within the hosts of the subnet fd00::/64",
                "fd00::-20 | is not within the hosts of the subnet fd00::/64",
                "fd00::20-10 | expected a range",
                "fd00::1-fd00:0:0:1::1 | expected a range",
                "fd00::10-10.0.0.1 | expected a range",
                "fd00::1:0-fd00::2:0 | has more than 65536 addresses",
                "fd00::1-f | contains the gateway fd00::1: leave it out",
                "10.0.0.9-1 | expected a range"
            })
    void saysWhatIsWrong(String range, String problem) {
        String message = assertThrows(InvalidNetworkException.class, () -> ranges('"' + range + '"'))
                .getMessage();
        assertTrue(message.contains(problem), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "range: 10.0.0.1-9 | needs a subnet of the same IP version",
                "routes: [{to: 10.9.0.0/16, via: 10.0.0.1}] | needs an IPv4 subnet of the network"
            })
    void aNetworkOfIpv6HasNothingOfIpv4(String dhcp, String problem) {
        String text = file("\"fd00::/64\"", dhcp);
        String message = assertThrows(InvalidNetworkException.class, () -> NetworkFile.read(Map.of("n.yaml", text)))
                .getMessage();
        assertTrue(message.contains(problem), message);
    }
}
