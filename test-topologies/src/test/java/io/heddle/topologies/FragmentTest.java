package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Datagrams of several fragments: a list judges all of them by the ports, which only the first one has. */
class FragmentTest extends FirewallLab {
    private static final int BYTES = 4000;
    private static final String RULE = "      - {match: {proto: udp, dst-port: 5000}, action: allow}\n";

    /** A socket on adm that sends what it gets as one datagram. */
    private Process sender(String to, int port, int source) throws IOException {
        Process out = lab.machine("adm")
                .start(log("sender"), "socat -b 8000 - UDP:" + to + ":" + port + ",sourceport=" + source);
        running.add(out);
        return out;
    }

    private void sends(Process sender) throws IOException {
        try {
            sender.getOutputStream().write("x".repeat(BYTES).getBytes());
            sender.getOutputStream().flush();
        } catch (IOException e) {
            throw new IOException("it has ended: " + text(running(sender)), e);
        }
    }

    /** Writes down the fragments that reach web. */
    private Path fragments() {
        Path seen = log("fragments");
        running.add(lab.machine("web")
                .start(
                        seen,
                        "timeout 60 tcpdump -lni eth0 "
                                + "(dst 10.0.200.1 and ip[6:2] & 0x3fff != 0) or (dst fd00:200::1 and ip6[6] = 44)"));
        pause(1000);
        return seen;
    }

    private static long count(Path seen) {
        return text(seen).lines().filter(l -> l.contains(" > ")).count();
    }

    @Test
    void noFragmentOfAForbiddenDatagramArrives() throws Exception {
        topology();
        running.add(lab.machine("web").start(log("echo"), "socat -b 8000 UDP6-RECVFROM:5000,ipv6only=0,fork EXEC:cat"));
        pause(300);
        Process known = sender("10.0.200.1", 5000, 3333);
        Path echo = running(known);
        sends(known);
        ControllerProcess.until(5, "the datagram arrives whole, and so does its echo", () -> length(echo) == BYTES);
        sends(known);
        ControllerProcess.until(5, "and of a known connection", () -> length(echo) == 2 * BYTES);

        Process six = sender("[fd00:200::1]", 5000, 3366);
        Path echo6 = running(six);
        sends(six);
        ControllerProcess.until(5, "by IPv6 too", () -> length(echo6) == BYTES);
        sends(six);
        ControllerProcess.until(5, "and of a known connection", () -> length(echo6) == 2 * BYTES);

        // Another rule allows other ports of the same protocol, so the fragments alone do not tell.
        apply(example("firewall").replace(RULE, RULE.replace("5000", "5002")));
        Path seen = fragments();
        for (int i = 0; i < 3; i++) {
            sends(known);
            sends(six);
            sends(sender("10.0.200.1", 5001, 4000 + i));
            sends(sender("[fd00:200::1]", 5001, 4100 + i));
            pause(100);
        }
        pause(1000);
        assertEquals(0, count(seen), text(seen) + "of a connection whose rule has gone, and of new ones");
        assertTrue(drops("acl web default") > 0);

        apply(example("firewall"));
        sends(known);
        ControllerProcess.until(5, "the rule is back", () -> length(echo) >= 3 * BYTES);
        ControllerProcess.until(5, "web has seen its fragments", () -> count(seen) >= 3);
        assertFalse(text(seen).contains("5001"));
    }

    /** The file with what a sender hears. */
    private Path running(Process sender) {
        return Lab.FOLDER.resolve("sender" + running.indexOf(sender));
    }
}
