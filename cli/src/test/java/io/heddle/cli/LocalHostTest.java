package io.heddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What ip(8) says of a batch. */
class LocalHostTest {
    private static final List<String> BATCH = List.of(
            "link set dev eth0 up",
            "addr del 192.0.2.11/24 dev br0",
            "addr replace 192.0.2.11/24 brd + dev eth0",
            "route replace default via 10.0.0.1 dev eth0");

    @Test
    void anAddressThatIsGoneIsNoFault() {
        String gone = "Cannot find device \"br0\"\nCommand failed -:2\n";
        assertEquals("", LocalHost.faults(BATCH, gone));
        assertEquals(
                "ip route replace default via 10.0.0.1 dev eth0: Error: Nexthop has invalid gateway.",
                LocalHost.faults(BATCH, gone + "Error: Nexthop has invalid gateway.\nCommand failed -:4\n"));
    }

    @Test
    void whatNamesNoLineIsAFaultToo() {
        assertEquals("ip: no memory", LocalHost.faults(BATCH, "ip: no memory\n"));
        assertEquals("ip : why", LocalHost.faults(BATCH, "why\nCommand failed -:99\n"));
        assertEquals("", LocalHost.faults(BATCH, ""));
    }
}
