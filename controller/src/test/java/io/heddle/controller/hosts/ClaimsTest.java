package io.heddle.controller.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.Host;
import io.heddle.tls.PeerCertificate;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static Host host(String settings) throws Exception {
        return NetworkFile.read(Map.of("n.yaml", "heddle: v1\nhosts: {h1: {" + settings + ", bridges: {br0: {}}}}"))
                .model()
                .hosts()
                .get("h1");
    }

    private static InetAddress ip(String text) {
        return InetAddresses.forString(text);
    }

    private static Claims.Peer plain(String from) {
        return new Claims.Peer(ip(from), Optional.empty());
    }

    private static Claims.Peer withCertificate(String from, String... names) {
        return new Claims.Peer(ip(from), Optional.of(new PeerCertificate(Set.of(names))));
    }

    private static boolean maySpeak(Host host, String session, String from) {
        return Claims.refusal(host, Optional.ofNullable(session).map(ClaimsTest::ip), plain(from))
                .isEmpty();
    }

    @Test
    void theAddressThatHeddleDialsAndTheTunnelsAddressSpeakForAHost() throws Exception {
        Host h = host("ovsdb: \"tcp:192.0.2.1:6640\", tunnel-ip: 172.31.0.1");
        assertTrue(maySpeak(h, null, "192.0.2.1"));
        assertTrue(maySpeak(h, null, "172.31.0.1"));
        assertEquals(
                Optional.of("192.0.2.9 may not speak for host h1: its known addresses are 172.31.0.1, 192.0.2.1;"
                        + " if 192.0.2.9 is right, add it to connects-from of the host"),
                Claims.refusal(h, Optional.empty(), plain("192.0.2.9")));
    }

    @Test
    void theAddressOfItsSessionSpeaksForAHostThatDialsIn() throws Exception {
        Host h = host("system-id: abc, tunnel-ip: 172.31.0.1");
        assertTrue(maySpeak(h, "192.0.2.1", "192.0.2.1"));
        assertTrue(!maySpeak(h, "192.0.2.1", "192.0.2.9"));
        assertTrue(maySpeak(h, null, "192.0.2.9"), "nothing is known of its management address yet");
    }

    @Test
    void connectsFromAloneDecidesWhereItIsGiven() throws Exception {
        Host h = host("ovsdb: \"tcp:192.0.2.1:6640\", connects-from: [10.0.0.0/24, \"2001:db8::1\"]");
        assertTrue(maySpeak(h, null, "10.0.0.77"));
        assertTrue(maySpeak(h, null, "2001:db8::1"));
        assertEquals(
                Optional.of("192.0.2.1 may not speak for host h1: connects-from has 10.0.0.0/24, 2001:db8::1/128"),
                Claims.refusal(h, Optional.of(ip("192.0.2.1")), plain("192.0.2.1")));
    }

    @Test
    void theCertificateDecidesWhereThereIsOne() throws Exception {
        Host h = host("ovsdb: \"tcp:192.0.2.1:6640\"");
        assertEquals(Optional.empty(), Claims.refusal(h, Optional.empty(), withCertificate("192.0.2.77", "h1")));
        assertEquals(
                Optional.of("192.0.2.1 may not speak for host h1: it has a certificate of 192.0.2.1, h2"),
                Claims.refusal(h, Optional.empty(), withCertificate("192.0.2.1", "h2", "192.0.2.1")));
        Host narrow = host("ovsdb: \"tcp:192.0.2.1:6640\", connects-from: [192.0.2.1]");
        assertTrue(Claims.refusal(narrow, Optional.empty(), withCertificate("192.0.2.77", "h1"))
                .isPresent());
    }

    @Test
    void aHostOfTheFileWithTlsNeedsACertificate() throws Exception {
        for (String settings :
                List.of("ovsdb: \"ssl:192.0.2.1:6640\"", "system-id: abc, controller: \"ssl:192.0.2.9:6654\"")) {
            Host h = host(settings);
            assertTrue(Claims.refusal(h, Optional.empty(), plain("192.0.2.1"))
                    .orElseThrow()
                    .contains("without TLS"));
            assertEquals(Optional.empty(), Claims.refusal(h, Optional.empty(), withCertificate("192.0.2.1", "h1")));
        }
    }
}
