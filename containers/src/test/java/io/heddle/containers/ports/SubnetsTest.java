package io.heddle.containers.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubnetsTest {
    @Test
    void findsTheSubnetOfAnAddress() {
        assertTrue(Subnets.contains("10.0.200.0/24", "10.0.200.255"));
        assertFalse(Subnets.contains("10.0.200.0/24", "10.0.201.0"));
        assertFalse(Subnets.contains("0.0.0.0/0", "fd00::1"));
        assertTrue(Subnets.contains("fd00:200::/64", "fd00:200::ffff"));
        assertFalse(Subnets.contains("fd00:200::/64", "fd00:200:0:1::"));
    }

    @Test
    void comparesHoweverTheyAreWritten() {
        assertTrue(Subnets.isSame("fd00:0200::0001", "fd00:200::1"));
        assertTrue(Subnets.isSame("10.0.200.9/24", "10.0.200.0/24"));
        assertFalse(Subnets.isSame("10.0.200.0/24", "10.0.200.0/25"));
    }

    @Test
    void anAddressWithoutALengthIsAllOfIt() {
        assertEquals(32, Subnets.length("10.0.200.9"));
        assertEquals(128, Subnets.length("fd00:200::9"));
        assertEquals(24, Subnets.length("10.0.200.9/24"));
    }

    @Test
    void readsANetwork() throws Exception {
        NetworkFacts facts = NetworkFacts.read(
                "red",
                new ObjectMapper()
                        .readTree(
                                "{\"vni\": 7, \"subnet\": [\"10.0.2.0/24\", \"fd00::/64\"], \"gateway\": \"10.0.2.254\","
                                        + " \"dns\": {\"domain\": \"red.example\"}, \"dhcp\": {\"search\": [\"example\"],"
                                        + " \"routes\": [{\"to\": \"10.9.0.0/16\", \"via\": \"10.0.2.9\"}]}}"));
        assertTrue(facts.isOverlay());
        assertEquals(Optional.of("10.0.2.254"), facts.gateway(true));
        assertEquals(Optional.empty(), facts.gateway(false));
        assertEquals(List.of("10.0.2.254"), facts.nameServers(), "Heddle's own, at the gateway");
        assertEquals(Optional.of("red.example"), facts.domain());
        assertEquals(List.of("example"), facts.search());
        assertEquals(List.of(new NetworkFacts.Route("10.9.0.0/16", "10.0.2.9")), facts.routes());
        assertEquals("fd00::5/64", facts.withLength("fd00::5"));
        Refusal refusal = assertThrows(Refusal.class, () -> facts.withLength("10.9.9.9"));
        assertTrue(refusal.getMessage().contains("expected one in 10.0.2.0/24 or fd00::/64"), refusal.getMessage());
    }
}
