package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two tenants with the same addresses behind one outside address: those of the example. */
class SharedAddressTest extends OutsideLab {
    private void ways() {
        ways(example("shared-address"), lab.host("hv1"));
    }

    /** @param outside the hosts with a cable to the outside */
    private void ways(String file, LabHost... outside) {
        hv1 = outside[0];
        hv2 = outside.length > 1 ? outside[1] : lab.host("hv2");
        provider(outside);
        guest(hv1, "one", "0d:01", "10.0.200.1/24");
        guest(hv1, "lab1", "0d:02", "10.0.200.1/24");
        guest(hv2, "two", "0d:03", "10.0.200.2/24");
        guest(hv2, "lab2", "0d:04", "10.0.200.2/24");
        lab.introduce();
        startController();
        apply(file);
    }

    @Test
    void isSharedByConnectionsFromTheSameAddressesAndPorts() throws IOException {
        ways();
        script("wan", "exec socat TCP4-LISTEN:80,reuseaddr,fork SYSTEM:'echo $SOCAT_PEERADDR; read answer'");
        ControllerProcess.until(
                5,
                "the server listens",
                () -> lab.machine("wan").run("ss -Hltn").contains(":80 "));
        // All four at once, from the same address and port inside by pairs.
        List<String> guests = List.of("one", "lab1", "two", "lab2");
        for (String guest : guests) {
            script(
                    guest,
                    "(sleep 4; echo from " + guest + ") | socat -t 1 - TCP:" + SERVER
                            + ":80,sourceport=5555,connect-timeout=3 >/tmp/shared-" + guest + " 2>&1");
        }
        ControllerProcess.until(
                5,
                "four connections",
                () -> lab.machine("wan")
                                .run("ss -Htn state established sport = :80")
                                .lines()
                                .count()
                        == 4);
        String peers = lab.machine("wan").run("ss -Htn state established sport = :80");
        assertEquals(4, peers.lines().filter(l -> l.contains("192.0.2.10:")).count(), peers);
        // Pings carry no ports, but find their guests, too.
        for (String guest : guests) {
            reaches(guest, SERVER);
        }
    }

    @Test
    void leadsInByPortsOfEachTenant() throws IOException {
        ways();
        guestsTell();
        assertEquals("192.0.2.1 at one", peer("wan", "192.0.2.10", 2201));
        assertEquals("192.0.2.1 at lab1", peer("wan", "192.0.2.10", 2202));
        assertTrue(peer("wan", "192.0.2.10", 2203).contains("refused"), "nobody's port");
        reaches("wan", "192.0.2.10");
        // From inside, by the outside address of the own router.
        assertEquals("192.0.2.10 at one", peer("two", "192.0.2.10", 2201));
        assertEquals("192.0.2.10 at lab1", peer("lab2", "192.0.2.10", 2202));
        assertEquals("192.0.2.10 at one", peer("one", "192.0.2.10", 2201), "itself");
        assertFalse(peer("lab2", "192.0.2.10", 2201).contains(" at "), "the other tenant's");
        String trace = ControllerProcess.heddle("trace --from hv2/lab2 tcp,nw_dst=" + SERVER + ",tp_dst=80")
                .output();
        assertTrue(trace.contains("goes out as 192.0.2.10, which it shares with edge"), trace);
    }

    private void guestsTell() throws IOException {
        tellsPeers("one", 22);
        tellsPeers("lab1", 22);
    }

    /** A router on the way and a host that refuses tell the guest that asked, and no other. */
    @Test
    void errorsFindTheirGuest() throws IOException {
        ways();
        lab.machine("wan").run("iptables -w 5 -A INPUT -p udp --dport 7 -j REJECT --reject-with icmp-port-unreachable");
        for (String guest : List.of("two", "lab2")) {
            String expired = lab.machine(guest)
                    .script("ping -n -c 1 -t 1 -W 2 203.0.113.99; ping -n -c 1 -t 2 -W 2 203.0.113.99")
                    .output();
            assertTrue(expired.contains("Time to live exceeded") || expired.contains("Unreachable"), guest + expired);
            String refused = lab.machine(guest)
                    .script("echo x | socat -t 2 - UDP:" + SERVER + ":7,sourceport=7777 2>&1")
                    .output();
            assertTrue(refused.contains("refused"), guest + ": " + refused);
        }
    }

    @Test
    void losesNothingOverTheControllersDeathAndWhenOneTenantComesOrGoes() throws IOException {
        ways();
        guestsTell();
        Pings edge = ping("two", SERVER);
        List<Pings> lab = List.of(ping("lab2", SERVER), ping("lab1", SERVER));
        controller.kill();
        pause(500);
        restartController();
        awaitInSync(2);
        assertEquals(List.of(0, 0), lab.stream().map(Pings::lost).toList());
        apply(example("shared-address")
                .replaceFirst("(?s)  lab:\n    networks: \\[lab\\].*?hosts:\n  hv1", "hosts:\n  hv1")
                .replace("  - outside can reach lab1/22/tcp\n", "")
                .replace("  - lab2 can reach outside/443\n", ""));
        assertEquals("192.0.2.1 at one", peer("wan", "192.0.2.10", 2201), "one router has it alone");
        apply(example("shared-address"));
        assertEquals("192.0.2.1 at lab1", peer("wan", "192.0.2.10", 2202), "both have it again");
        reaches("lab2", SERVER);
        assertEquals(0, edge.lost());
    }

    /** Both tenants follow a way out that moves. */
    @Test
    void movesWithTheWayOut() throws IOException {
        String moving = example("shared-address")
                .replace("hosts: [hv1]", "hosts: [hv1, hv2]")
                .replace("          two: {", "          wan: {access: uplink, uplink: true}\n          two: {");
        ways(moving, lab.host("hv1"), lab.host("hv2"));
        sees(hv1, true, hv2);
        reaches("two", SERVER);
        reaches("lab2", SERVER);
        hv1.killSwitch();
        sees(hv1, false, hv2);
        reaches("two", SERVER);
        reaches("lab2", SERVER);
        tellsPeers("wan", 80);
        assertEquals("192.0.2.10 at wan", peer("two", SERVER, 80));
        assertEquals("192.0.2.10 at wan", peer("lab2", SERVER, 80));
        hv1.startSwitch();
        awaitInSync(2);
        sees(hv1, true, hv2);
        reaches("lab2", SERVER);
    }
}
