package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.model.Dns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsReaderTest {
    private static Dns read(String network) throws InvalidNetworkException {
        String text = "heddle: v1\nnetworks:\n  red: {subnet: 10.0.200.0/24, " + network + "}\n";
        return NetworkFile.parse(Map.of("n.yaml", text))
                .networks()
                .get("red")
                .dns()
                .orElseThrow();
    }

    @Test
    void defaults() throws InvalidNetworkException {
        assertEquals(
                new Dns("red.example", Optional.empty(), 60), read("gateway: 10.0.200.1, dns: {domain: Red.example}"));
        assertEquals(
                Optional.of(List.of()),
                read("gateway: 10.0.200.1, dns: {domain: red, forward: []}").forward());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dns: {domain: red.example} | red.dns: needs a gateway of the network, such as gateway: 10.0.200.1",
                "gateway: 10.0.200.1, dns: {} | red.dns: needs domain, such as {domain: red.example}",
                "gateway: 10.0.200.1, dns: {domain: red..example} | dns.domain: expected a domain such as red.example",
                "gateway: 10.0.200.1, dns: {domain: red.-x} | dns.domain: expected",
                "gateway: 10.0.200.1, dns: {domain: red_x} | dns.domain: expected the domain of the hosts",
                "gateway: 10.0.200.1, dns: {domain: r, forward: [10.0.200.1]} | is the gateway, where Heddle itself answers",
                "gateway: 10.0.200.1, dns: {domain: r, forward: [10.0.0]} | expected an IP address such as 10.0.200.1",
                "gateway: 10.0.200.1, dns: {domain: r, forward: 9.9.9.9} | dns.forward: expected the name servers",
                "gateway: 10.0.200.1, dns: {domain: r, forward: [0.0.0.0]} | is the address of no server",
                "gateway: 10.0.200.1, dns: {domain: r, forward: [224.0.0.251]} | is the address of no server",
                "gateway: 10.0.200.1, dns: {domain: r, forward: [169.254.169.254]} | is the address of no server",
                "gateway: 10.0.200.1, dns: {domain: r, forward: ['fe80::1']} | is the address of no server",
                "gateway: 10.0.200.1, dns: {domain: r, ttl: 1h} | dns.ttl: expected how long hosts may cache",
                "gateway: 10.0.200.1, dns: {domain: r, tll: 5} | unknown key, did you mean ttl?",
            })
    void saysWhatIsWrong(String network, String message) {
        InvalidNetworkException e = assertThrows(InvalidNetworkException.class, () -> read(network));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
