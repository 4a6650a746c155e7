package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ResponderTest {
    private static final String ANY = Clients.ANY;
    private static final String OTHER = "hv1/br0/other";
    private static final String FIXED = "hv1/br0/fixed";

    private Clients red = new Clients("red");

    private static DhcpOptions wants(String address) {
        return DhcpOptions.NONE.with(DhcpOptions.REQUESTED_ADDRESS, Clients.number(address));
    }

    /** A guest may make up as many hosts as it likes, and ask for any address. */
    @Test
    void onePortIsRememberedForAFewAddresses() {
        Clients clients = new Clients("big");
        for (int i = 0; i < 300; i++) {
            String address = i % 2 == 0
                    ? clients.join(Clients.ANY, 1000 + i)
                    : clients.reboot(Clients.ANY, 1000 + i, "10.0.5." + i % 250);
            if (i < NetworkLeases.MOST_PER_PORT) {
                assertTrue(address.startsWith("10.0."), i + ": " + address);
            }
            clients.now += 40_000;
        }
        assertEquals(NetworkLeases.MOST_PER_PORT, clients.leases.all().size());
        assertTrue(clients.join(Clients.ANY, 9999).startsWith("10.0."), "one that the port had before");
        assertEquals("10.0.9.9", clients.reboot("hv1/br0/other", 9998, "10.0.9.9"), "others are free");
    }

    @Test
    void givesFromTheRangesInOrderButNothingThatTheFileNames() {
        // .11 is a name server, .12 a port's.
        assertEquals("10.0.0.10", red.join(ANY, 1));
        assertEquals("10.0.0.13", red.join(ANY, 2));
        assertEquals("10.0.0.20", red.join(OTHER, 3));
        assertEquals("10.0.0.21", red.join(OTHER, 4));
        assertEquals(4, red.plan.size());
        assertEquals(4, red.leases.used(red.plan, red.now));
        assertEquals("", red.join(OTHER, 5));
        assertEquals(Responder.Trouble.EXHAUSTED, red.last.trouble());
    }

    @Test
    void givesADeclaredAddressToItsPortAlone() {
        assertEquals("10.0.0.12", red.join(FIXED, 0x77));
        assertEquals("", red.discover(FIXED, 1), "another MAC behind the port");
        assertEquals("", red.discover(ANY, 0x77), "the MAC behind another port");
        assertEquals("NAK", red.reboot(ANY, 1, "10.0.0.12"));
        assertEquals("NAK", red.renew(FIXED, 0x77, "10.0.0.13"));
        assertEquals("10.0.0.12", red.renew(FIXED, 0x77, "10.0.0.12"));
        assertEquals("10.0.0.10", red.discover(ANY, 1, wants("10.0.0.12")));
        assertEquals("10.0.0.50", red.join("hv1/br0/place", 9), "any MAC behind a port with an address alone");
        assertEquals("10.0.0.13", red.join("hv1/br0/mac", 0x88), "a MAC without an address");
        assertEquals("", red.join("hv1/br0/mac", 0x89));
    }

    @Test
    void aClientGetsItsAddressAgain() {
        assertEquals("10.0.0.10", red.join(ANY, 1));
        assertEquals("10.0.0.13", red.join(ANY, 2));
        red.now += 7200;
        assertEquals("10.0.0.13", red.join(ANY, 2));
        assertEquals("10.0.0.20", red.join(ANY, 3), "an address that nobody had comes first");
        assertEquals("10.0.0.10", red.join(ANY, 1));
        assertEquals("10.0.0.21", red.join(ANY, 4));
    }

    @Test
    void givesTheLongestEndedAgainOnceAllWereUsed() {
        for (int i = 1; i <= 4; i++) {
            red.now += 10;
            red.join(ANY, i);
        }
        red.now += 3600;
        assertEquals("10.0.0.20", red.renew(ANY, 3, "10.0.0.20"));
        assertEquals("10.0.0.10", red.join(ANY, 5));
        assertEquals("10.0.0.13", red.join(ANY, 6));
        assertEquals("10.0.0.21", red.join(ANY, 1), "its former address is taken");
        assertEquals("NAK", red.renew(ANY, 2, "10.0.0.13"));
    }

    @Test
    void anOfferIsKeptForAMinute() {
        assertEquals("10.0.0.10", red.discover(ANY, 1));
        assertEquals(Lease.State.OFFERED, red.last.change().orElseThrow().state());
        assertEquals("10.0.0.10", red.discover(ANY, 1));
        assertTrue(red.last.change().isEmpty(), "nothing new to store");
        assertEquals("10.0.0.13", red.discover(ANY, 2));
        assertEquals("NAK", red.request(ANY, 3, "10.0.0.10"));
        red.now += 61;
        assertEquals("10.0.0.20", red.discover(ANY, 3));
        assertEquals("10.0.0.10", red.request(ANY, 1, "10.0.0.10"), "late, but nobody else has it");
    }

    @Test
    void theOfferOfAnotherServerIsTheirBusiness() {
        red.discover(ANY, 1);
        DhcpOptions other = wants("10.0.0.99").with(DhcpOptions.SERVER_IDENTIFIER, Clients.number("10.0.0.7"));
        assertEquals(Optional.empty(), red.send(ANY, Clients.message(DhcpMessage.REQUEST, 1, 0, other)));
        assertEquals(0, red.leases.used(red.plan, red.now));
    }

    @Test
    void confirmsAfterARestartWhatIsRightAndRefusesWhatIsWrong() {
        red.join(ANY, 1);
        assertEquals("10.0.0.10", red.reboot(ANY, 1, "10.0.0.10"));
        assertEquals("NAK", red.reboot(ANY, 2, "10.0.0.10"), "another's");
        assertEquals("NAK", red.reboot(ANY, 2, "192.168.1.5"), "of another network");
        assertEquals("NAK", red.reboot(ANY, 2, "10.0.0.1"), "the gateway's");
        assertEquals("10.0.0.21", red.reboot(ANY, 2, "10.0.0.21"), "from before Heddle");
        assertEquals("10.0.0.20", red.renew(ANY, 3, "10.0.0.20"), "likewise");
        assertEquals("NAK", red.renew(ANY, 4, "10.0.0.20"));
    }

    @Test
    void releasesAndDeclines() {
        red.join(ANY, 1);
        assertEquals(
                Optional.empty(),
                red.send(ANY, Clients.message(DhcpMessage.RELEASE, 2, Clients.number("10.0.0.10"), DhcpOptions.NONE)));
        assertEquals(1, red.leases.used(red.plan, red.now), "not another's");
        red.send(ANY, Clients.message(DhcpMessage.RELEASE, 1, Clients.number("10.0.0.10"), DhcpOptions.NONE));
        assertEquals(0, red.leases.used(red.plan, red.now));
        assertEquals("10.0.0.10", red.join(ANY, 1));
        DhcpOptions decline = wants("10.0.0.10").with(DhcpOptions.SERVER_IDENTIFIER, red.plan.server());
        red.send(ANY, Clients.message(DhcpMessage.DECLINE, 1, 0, decline));
        assertEquals(Responder.Trouble.DECLINED, red.last.trouble());
        assertEquals("10.0.0.13", red.join(ANY, 1));
        assertEquals("NAK", red.reboot(ANY, 3, "10.0.0.10"));
    }

    @Test
    void informsWithoutALease() {
        DhcpMessage m = red.send(
                        ANY, Clients.message(DhcpMessage.INFORM, 1, Clients.number("10.0.0.200"), DhcpOptions.NONE))
                .orElseThrow();
        assertEquals(DhcpMessage.ACK, m.type());
        assertEquals(0, m.yiaddr());
        assertTrue(m.options().bytes(DhcpOptions.LEASE_TIME).isEmpty());
        assertTrue(m.options().bytes(DhcpOptions.NAME_SERVERS).isPresent());
        assertTrue(red.leases.all().isEmpty());
    }

    @Test
    void onePortCannotTakeAll() {
        Clients big = new Clients("big");
        for (int i = 0; i < Responder.MOST_PER_PORT; i++) {
            assertTrue(big.join(ANY, i).startsWith("10.0.1."));
        }
        assertEquals("", big.join(ANY, 100));
        assertEquals(Responder.Trouble.PORT_LIMIT, big.last.trouble());
        assertEquals("", big.reboot(ANY, 100, "10.0.5.5"));
        assertTrue(big.join(OTHER, 100).startsWith("10.0.1."));
        assertEquals("10.0.1.1", big.renew(ANY, 0, "10.0.1.1"));
    }

    @Test
    void clientsWithOneIdentifierShareNoAddress() {
        DhcpOptions id = DhcpOptions.NONE.with(DhcpOptions.CLIENT_IDENTIFIER, new byte[] {(byte) 0xff, 1, 2, 3});
        assertEquals("10.0.0.10", red.discover(ANY, 1, id));
        assertEquals("10.0.0.13", red.discover(OTHER, 2, id), "a copy of the machine");
        assertEquals("10.0.0.10", red.discover(ANY, 3, id), "the same machine with another NIC");
        assertEquals("10.0.0.13", red.discover(OTHER, 2, id));
    }

    @Test
    void equalRangesDoNotDisturbEachOther() {
        Clients blue = new Clients("blue");
        assertEquals("10.0.0.10", red.join(ANY, 1));
        assertEquals("10.0.0.10", blue.join("hv1/br0/b", 1));
        assertEquals("10.0.0.254", Responder.text(blue.plan.server()), "without a gateway");
    }

    private String option(DhcpMessage m, int code) {
        return m.options().bytes(code).map(HexFormat.of()::formatHex).orElse("");
    }

    @Test
    void givesTheDeclaredOptions() {
        DhcpOptions more = DhcpOptions.NONE
                .with(DhcpOptions.RELAY_AGENT, new byte[] {1, 1, 7})
                .with(DhcpOptions.LARGEST_MESSAGE, new byte[] {5, (byte) 0xdc});
        DhcpMessage sent =
                red.send(ANY, Clients.message(DhcpMessage.DISCOVER, 1, 0, more)).orElseThrow();
        DhcpMessage m = DhcpMessage.read(sent.write()).orElseThrow();
        assertEquals("ffffff00", option(m, 1));
        assertEquals("0a000001", option(m, 3));
        assertEquals("0a0000010a00000b", option(m, 6));
        assertEquals("05aa", option(m, 26));
        assertEquals("0a000003", option(m, 42));
        assertEquals("00000e10", option(m, 51));
        assertEquals("0a000001", option(m, 54));
        assertEquals("00000708", option(m, 58));
        assertEquals("00000c4e", option(m, 59));
        assertEquals("10.0.0.9", new String(m.options().bytes(66).orElseThrow()));
        assertEquals("pxelinux.0", new String(m.options().bytes(67).orElseThrow()));
        assertEquals("red.example", new String(m.options().bytes(15).orElseThrow()));
        assertEquals("010107", option(m, 82));
        assertEquals("03726564076578616d706c6500" + "076578616d706c6500", option(m, 119));
        assertEquals("150a63080a0000fe" + "000a000001", option(m, 121));
        assertEquals(Clients.number("10.0.0.9"), m.siaddr());
        assertEquals(
                List.of(53, 54, 51, 58, 59, 1),
                m.options().codes().stream().limit(6).toList());
    }

    @Test
    void whatAClientAsksForComesFirstAndOnlyWhatFits() {
        String search = "a".repeat(60) + ".example";
        String file = Clients.FILE.replace(
                "search: [red.example, example]",
                "search: [" + String.join(", ", java.util.Collections.nCopies(5, search)) + "]");
        Clients clients = new Clients(file, "red");
        DhcpMessage small = clients.send(ANY, Clients.message(DhcpMessage.DISCOVER, 1, 0, DhcpOptions.NONE))
                .orElseThrow();
        assertTrue(small.write().length <= 548);
        assertEquals("", option(small, 119));
        DhcpOptions roomy = DhcpOptions.NONE
                .with(DhcpOptions.LARGEST_MESSAGE, new byte[] {5, (byte) 0xdc})
                .with(DhcpOptions.PARAMETER_LIST, new byte[] {119, 6});
        DhcpMessage large = clients.send(ANY, Clients.message(DhcpMessage.DISCOVER, 1, 0, roomy))
                .orElseThrow();
        assertEquals(
                List.of(1, 119, 6),
                large.options().codes().stream().skip(5).limit(3).toList());
        // Longer than 255 bytes: in two parts (RFC 3396).
        assertEquals(option(large, 119), option(DhcpMessage.read(large.write()).orElseThrow(), 119));
        assertEquals(5 * (61 + 9), option(large, 119).length() / 2);
    }

    @Test
    void relayAgentsAndServersAreLeftAlone() {
        DhcpMessage m = Clients.message(DhcpMessage.DISCOVER, 1, 0, DhcpOptions.NONE);
        DhcpMessage relayed = new DhcpMessage(false, 1, 0, 0, 0, 0, 0, 7, m.chaddr(), "", m.options());
        DhcpMessage reply = new DhcpMessage(true, 1, 0, 0, 0, 0, 0, 0, m.chaddr(), "", m.options());
        assertEquals(Optional.empty(), red.send(ANY, relayed));
        assertEquals(Optional.empty(), red.send(ANY, reply));
        assertEquals(Optional.empty(), red.send(ANY, Clients.message(0, 1, 0, DhcpOptions.NONE)), "BOOTP");
        assertEquals(Optional.empty(), red.send(ANY, Clients.message(99, 1, 0, DhcpOptions.NONE)));
    }
}
