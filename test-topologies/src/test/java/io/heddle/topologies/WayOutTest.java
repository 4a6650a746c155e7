package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A way out that moves to another host: that of the example. The machine {@code wan} is the outside. */
class WayOutTest extends FirewallLab {
    private static final String SERVER = "203.0.113.5";

    private LabHost hv2;
    private LabHost hv3;

    private void ways() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        hv3 = lab.host("hv3");
        provider();
        guest(hv1, "one", "0b:01", "10.0.200.1/24");
        guest(hv2, "two", "0b:02", "10.0.200.2/24");
        guest(hv3, "three", "0b:03", "10.0.200.3/24");
        lab.introduce();
        startController();
        apply(example("way-out"));
        ControllerProcess.until(
                10,
                "hosts see each other",
                () -> hv3.vsctl("get interface " + probe(hv3, hv1) + " bfd_status")
                                .contains("state=up")
                        && hv2.vsctl("get interface " + probe(hv2, hv1) + " bfd_status")
                                .contains("state=up"));
    }

    /** A switch outside, to which both hosts have a cable, with the next router and a server behind it. */
    private void provider() {
        Node wan = lab.machine(hv1, "wan", "198.51.100.1/32");
        Shell.run("ip link add wan netns " + hv2.namespace() + " type veth peer name eth1 netns " + wan.namespace());
        Shell.run("ip -n " + hv2.namespace() + " link set wan up");
        wan.run("ip link add switch type bridge");
        for (String cable : new String[] {"eth0", "eth1"}) {
            wan.run("ip link set " + cable + " mtu 1500 master switch up");
        }
        wan.run("ip link set switch up");
        wan.run("ethtool -K switch tx off");
        wan.run("ethtool -K eth1 tx off");
        wan.run("ip addr add 192.0.2.1/24 dev switch");
        wan.run("ip addr add " + SERVER + "/32 dev lo");
    }

    private static String probe(LabHost of, LabHost peer) {
        return of.vsctl("--bare --columns=name find interface options:remote_ip=" + peer.address())
                .strip();
    }

    private void guest(LabHost host, String name, String mac, String ipv4) {
        machine(host, name, mac, ipv4, "");
        lab.machine(name).run("ip route replace default via 10.0.200.254");
    }

    /** Packets that a host has let out by its way out. */
    private long out(LabHost host) {
        String sum = host.ofctl("br0", "dump-aggregate", "table=23");
        return Long.parseLong(sum.replaceFirst("(?s).*packet_count=(\\d+).*", "$1"));
    }

    @Test
    void movesToTheNextHostWithoutAController() throws Exception {
        ways();
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
        ControllerProcess.until(
                10,
                "the first host has it again",
                () -> hv2.vsctl("get interface " + probe(hv2, hv1) + " bfd_status")
                        .contains("state=up"));
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
