package io.heddle.openflow.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.DhcpServer;
import io.heddle.flows.model.Prefix;
import java.net.Inet6Address;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RouterAdvertisementTest {
    private static String frame(Optional<RouterAdvertisement.Names> names) {
        List<Prefix> prefixes = List.of(Prefix.parse("fd00:200::/64"));
        return HexFormat.of()
                .formatHex(RouterAdvertisement.frame(
                        0, OptionalInt.of(1450), prefixes, true, DhcpServer.Six.NOTHING, names));
    }

    private static String withDomain(String domain) {
        Inet6Address gateway = (Inet6Address) InetAddresses.forString("fd00:200::fe");
        return frame(Optional.of(new RouterAdvertisement.Names(gateway, domain)));
    }

    @Test
    void hostsHearWhereToAskForNames() {
        String without = frame(Optional.empty());
        String with = withDomain("red.example");
        String server = "1903000000002328" + "fd0002000000000000000000000000fe";
        String domain = "1f03000000002328" + "03726564" + "076578616d706c65" + "00" + "000000";
        assertEquals(without.substring(without.length() - 64) + server + domain, with.substring(without.length() - 64));
        // The length of the packet, in the header of IPv6.
        assertEquals(16 + 8 + 8 + 32 + 24 + 24, Integer.parseInt(with.substring(36, 40), 16));
    }

    @Test
    void theDomainEndsWithZero() {
        // A domain of 6 characters fills eight bytes with its zero; one more needs another eight.
        assertTrue(withDomain("abcdef").endsWith("1f02000000002328" + "0661626364656600"));
        assertTrue(withDomain("abcdefg").endsWith("1f03000000002328" + "0761626364656667" + "0000000000000000"));
        assertTrue(withDomain("x".repeat(63) + "." + "y".repeat(63) + "." + "z".repeat(60))
                .endsWith("00"));
    }
}
