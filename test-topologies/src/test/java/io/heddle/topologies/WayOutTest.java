package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A way out that moves to another host: that of the example. The machine {@code wan} is the outside. */
class WayOutTest extends OutsideLab {
    private void ways() {
        threeHosts();
        provider(hv1, hv2);
        guest(hv1, "one", "0b:01", "10.0.200.1/24");
        guest(hv2, "two", "0b:02", "10.0.200.2/24");
        guest(hv3, "three", "0b:03", "10.0.200.3/24");
        lab.introduce();
        startController();
    }

    private void waysOfBoth() {
        ways();
        apply(example("way-out"));
        sees(hv1, true, hv2, hv3);
    }

    @Test
    void movesToTheNextHostWithoutAController() throws Exception {
        waysOfBoth();
        echoes("three", 80);
        for (String guest : new String[] {"one", "two", "three"}) {
            reaches(guest, SERVER);
        }
        assertTrue(answers("wan", "192.0.2.10", 8080));
        assertEquals(0, out(hv2), "only the first host lets packets out");

        Pings three = ping("three", SERVER);
        Pings two = ping("two", SERVER);
        controller.kill();
        hv1.killSwitch();
        pause(1500);
        int lost = Math.max(three.lost(), two.lost());
        assertTrue(lost < 20, lost + " pings of 50 ms");
        assertTrue(out(hv2) > 0);
        assertTrue(answers("wan", "192.0.2.10", 8080), "a new connection from outside");

        Path first = announcements("eth0");
        Path second = announcements("eth1");
        restartController();
        hv1.startSwitch();
        awaitInSync(3);
        sees(hv1, true, hv2, hv3);
        long before = out(hv2);
        reaches("three", SERVER);
        reaches("two", SERVER);
        assertTrue(answers("wan", "192.0.2.10", 8080));
        assertEquals(before, out(hv2));
        assertTrue(isAnnounced(first), "the first host tells the switches outside");

        long told = length(second);
        hv1.killSwitch();
        ControllerProcess.until(
                3, "the second host tells the switches outside", () -> length(second) > told && isAnnounced(second));
    }

    /** The first host goes on, but reaches nobody outside. */
    @Test
    void aHostWithoutItsCableLeavesTheWayOutWithAndWithoutAController() throws Exception {
        waysOfBoth();
        echoes("three", 80);
        for (boolean controlled : new boolean[] {true, false}) {
            if (!controlled) {
                controller.kill();
            }
            cutAndMend(controlled);
        }
    }

    private void cutAndMend(boolean controlled) throws Exception {
        Path second = announcements("eth1");
        List<Pings> all = List.of(ping("one", SERVER), ping("two", SERVER), ping("three", SERVER));
        cable("eth0", false);
        pause(1500);
        atMost(20, all, "while the cable is cut");
        long first = out(hv1);
        for (String guest : new String[] {"one", "two", "three"}) {
            reaches(guest, SERVER);
        }
        assertTrue(answers("wan", "192.0.2.10", 8080), "a new connection from outside");
        assertEquals(first, out(hv1), "the host without a cable lets nothing out");
        if (controlled) {
            awaitEvent("way-out-down", "hv3", "the way out into uplink on hv1 fails");
            assertEquals(
                    "hv2", controller.get("routers").get(0).path("activeHost").asText());
            assertTrue(isAnnounced(second), "the second host tells the switches outside");
            assertTrue(controller.get("drops").toString().contains("no link into uplink"));
        }
        all = List.of(ping("one", SERVER), ping("two", SERVER), ping("three", SERVER));
        cable("eth0", true);
        sees(hv1, true, hv2, hv3);
        pause(500);
        atMost(5, all, "while the cable is mended");
        long before = out(hv2);
        for (String guest : new String[] {"one", "two", "three"}) {
            reaches(guest, SERVER);
        }
        assertEquals(before, out(hv2), "the first host has it again");
        assertTrue(answers("wan", "192.0.2.10", 8080));
    }

    private static void atMost(int most, List<Pings> all, String when) {
        List<Integer> lost = all.stream().map(Pings::lost).toList();
        System.out.println("lost pings of 50 ms " + when + ": " + lost);
        assertTrue(lost.stream().allMatch(l -> l < most), lost + " pings of 50 ms " + when);
    }

    /** Cuts a cable at the switch outside, or mends it. */
    private void cable(String end, boolean up) {
        lab.machine("wan").run("ip link set " + end + (up ? " up" : " down"));
    }

    /** No host takes the way out before it can serve, and none leaves it before another one can. */
    @Test
    void hostsJoinAndReturnWithoutLoss() {
        ways();
        apply(example("way-out").replace("hosts: [hv1, hv2]", "hosts: [hv1]"));
        // Nobody has asked for the next router yet.
        reaches("one", SERVER);
        List<Pings> all = List.of(ping("one", SERVER), ping("two", SERVER), ping("three", SERVER));
        apply(example("way-out"));
        sees(hv1, true, hv2, hv3);
        sees(hv2, true, hv1, hv3);
        pause(500);
        atMost(5, all, "while a host joins behind the first");
        apply(example("way-out").replace("hosts: [hv1, hv2]", "hosts: [hv2]"));
        // The way out of a single host has the MAC of that host.
        lab.machine("wan").run("ip neigh flush dev switch");
        all = List.of(ping("one", SERVER), ping("two", SERVER), ping("three", SERVER));
        apply(example("way-out"));
        sees(hv1, true, hv2, hv3);
        pause(500);
        atMost(5, all, "while a host joins before the first");
        hv1.killSwitch();
        sees(hv1, false, hv2, hv3);
        all = List.of(ping("two", SERVER), ping("three", SERVER));
        hv1.startSwitch();
        sees(hv1, true, hv2, hv3);
        pause(500);
        atMost(5, all, "while the first host returns");
        reaches("one", SERVER);
        long before = out(hv2);
        reaches("three", SERVER);
        assertEquals(before, out(hv2));
    }

    /** What a cable of the switch outside carries of ARP. */
    private Path announcements(String cable) {
        Path log = log(cable);
        running.add(lab.machine("wan").start(log, "tcpdump -lni " + cable + " -Q in arp"));
        return log;
    }

    private static boolean isAnnounced(Path log) {
        try {
            return Files.readString(log).contains("who-has 192.0.2.10 (ff:ff:ff:ff:ff:ff) tell 192.0.2.10")
                    || Files.readString(log).contains("who-has 192.0.2.10 tell 192.0.2.10")
                    || Files.readString(log).contains("Announcement 192.0.2.10");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
